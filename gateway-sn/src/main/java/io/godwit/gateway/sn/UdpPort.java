package io.godwit.gateway.sn;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port whose datagrams are as they come, on a loop of Netty's. */
final class UdpPort implements SnPort {

    private static final Logger LOG = LoggerFactory.getLogger(UdpPort.class);

    private static final int LARGEST = 65_536;

    /**
     * Datagrams that are read before what is to be sent is: a turn may send to many clients, who
     * all answer, and what is not read by the next one is lost where the system's buffer is full.
     */
    private static final int MOST_IN_A_TURN = 256;

    /** Bytes that the system is asked to keep of what was not read; it gives what it allows. */
    private static final int RECEIVE_BUFFER = 4 << 20;

    private static final long CLOSE_SECONDS = 3;

    private final Receiver receiver;
    private final Counts counts;
    private final Channel channel;
    private boolean flushPending;

    /**
     * Opens a port.
     *
     * @param group with one loop, which is the gateway's, made by {@link #loops}
     * @param broadcasts whether anything is sent to a broadcast address
     * @throws IOException if it cannot be opened
     */
    UdpPort(
            InetSocketAddress place,
            boolean broadcasts,
            EventLoopGroup group,
            Receiver receiver,
            Counts counts)
            throws IOException {
        this.receiver = receiver;
        this.counts = counts;
        ChannelFuture bound =
                new Bootstrap()
                        .group(group)
                        .channel(
                                Epoll.isAvailable()
                                        ? EpollDatagramChannel.class
                                        : NioDatagramChannel.class)
                        .option(ChannelOption.SO_BROADCAST, broadcasts)
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(LARGEST)
                                        .maxMessagesPerRead(MOST_IN_A_TURN))
                        .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                        .option(ChannelOption.AUTO_READ, false)
                        .handler(new Handler())
                        .bind(place)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
        }
        this.channel = bound.channel();
    }

    /** The loops of such ports: one. */
    static EventLoopGroup loops(String threadName) {
        return new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory(threadName),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    private final class Handler extends SimpleChannelInboundHandler<DatagramPacket> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            receiver.receive(packet.sender(), null, packet.content().nioBuffer());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("the socket at {} has reported", channel.localAddress(), cause);
        }
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public void accept() {
        channel.config().setAutoRead(true);
    }

    /** What a turn sends goes to the socket at its end. */
    @Override
    public void send(Peer to, byte[] datagram) {
        if (!channel.isWritable()) {
            counts.count(SnCounter.DATAGRAMS_UNSENT);
            return;
        }
        channel.write(new DatagramPacket(Unpooled.wrappedBuffer(datagram), to.address()))
                .addListener(sent -> {
                    if (!sent.isSuccess()) {
                        counts.count(SnCounter.DATAGRAMS_UNSENT);
                    }
                });
        if (!flushPending) {
            flushPending = true;
            channel.eventLoop()
                    .execute(() -> {
                        flushPending = false;
                        channel.flush();
                    });
        }
    }

    /** Before its group is shut down, which would close it whatever it still has to send. */
    @Override
    public void close() {
        channel.eventLoop()
                .execute(() -> {
                    channel.flush();
                    channel.close();
                });
        channel.closeFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}

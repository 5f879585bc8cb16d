package io.godwit.transport;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.channels.spi.SelectorProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How sockets are driven. */
public enum SocketKind {
    /** With Linux's epoll, through a native library: less work per system call. */
    EPOLL {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        ServerChannel newServerChannel(InetAddress bound) {
            return bound instanceof Inet4Address
                    ? new EpollServerSocketChannel(SocketProtocolFamily.INET)
                    : new EpollServerSocketChannel();
        }
    },
    /** With the JDK's selectors: works everywhere. */
    NIO {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        ServerChannel newServerChannel(InetAddress bound) {
            return bound instanceof Inet4Address
                    ? new NioServerSocketChannel(
                            SelectorProvider.provider(), SocketProtocolFamily.INET)
                    : new NioServerSocketChannel();
        }
    };

    private static final Logger LOG = LoggerFactory.getLogger(SocketKind.class);

    /** Loads what {@link #best} looks at, without a word. */
    public static void load() {
        Epoll.isAvailable();
    }

    /** Epoll where its native library can be loaded, and NIO elsewhere. */
    public static SocketKind best() {
        if (Epoll.isAvailable()) {
            return EPOLL;
        }
        LOG.info(
                "using the JDK's selectors, since epoll is not there: {}",
                String.valueOf(Epoll.unavailabilityCause()));
        return NIO;
    }

    abstract IoHandlerFactory handlers();

    /**
     * One that is to be bound to an address. Of IPv4 it is a socket of IPv4: one of IPv6, which is
     * what there is otherwise, would take all addresses of both for {@code 0.0.0.0}.
     */
    abstract ServerChannel newServerChannel(InetAddress bound);
}

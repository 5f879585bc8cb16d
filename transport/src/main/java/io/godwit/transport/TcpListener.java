package io.godwit.transport;

import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A TCP port that accepts connections. */
public final class TcpListener implements AutoCloseable {

    private static final long CLOSE_WITHIN_SECONDS = 5;

    private final String name;
    private final ServerChannel channel;
    private final InetSocketAddress address;

    TcpListener(String name, ServerChannel channel) {
        this.name = name;
        this.channel = channel;
        this.address = (InetSocketAddress) channel.localAddress();
    }

    /** What the configuration calls it. */
    public String name() {
        return name;
    }

    /** Where it listens, with the port that the system chose if none was given. */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Accepts nothing more; connections that were accepted stay. Waits for it, but not for more
     * than some seconds; with {@link SocketKind#NIO} the port is free a moment later. Not to be
     * called on a loop.
     */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS);
    }
}

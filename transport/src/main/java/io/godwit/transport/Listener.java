package io.godwit.transport;

import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/** A place that accepts connections. */
public final class Listener implements AutoCloseable {

    private static final long CLOSE_WITHIN_SECONDS = 5;

    private final ListenerSettings settings;
    private final ServerChannel channel;
    private final SocketAddress address;

    Listener(ListenerSettings settings, ServerChannel channel) {
        this.settings = settings;
        this.channel = channel;
        this.address = channel.localAddress();
    }

    /** What the configuration calls it. */
    public String name() {
        return settings.name();
    }

    /** What it is. */
    public ListenerSettings settings() {
        return settings;
    }

    /**
     * Where it listens, with the port that the system chose if none was given.
     *
     * @throws IllegalStateException if it is a Unix domain socket
     */
    public InetSocketAddress address() {
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new IllegalStateException(settings.name() + " is a Unix domain socket");
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

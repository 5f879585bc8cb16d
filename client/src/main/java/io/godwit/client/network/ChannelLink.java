package io.godwit.client.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;

/** The bytes of a socket. */
final class ChannelLink implements Link {

    /** Bytes at once: the JDK copies what it reads and writes through a buffer of that size. */
    private static final int MOST = 64 * 1024;

    private final SocketChannel channel;
    private final String peer;

    /** Of a channel that is connected and blocks. */
    ChannelLink(SocketChannel channel, String peer) {
        this.channel = channel;
        this.peer = peer;
    }

    @Override
    public int read(ByteBuffer in) throws IOException {
        int limit = in.limit();
        in.limit(Math.min(limit, in.position() + MOST));
        try {
            return channel.read(in);
        } catch (ClosedChannelException closed) {
            throw closedHere(closed);
        } finally {
            in.limit(limit);
        }
    }

    @Override
    public void write(ByteBuffer out) throws IOException {
        int limit = out.limit();
        try {
            while (out.position() < limit) {
                out.limit(Math.min(limit, out.position() + MOST));
                channel.write(out);
            }
        } catch (ClosedChannelException closed) {
            throw closedHere(closed);
        } finally {
            out.limit(limit);
        }
    }

    private IOException closedHere(ClosedChannelException closed) {
        return new IOException("the connection to " + peer + " was closed on this side", closed);
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // there is nothing to be done with what is going away
        }
    }
}

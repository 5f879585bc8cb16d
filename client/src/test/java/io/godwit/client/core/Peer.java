package io.godwit.client.core;

import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.TopicCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A server that does what the test says, on a socket of its own. */
final class Peer implements AutoCloseable {

    private static final int PATIENCE = 10_000; // milliseconds

    private final ServerSocket listener;
    private final List<Session> sessions = new ArrayList<>();

    Peer() {
        try {
            listener = new ServerSocket();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            listener.setSoTimeout(PATIENCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String uri() {
        return "mqtt://127.0.0.1:" + listener.getLocalPort();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The next socket that is opened. */
    Session accept() {
        try {
            Session session = new Session(listener.accept());
            sessions.add(session);
            return session;
        } catch (IOException e) {
            throw new AssertionError("nobody has connected", e);
        }
    }

    /** Nobody can connect any more, and nobody is connected. */
    @Override
    public void close() {
        sessions.forEach(Session::close);
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One socket. */
    static final class Session implements AutoCloseable {
        private final Socket socket;
        private final PacketDecoder decoder =
                PacketDecoder.forServer(ClientSettings.LARGEST_PACKET, new TopicCache(16));
        private ByteBuffer in = ByteBuffer.allocate(4096).flip();

        Session(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(PATIENCE);
            socket.setTcpNoDelay(true);
        }

        /** The next packet, which has to be of this kind. */
        <T extends Packet> T take(Class<T> type) {
            Packet packet = next();
            if (!type.isInstance(packet)) {
                throw new AssertionError("%s came instead of %s".formatted(packet, type));
            }
            return type.cast(packet);
        }

        /** The next packet, or null when the client has closed. */
        @Nullable Packet next() {
            try {
                while (true) {
                    Packet packet = decoder.decode(in);
                    if (packet != null) {
                        return packet;
                    }
                    if (in.remaining() == in.capacity()) {
                        in = ByteBuffer.allocate(2 * in.capacity()).put(in);
                    } else {
                        in.compact();
                    }
                    int read =
                            socket.getInputStream().read(in.array(), in.position(), in.remaining());
                    if (read < 0) {
                        return null;
                    }
                    in.position(in.position() + read);
                    in.flip();
                }
            } catch (PacketException | IOException e) {
                throw new AssertionError("no packet came: " + e.getMessage(), e);
            }
        }

        /** Fails unless the client closes without another packet. */
        void expectEnd() {
            Packet packet = next();
            if (packet != null) {
                throw new AssertionError(packet + " came instead of the end");
            }
        }

        void send(Packet... packets) {
            for (Packet packet : packets) {
                ByteBuffer out =
                        ByteBuffer.allocate(PacketEncoder.encodedSize(packet, version()));
                PacketEncoder.encode(packet, version(), out);
                sendBytes(out.array());
            }
        }

        void sendBytes(byte[] bytes) {
            try {
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private ProtocolVersion version() {
            return Objects.requireNonNull(decoder.version());
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

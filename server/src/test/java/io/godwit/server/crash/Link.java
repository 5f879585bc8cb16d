package io.godwit.server.crash;

import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.TopicCache;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A socket to the broker. Of one thread; but any may {@link #cut} it. */
final class Link implements AutoCloseable {

    private static final int LONGEST_PACKET = 64 << 10;

    private final Socket socket = new Socket();
    private final ProtocolVersion version;
    private final PacketDecoder decoder;
    private final ByteBuffer in = ByteBuffer.allocate(LONGEST_PACKET).flip();
    private final ByteBuffer out = ByteBuffer.allocate(LONGEST_PACKET);

    Link(int port, ProtocolVersion version) throws IOException {
        this.version = version;
        this.decoder = PacketDecoder.forClient(version, LONGEST_PACKET, new TopicCache(64));
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** From now on {@link #read} throws SocketTimeoutException when nothing comes for so long. */
    void giveUpAfter(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /** Puts a packet to those that go together. */
    void write(Packet packet) throws IOException {
        if (out.remaining() < PacketEncoder.encodedSize(packet, version)) {
            flush();
        }
        PacketEncoder.encode(packet, version, out);
    }

    void flush() throws IOException {
        socket.getOutputStream().write(out.array(), 0, out.position());
        out.clear();
    }

    /** The next packet; sends what was written when it has to wait for it. */
    Packet read() throws IOException {
        try {
            Packet packet;
            while ((packet = decoder.decode(in)) == null) {
                flush();
                in.compact();
                int count = socket.getInputStream().read(in.array(), in.position(), in.remaining());
                if (count < 0) {
                    throw new EOFException("the broker closed the connection");
                }
                in.position(in.position() + count).flip();
            }
            return packet;
        } catch (PacketException invalid) {
            throw new IOException("the broker sent what it must not", invalid);
        }
    }

    /** The next packet, which must be of a kind. */
    <T extends Packet> T read(Class<T> kind) throws IOException {
        Packet packet = read();
        if (!kind.isInstance(packet)) {
            throw new IOException("not a " + kind.getSimpleName() + ": " + packet);
        }
        return kind.cast(packet);
    }

    /** Ends the connection without a word, with what has not been sent or read lost. */
    void cut() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closed) {
            // it has ended already
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

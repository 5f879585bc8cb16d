package io.godwit.server.hostile;

import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicCache;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A client that sends what it wants and reads when it wants; blocks, but not for ever. */
final class RawClient implements AutoCloseable {

    private static final int GIVE_UP_MILLIS = 60_000;

    private final Socket socket = new Socket();
    private final ProtocolVersion version;
    private final PacketDecoder decoder;
    private ByteBuffer unread = ByteBuffer.allocate(64 << 10).flip();

    /**
     * Opens a socket.
     *
     * @param receiveBuffer what the system may keep for a client that does not read; 0 for its own
     */
    RawClient(int port, ProtocolVersion version, int receiveBuffer) throws IOException {
        this.version = version;
        this.decoder = PacketDecoder.forClient(version, 268_435_460L, new TopicCache(64));
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(GIVE_UP_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    static RawClient open(int port) throws IOException {
        return new RawClient(port, ProtocolVersion.V5, 0);
    }

    /** Connects, and expects to be accepted. */
    static RawClient connect(int port, ConnectBuilder connect) throws IOException {
        RawClient client = open(port);
        client.send(connect.build());
        client.expectAccepted();
        return client;
    }

    static RawClient connect(int port, String clientId) throws IOException {
        return connect(port, Packets.connect(ProtocolVersion.V5, clientId));
    }

    void expectAccepted() throws IOException {
        if (!(read() instanceof ConnAck connAck) || connAck.reasonCode() != ReasonCode.SUCCESS) {
            throw new IOException("it was not accepted");
        }
    }

    void send(Packet... packets) throws IOException {
        send(bytes(version, packets));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The packets one behind the other. */
    static byte[] bytes(ProtocolVersion version, Packet... packets) {
        int size =
                Arrays.stream(packets).mapToInt(it -> PacketEncoder.encodedSize(it, version)).sum();
        ByteBuffer out = ByteBuffer.allocate(size);
        for (Packet packet : packets) {
            PacketEncoder.encode(packet, version, out);
        }
        return out.array();
    }

    /** The next packet. */
    Packet read() throws IOException {
        try {
            Packet packet;
            while ((packet = decoder.decode(unread)) == null) {
                if (unread.capacity() - unread.remaining() < 32 << 10) {
                    unread = ByteBuffer.allocate(unread.capacity() * 2).put(unread);
                } else {
                    unread.compact();
                }
                int count =
                        socket.getInputStream()
                                .read(unread.array(), unread.position(), unread.remaining());
                if (count < 0) {
                    throw new EOFException("the broker closed the connection");
                }
                unread.position(unread.position() + count).flip();
            }
            return packet;
        } catch (PacketException invalid) {
            throw new IOException(invalid);
        }
    }

    /** From now on it reads as long as it takes. */
    void waitForEver() throws IOException {
        socket.setSoTimeout(0);
    }

    /** Reads to the end that the broker makes; a reset is one as well. */
    void awaitEnd() {
        try {
            while (true) {
                read();
            }
        } catch (java.net.SocketTimeoutException late) {
            throw new AssertionError("the broker does not close the connection", late);
        } catch (IOException ended) {
            // what was waited for
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

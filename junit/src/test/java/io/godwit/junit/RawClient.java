package io.godwit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.TopicCache;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A client that sends and receives packet by packet, as the test says. For one thread. */
final class RawClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final PacketDecoder decoder =
            PacketDecoder.forClient(ProtocolVersion.V5, 1 << 20, new TopicCache(16));
    private final ByteBuffer in = ByteBuffer.allocate(1 << 20).flip();

    private RawClient(Socket socket) {
        this.socket = socket;
    }

    /** A connection on which nothing was sent. */
    static RawClient open(TestBroker broker) throws IOException {
        Socket socket = new Socket(broker.host(), broker.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return new RawClient(socket);
    }

    /** A client with a session that ends with its connection. */
    static RawClient connect(TestBroker broker, String clientId) throws Exception {
        return connect(broker, connect(clientId));
    }

    static RawClient connect(TestBroker broker, ConnectBuilder connect) throws Exception {
        return connect(broker, connect.build());
    }

    private static RawClient connect(TestBroker broker, Connect connect) throws Exception {
        RawClient client = open(broker);
        client.send(connect);
        assertThat(client.receive())
                .isInstanceOfSatisfying(
                        ConnAck.class,
                        connAck -> assertThat(connAck.reasonCode().isError()).isFalse());
        return client;
    }

    static ConnectBuilder connect(String clientId) {
        return Packets.connect(ProtocolVersion.V5, clientId);
    }

    void send(Packet packet) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(PacketEncoder.encodedSize(packet, ProtocolVersion.V5));
        PacketEncoder.encode(packet, ProtocolVersion.V5, out);
        send(out.array());
    }

    void send(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** The next packet, or null if the connection has ended. */
    @Nullable Packet receive() throws IOException, PacketException {
        while (true) {
            Packet packet = decoder.decode(in);
            if (packet != null) {
                return packet;
            }
            in.compact();
            int read = read(socket.getInputStream());
            in.flip();
            if (read < 0) {
                return null;
            }
        }
    }

    private int read(InputStream from) throws IOException {
        int read = from.read(in.array(), in.position(), in.remaining());
        if (read > 0) {
            in.position(in.position() + read);
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

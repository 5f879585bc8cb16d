package io.godwit.app;

import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicCache;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * A client that waits for each answer, enough for {@link Training}. Whatever else comes than what
 * it waits for is an {@link IOException}. One thread at a time.
 */
final class TrainingClient implements AutoCloseable {

    /** Bytes of a buffer, and of the largest packet. */
    private static final int SIZE = 8192;

    private static final int PACKET_ID = 1;

    private final SocketChannel socket;
    private final ProtocolVersion version;
    private final PacketDecoder decoder;
    private final ByteBuffer out = ByteBuffer.allocateDirect(SIZE);

    /** What was read and not decoded yet, between position and limit. */
    private final ByteBuffer in = ByteBuffer.allocateDirect(SIZE).flip();

    /** Connects, and waits for CONNACK. */
    TrainingClient(
            InetSocketAddress broker, ProtocolVersion version, String clientId, boolean cleanStart)
            throws IOException {
        this.version = version;
        this.decoder = PacketDecoder.forClient(version, SIZE, new TopicCache(16));
        this.socket = SocketChannel.open(broker);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        send(new Connect(version, clientId, cleanStart, 60, null, null, null, Properties.NONE));
        receive(ConnAck.class);
    }

    void subscribe(TopicFilter filter, int qos) throws IOException {
        SubscriptionRequest request = new SubscriptionRequest(filter, qos);
        send(new Subscribe(PACKET_ID, List.of(request)));
        receive(SubAck.class);
    }

    /** Publishes so many messages at once, and waits for what their QoS says. */
    void publish(TopicName topic, int qos, int count) throws IOException {
        for (int id = 1; id <= count; id++) {
            int packetId = qos == 0 ? 0 : id;
            put(new Publish(false, qos, false, topic, packetId, Properties.NONE, new byte[64]));
        }
        write();
        if (qos == 1) {
            receive(PubAck.class, count);
        } else if (qos == 2) {
            receive(PubRec.class, count);
            for (int id = 1; id <= count; id++) {
                put(new PubRel(id));
            }
            write();
            receive(PubComp.class, count);
        }
    }

    /** Waits for so many messages, and acknowledges them as their QoS says. */
    void take(int qos, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            int packetId = receive(Publish.class).packetId();
            if (qos > 0) {
                put(qos == 1 ? new PubAck(packetId) : new PubRec(packetId));
            }
        }
        write();
        if (qos == 2) {
            for (int i = 0; i < count; i++) {
                put(new PubComp(receive(PubRel.class).packetId()));
            }
            write();
        }
    }

    void disconnect() throws IOException {
        send(new Disconnect(ReasonCode.SUCCESS));
    }

    private void send(Packet packet) throws IOException {
        put(packet);
        write();
    }

    private void put(Packet packet) {
        PacketEncoder.encode(packet, version, out);
    }

    private void write() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            socket.write(out);
        }
        out.clear();
    }

    private void receive(Class<? extends Packet> type, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            receive(type);
        }
    }

    private <T extends Packet> T receive(Class<T> type) throws IOException {
        try {
            Packet packet;
            while ((packet = decoder.decode(in)) == null) {
                in.compact();
                int read = socket.read(in);
                in.flip();
                if (read < 0) {
                    throw new EOFException("the broker closed instead of " + type.getSimpleName());
                }
            }
            if (!type.isInstance(packet)) {
                throw new IOException(packet + " came instead of " + type.getSimpleName());
            }
            return type.cast(packet);
        } catch (PacketException malformed) {
            throw new IOException("the broker sent what is no packet", malformed);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

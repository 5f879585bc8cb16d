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

    private static final int LARGEST_PACKET = 4096;
    private static final int PACKET_ID = 1;

    private final SocketChannel socket;
    private final ProtocolVersion version;
    private final PacketDecoder decoder;
    private final ByteBuffer out = ByteBuffer.allocateDirect(LARGEST_PACKET);

    /** What was read and not decoded yet, between position and limit. */
    private final ByteBuffer in = ByteBuffer.allocateDirect(LARGEST_PACKET).flip();

    /** Connects, and waits for CONNACK. */
    TrainingClient(
            InetSocketAddress broker, ProtocolVersion version, String clientId, boolean cleanStart)
            throws IOException {
        this.version = version;
        this.decoder = PacketDecoder.forClient(version, LARGEST_PACKET, new TopicCache(16));
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

    /** Publishes a message, and waits for what its QoS says. */
    void publish(TopicName topic, int qos) throws IOException {
        int packetId = qos == 0 ? 0 : PACKET_ID;
        send(new Publish(false, qos, false, topic, packetId, Properties.NONE, new byte[64]));
        if (qos == 1) {
            receive(PubAck.class);
        } else if (qos == 2) {
            receive(PubRec.class);
            send(new PubRel(PACKET_ID));
            receive(PubComp.class);
        }
    }

    /** Waits for a message, and acknowledges it as its QoS says. */
    void take() throws IOException {
        Publish message = receive(Publish.class);
        int packetId = message.packetId();
        if (message.qos() == 1) {
            send(new PubAck(packetId));
        } else if (message.qos() == 2) {
            send(new PubRec(packetId));
            receive(PubRel.class);
            send(new PubComp(packetId));
        }
    }

    void disconnect() throws IOException {
        send(new Disconnect(ReasonCode.SUCCESS));
    }

    private void send(Packet packet) throws IOException {
        PacketEncoder.encode(packet, version, out.clear());
        out.flip();
        while (out.hasRemaining()) {
            socket.write(out);
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

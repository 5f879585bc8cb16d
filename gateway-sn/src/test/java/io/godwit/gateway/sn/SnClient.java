package io.godwit.gateway.sn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodec;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.gateway.sn.codec.SnVersion;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A client of MQTT-SN that says what a test lets it say, over a real socket. */
final class SnClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final InetSocketAddress gateway;
    private final DatagramSocket socket;
    private final byte[] buffer = new byte[65_536];
    private SnVersion version;
    private @Nullable Binary node;
    private int pings = 60_000;

    SnClient(InetSocketAddress gateway, SnVersion version) {
        this.gateway = gateway;
        this.version = version;
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            socket.setSoTimeout(PATIENCE_MILLIS);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    static Binary bytes(String text) {
        return new Binary(text.getBytes(UTF_8));
    }

    /** Speaks from now on for a node behind a forwarder, and hears nothing else. */
    SnClient node(@Nullable String name) {
        node = name == null ? null : bytes(name);
        return this;
    }

    /** Speaks another version from now on. */
    SnClient speaks(SnVersion other) {
        version = other;
        return this;
    }

    SnClient send(SnMessage message) {
        return sendRaw(version.codec().encode(node, message));
    }

    /** Says whose the message is, as a client does that may be elsewhere by now. */
    SnClient sendAs(String clientId, SnMessage message) {
        return sendRaw(version.codec().encode(new SnCodec.Frame(node, clientId, message)));
    }

    SnClient sendRaw(byte... datagram) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, gateway));
            return this;
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    /** The next message, whatever it is. */
    SnMessage next() {
        try {
            SnCodec.Frame frame = version.codec().decode(ByteBuffer.wrap(nextRaw()));
            assertThat(frame.node()).isEqualTo(node);
            return frame.message();
        } catch (MalformedDatagram failure) {
            throw new AssertionError(failure);
        }
    }

    /** The next datagram. */
    byte[] nextRaw() {
        try {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            socket.receive(packet);
            return Arrays.copyOf(buffer, packet.getLength());
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    SnClient expect(SnMessage expected) {
        assertThat(next()).isEqualTo(expected);
        return this;
    }

    <T extends SnMessage> T next(Class<T> expected) {
        return expected.cast(assertThat(next()).isInstanceOf(expected).actual());
    }

    /** Nothing has come: the answer to a question is what comes next. For one that is connected. */
    SnClient expectNothing() {
        int id = version == SnVersion.V1_2 ? 0 : ++pings;
        return send(new SnMessage.PingRequest(id, null))
                .expect(new SnMessage.PingResponse(id, null));
    }

    // --- usual conversations --------------------------------------------------------------------

    static SnMessage.Connect connect(String clientId, boolean will, boolean clean, int keepAlive) {
        return new SnMessage.Connect(will, clean, 1, keepAlive, clientId);
    }

    SnClient connect(String clientId, boolean clean) {
        return send(connect(clientId, false, clean, 0))
                .expect(new SnMessage.ConnAck(ReturnCode.ACCEPTED));
    }

    /** Connects in version 2.0, with CONNACK that says nothing more. */
    SnClient connect(SnConnectV20 connect) {
        SnMessage.Connect message = connect.message();
        return send(message)
                .expect(new SnMessage.ConnAck(ReturnCode.ACCEPTED, message.options().messageId()));
    }

    /** Connects with a will at QoS 0. */
    SnClient connectWithWill(String clientId, String topic, String message, int keepAlive) {
        return send(connect(clientId, true, true, keepAlive))
                .expect(new SnMessage.WillTopicRequest())
                .send(new SnMessage.WillTopic(0, false, bytes(topic)))
                .expect(new SnMessage.WillMessageRequest())
                .send(new SnMessage.WillMessage(bytes(message)))
                .expect(new SnMessage.ConnAck(ReturnCode.ACCEPTED));
    }

    /** Registers a topic, and says which identifier it has. */
    int register(String topic, int messageId) {
        send(new SnMessage.Register(0, messageId, bytes(topic)));
        SnMessage.RegAck regAck = next(SnMessage.RegAck.class);
        assertThat(regAck.code()).isEqualTo(ReturnCode.ACCEPTED);
        assertThat(regAck.messageId()).isEqualTo(messageId);
        assertThat(regAck.topicId()).isBetween(1, 65_534);
        return regAck.topicId();
    }

    /** Subscribes by name, and says which identifier the topic has; 0 for wildcards. */
    int subscribe(String filter, int qos, int messageId) {
        send(new SnMessage.Subscribe(false, qos, new SnTopic.Name(bytes(filter)), messageId));
        SnMessage.SubAck subAck = next(SnMessage.SubAck.class);
        assertThat(subAck.code()).isEqualTo(ReturnCode.ACCEPTED);
        assertThat(subAck.messageId()).isEqualTo(messageId);
        assertThat(subAck.qos()).isEqualTo(qos);
        return subAck.topicId();
    }

    static SnMessage.Publish publish(int qos, SnTopic topic, int messageId, String data) {
        return new SnMessage.Publish(false, qos, false, topic, messageId, bytes(data));
    }

    static SnMessage.Publish publish(int qos, int topicId, int messageId, String data) {
        return publish(qos, new SnTopic.Normal(topicId), messageId, data);
    }

    /** The same message once more. */
    static SnMessage.Publish again(SnMessage.Publish publish) {
        return new SnMessage.Publish(
                true,
                publish.qos(),
                publish.retain(),
                publish.topic(),
                publish.messageId(),
                publish.data());
    }

    @Override
    public void close() {
        socket.close();
    }
}

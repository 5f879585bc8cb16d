package io.godwit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodecV12;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** The socket of a small device. */
final class SnSocket implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final DatagramSocket socket;
    private final InetSocketAddress gateway;

    SnSocket(InetSocketAddress gateway) throws IOException {
        this.gateway = gateway;
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    static Binary bytes(String text) {
        return new Binary(text.getBytes(UTF_8));
    }

    SnSocket send(SnMessage message) throws IOException {
        byte[] datagram = SnCodecV12.INSTANCE.encode(null, message);
        socket.send(new DatagramPacket(datagram, datagram.length, gateway));
        return this;
    }

    SnMessage next() throws IOException {
        byte[] buffer = new byte[65_536];
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        try {
            return SnCodecV12.INSTANCE
                    .decode(ByteBuffer.wrap(buffer, 0, packet.getLength()))
                    .message();
        } catch (MalformedDatagram malformed) {
            throw new AssertionError(malformed);
        }
    }

    SnSocket expect(SnMessage expected) throws IOException {
        assertThat(next()).isEqualTo(expected);
        return this;
    }

    SnSocket connect(String clientId, boolean clean) throws IOException {
        return send(new SnMessage.Connect(false, clean, 1, 0, clientId))
                .expect(new SnMessage.ConnAck(ReturnCode.ACCEPTED));
    }

    /** Subscribes by name, and says which identifier the topic has. */
    int subscribe(String filter, int qos) throws IOException {
        send(new SnMessage.Subscribe(false, qos, new SnTopic.Name(bytes(filter)), 1));
        SnMessage.SubAck subAck = (SnMessage.SubAck) next();
        assertThat(subAck.code()).isEqualTo(ReturnCode.ACCEPTED);
        return subAck.topicId();
    }

    int register(String topic) throws IOException {
        send(new SnMessage.Register(0, 2, bytes(topic)));
        return ((SnMessage.RegAck) next()).topicId();
    }

    @Override
    public void close() {
        socket.close();
    }
}

package io.godwit.transport;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.ConnAck;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.TopicCache;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** CONNECT, SUBSCRIBE and two PUBLISH at once, and what is answered. */
final class Conversation {

    private static final int LARGEST_PACKET = 10_000_000;

    private Conversation() {}

    static byte[] encoded(ProtocolVersion version, Packet... packets) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Packet packet : packets) {
            ByteBuffer one = ByteBuffer.allocate(PacketEncoder.encodedSize(packet, version));
            PacketEncoder.encode(packet, version, one);
            all.writeBytes(one.array());
        }
        return all.toByteArray();
    }

    static byte[] of(ProtocolVersion version, String clientId) {
        return encoded(
                version,
                connect(version, clientId).build(),
                subscribe(1, 1, "home/" + clientId),
                publish("home/" + clientId, "at once"),
                publish("home/" + clientId, "for sure", 1, 2));
    }

    static void expect(Replies replies, String clientId) throws Exception {
        assertThat(((ConnAck) replies.next()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(((SubAck) replies.next()).packetId()).isEqualTo(1);
        List<String> payloads = new ArrayList<>();
        boolean acknowledged = false;
        while (payloads.size() < 2 || !acknowledged) {
            switch (replies.next()) {
                case Publish publish -> {
                    assertThat(publish.topic()).hasToString("home/" + clientId);
                    payloads.add(new String(publish.payload(), UTF_8));
                }
                case PubAck pubAck -> {
                    assertThat(pubAck.packetId()).isEqualTo(2);
                    acknowledged = true;
                }
                case Packet other -> throw new AssertionError("not expected: " + other);
            }
        }
        assertThat(payloads).containsExactly("at once", "for sure");
    }

    /** Packets as a server sends them, read one by one. */
    static final class Replies {
        private final Socket socket;
        private final PacketDecoder decoder;
        private final ByteBuffer bytes = ByteBuffer.allocate(LARGEST_PACKET).flip();

        Replies(Socket socket, ProtocolVersion version) {
            this.socket = socket;
            this.decoder = PacketDecoder.forClient(version, LARGEST_PACKET, new TopicCache(16));
        }

        Packet next() throws IOException, PacketException {
            Packet packet;
            while ((packet = decoder.decode(bytes)) == null) {
                bytes.compact();
                int count =
                        socket.getInputStream()
                                .read(bytes.array(), bytes.position(), bytes.remaining());
                if (count < 0) {
                    throw new IOException("the server closed");
                }
                bytes.position(bytes.position() + count).flip();
            }
            return packet;
        }
    }
}

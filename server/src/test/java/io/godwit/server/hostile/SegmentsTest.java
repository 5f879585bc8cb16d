package io.godwit.server.hostile;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.ConnAck;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.SubAck;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import io.godwit.transport.ListenerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT and what comes right behind it, in pieces of every kind, while the socket moves. */
class SegmentsTest {

    @TempDir private Path directory;

    private GodwitServer start(int loops) throws IOException {
        return GodwitServer.start(
                Configuration.defaults()
                        .withDataDir(directory)
                        .withListeners(List.of(ListenerSettings.tcp("tcp", "127.0.0.1", 0)))
                        .withEventLoops(loops));
    }

    private static int port(GodwitServer server) {
        return Objects.requireNonNull(server.addresses().get("tcp")).getPort();
    }

    private static byte[] conversation(ProtocolVersion version, String clientId, byte[] payload) {
        return RawClient.bytes(
                version,
                connect(version, clientId).build(),
                subscribe(1, 1, clientId),
                publish(clientId, payload, 1, 2),
                new PingReq());
    }

    private static void expectAnswers(RawClient client, byte[] payload) throws IOException {
        assertThat(client.read()).isInstanceOf(ConnAck.class);
        assertThat(client.read()).isInstanceOf(SubAck.class);
        boolean delivered = false;
        boolean acknowledged = false;
        while (!delivered || !acknowledged) {
            switch (client.read()) {
                case Publish message -> {
                    assertThat(message.payload()).isEqualTo(payload);
                    delivered = true;
                }
                case PubAck _ -> acknowledged = true;
                case PingResp _ -> {}
                default -> throw new AssertionError("an answer that nobody asked for");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void allAtOnceAndByteByByte(int loops) throws IOException {
        try (GodwitServer server = start(loops)) {
            for (ProtocolVersion version : ProtocolVersion.values()) {
                for (int i = 0; i < 6; i++) {
                    byte[] payload = {1, 2, 3};
                    byte[] all = conversation(version, "c" + i, payload);
                    try (RawClient client = new RawClient(port(server), version, 0)) {
                        client.send(all);
                        expectAnswers(client, payload);
                    }
                    try (RawClient client = new RawClient(port(server), version, 0)) {
                        for (byte each : all) {
                            client.send(new byte[] {each});
                        }
                        expectAnswers(client, payload);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aLargeMessageInPiecesOfOddSizes(int loops) throws IOException {
        byte[] payload = new byte[1_000_000];
        new Random(1).nextBytes(payload);
        try (GodwitServer server = start(loops)) {
            for (ProtocolVersion version : ProtocolVersion.values()) {
                byte[] all = conversation(version, "large", payload);
                for (int piece : new int[] {13, 4_099, 65_537, 999_983}) {
                    int from = piece == 13 ? all.length - 13 * 500 : 0; // the rest at once
                    try (RawClient client = new RawClient(port(server), version, 0)) {
                        client.send(Arrays.copyOf(all, from));
                        while (from < all.length) {
                            int to = Math.min(from + piece, all.length);
                            client.send(Arrays.copyOfRange(all, from, to));
                            from = to;
                        }
                        expectAnswers(client, payload);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void thousandsOfQuickReconnectsAcrossLoops(int loops) throws IOException {
        byte[] payload = {7};
        try (GodwitServer server = start(loops)) {
            for (int i = 0; i < 2_000; i++) {
                ProtocolVersion version = ProtocolVersion.values()[i % 3];
                byte[] all = conversation(version, "again" + i % 7, payload);
                try (RawClient client = new RawClient(port(server), version, 0)) {
                    client.send(all);
                    if (i % 5 != 0) { // else it is gone before it was accepted
                        expectAnswers(client, payload);
                    }
                }
            }
        }
    }
}

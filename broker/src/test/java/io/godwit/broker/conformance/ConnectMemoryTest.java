package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.will;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.protection.ProtectionSettings.BruteForce;
import io.godwit.broker.protection.ProtectionSettings.Flapping;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.SimulatedDisk;
import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Auth;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.UserProperty;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may make the broker hold before it has authenticated. */
class ConnectMemoryTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;
    private static final int LARGE = 60_000;

    /** What clients wait for, in the order in which they came. */
    private final List<Consumer<Decision>> waiting = new ArrayList<>();

    private final Authenticator slow = (_, decided) -> waiting.add(decided);

    /** Memory for four large CONNECTs, and the fifth is refused. */
    private void useSlow() {
        use(SimulatedBroker.options().limits(limits -> limits.memory(500_000)).authenticator(slow));
    }

    /** With a will and a password, about 120 KB in all. */
    private static ConnectBuilder large(ProtocolVersion version, String clientId) {
        return Packets.connect(version, clientId)
                .will(will("w", "x".repeat(LARGE), 0))
                .credentials("u", "y".repeat(LARGE));
    }

    private TestClient sendLarge(ProtocolVersion version, String clientId) {
        TestClient client = broker.client(version);
        client.send(large(version, clientId).build());
        return client;
    }

    private static Accepted accepted(String clientId) {
        return new Accepted(new Identity(clientId, "u"));
    }

    private static void expectRefused(TestClient client, ReasonCode code) {
        assertThat(client.expect(ConnAck.class).reasonCode()).isEqualTo(code);
        client.expectClosed();
    }

    /** Bytes that are held, as far as they are told at once. */
    private long held() {
        return broker.broker().memoryUsed();
    }

    private static byte[] bytes(Connect connect) {
        ByteBuffer out = ByteBuffer.allocate(PacketEncoder.encodedSize(connect, connect.version()));
        PacketEncoder.encode(connect, connect.version(), out);
        return out.array();
    }

    // --- limits.connect-size --------------------------------------------------------------------

    private void expectTooLarge(TestClient client) {
        if (client.version().isV5()) {
            ConnAck connAck = client.expect(ConnAck.class);
            assertThat(connAck.reasonCode()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
            assertThat(connAck.properties().get(Property.REASON_STRING))
                    .contains("limits.connect-size");
        }
        client.expectClosed();
        assertThat(broker.count(Counter.CONNECTIONS_OVER_SIZE)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void connectOverItsLimitIsRefusedFromItsHeader(ProtocolVersion version) {
        use(SimulatedBroker.options().limits(limits -> limits.connectSize(1_000)));
        byte[] connect = bytes(large(version, "c").build());
        TestClient client = broker.client(version);
        client.inSegmentsOf(1).sendBytes(Arrays.copyOf(connect, 12)); // name and level with it
        expectTooLarge(client);
        assertThat(waiting).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void connectOfJustTheLimitIsTaken(ProtocolVersion version) {
        use(SimulatedBroker.options().limits(limits -> limits.connectSize(1_000)));
        int rest = bytes(connectOf(version, 200)).length - 200;
        TestClient client = broker.client(version);
        client.connect(connectOf(version, 1_000 - rest));
        client.send(publish("t", "x".repeat(5_000))).expectNothing(); // packet-size from now on
        TestClient larger = broker.client(version);
        larger.send(connectOf(version, 1_001 - rest));
        expectTooLarge(larger);
    }

    /** A will has to fit as well. */
    private static Connect connectOf(ProtocolVersion version, int payload) {
        return Packets.connect(version, "c").will(will("w", "x".repeat(payload), 0)).build();
    }

    @ParameterizedTest
    @EnumSource
    void packetSizeHoldsForConnectToo(ProtocolVersion version) {
        use(SimulatedBroker.options().limits(limits -> limits.packetSize(500)));
        TestClient client = broker.client(version);
        client.send(connectOf(version, 500));
        if (version.isV5()) {
            ConnAck connAck = client.expect(ConnAck.class);
            assertThat(connAck.reasonCode()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
            assertThat(connAck.properties().get(Property.REASON_STRING))
                    .contains("limits.packet-size");
        }
        client.expectClosed();
    }

    private static Auth auth(ReasonCode code, String data) {
        return new Auth(
                code,
                Properties.builder()
                        .add(Property.AUTHENTICATION_METHOD, Riddles.METHOD)
                        .add(Property.AUTHENTICATION_DATA, new Binary(data.getBytes(UTF_8)))
                        .build());
    }

    @Test
    void authBeforeConnackHasTheSameLimit() {
        use(
                SimulatedBroker.options()
                        .limits(limits -> limits.connectSize(1_000))
                        .authenticator(new Riddles()));
        Connect riddler =
                Packets.connect(V5, "c")
                        .with(Property.AUTHENTICATION_METHOD, Riddles.METHOD)
                        .build();
        TestClient client = broker.client(V5);
        client.send(riddler).expect(Auth.class);
        client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "x".repeat(1_000)));
        expectTooLarge(client);
        TestClient connected = broker.client(V5);
        connected.send(riddler).expect(Auth.class);
        connected.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "a1")).expect(ConnAck.class);
        connected.send(auth(ReasonCode.RE_AUTHENTICATE, "x".repeat(1_000))).expect(Auth.class);
        connected.expectNothing();
    }

    // --- limits.memory --------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void connectsThatWaitCountAgainstTheMemory(ProtocolVersion version) {
        useSlow();
        for (int i = 0; i < 4; i++) {
            sendLarge(version, "c" + i).expectNothing();
        }
        assertThat(held()).isBetween(4L * 2 * LARGE, 500_000L);
        expectRefused(
                sendLarge(version, "c4"),
                version.isV5() ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SERVER_UNAVAILABLE);
        assertThat(broker.count(Counter.CONNECTIONS_OVER_MEMORY)).isEqualTo(1);
        assertThat(held()).isBetween(4L * 2 * LARGE, 500_000L);
        TestClient small = broker.client(version);
        small.send(Packets.connect(version, "small").build()).expectNothing(); // is always taken
        assertThat(waiting).hasSize(5);
        assertThat(broker.broker().connections()).isEqualTo(5);
    }

    /** Decoded, a short property takes many times its bytes. */
    @Test
    void propertiesCountWithWhatTheyTake() {
        use(
                SimulatedBroker.options()
                        .limits(limits -> limits.memory(4_000_000))
                        .authenticator(slow));
        ConnectBuilder many = Packets.connect(V5, "c");
        for (int i = 0; i < 10_000; i++) {
            many.with(Property.USER_PROPERTY, new UserProperty("", ""));
        }
        for (int i = 0; i < 3; i++) {
            broker.client(V5).send(many.build()).expectNothing();
        }
        TestClient fourth = broker.client(V5);
        fourth.send(many.build());
        expectRefused(fourth, ReasonCode.QUOTA_EXCEEDED);
    }

    @ParameterizedTest
    @EnumSource
    void everyDecisionGivesTheMemoryBack(ProtocolVersion version) {
        useSlow();
        TestClient refused = sendLarge(version, "refused");
        TestClient accepted = sendLarge(version, "accepted");
        TestClient expired = sendLarge(version, "expired");
        waiting.get(0).accept(new Refused(ReasonCode.SERVER_BUSY, "no"));
        waiting.get(1).accept(accepted("accepted"));
        waiting.get(2).accept(new Accepted(new Identity("expired", null), 0, new byte[0]));
        expectRefused(
                refused, version.isV5() ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE);
        expectRefused(expired, ReasonCode.NOT_AUTHORIZED);
        accepted.expect(ConnAck.class);
        assertThat(broker.memoryUsed()).isBetween((long) LARGE, 2L * LARGE); // with its will
        accepted.drop();
        assertThat(broker.memoryUsed()).isZero();
    }

    /** The verifier has the password until it has decided, whether the client waits or not. */
    @ParameterizedTest
    @EnumSource
    void clientThatIsGoneCountsUntilItIsDecided(ProtocolVersion version) {
        useSlow();
        for (int i = 0; i < 4; i++) {
            sendLarge(version, "c" + i).drop();
        }
        assertThat(broker.broker().connections()).isZero();
        assertThat(held()).isGreaterThan(4L * 2 * LARGE);
        expectRefused(
                sendLarge(version, "c4"),
                version.isV5() ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SERVER_UNAVAILABLE);
        waiting.get(0).accept(accepted("c0"));
        waiting.get(1).accept(new Refused(ReasonCode.NOT_AUTHORIZED, "no"));
        waiting.get(2).accept(accepted("c2"));
        waiting.get(3).accept(accepted("c3"));
        assertThat(broker.memoryUsed()).isZero();
        sendLarge(version, "c5").expectNothing();
    }

    /** Wherever it is on its way to its home shard, or through the store. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void socketThatIsGoneInAnyStepLeavesNothing(boolean stores) {
        for (int steps = 0; steps < 20; steps++) {
            SimulatedBroker.Options options = SimulatedBroker.options().authenticator(slow);
            if (stores) {
                options.disk(new SimulatedDisk(3), Durability.PROCESS, Duration.ZERO);
            }
            use(options);
            waiting.clear();
            for (int shard = 0; shard < 3; shard++) {
                String clientId = broker.clientIdOn(shard, "c");
                TestClient client = sendLarge(V5, clientId);
                waiting.getLast().accept(accepted(clientId));
                broker.run(steps);
                client.cut();
            }
            assertThat(broker.memoryUsed()).as("after %d steps", steps).isZero();
        }
    }

    @Test
    void nothingOfConnectWaitsForTheStore() {
        use(
                SimulatedBroker.options()
                        .disk(new SimulatedDisk(3), Durability.PROCESS, Duration.ZERO));
        broker.stallWriter(true);
        TestClient client = broker.client(V5);
        client.send(
                        Packets.connect(V5, "c")
                                .persistent()
                                .credentials("u", "y".repeat(LARGE))
                                .build())
                .expectNothing();
        assertThat(broker.memoryUsed()).isBetween(1L, 2_000L); // the session
        broker.stallWriter(false);
        client.expect(ConnAck.class);
    }

    /** A client that is asked. */
    private TestClient riddler(String clientId) {
        TestClient client = broker.client(V5);
        client.send(
                large(V5, clientId).with(Property.AUTHENTICATION_METHOD, Riddles.METHOD).build());
        client.expect(Auth.class);
        return client;
    }

    @Test
    void exchangeCountsUntilItEnds() {
        use(SimulatedBroker.options().authenticator(new Riddles()));
        riddler("gone").drop();
        TestClient leaving = riddler("leaving");
        TestClient wrong = riddler("wrong");
        TestClient right = riddler("right");
        assertThat(held()).isBetween(3L * 2 * LARGE, 4L * 2 * LARGE);
        leaving.send(new Disconnect(ReasonCode.SUCCESS)).expectClosed();
        wrong.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "a7"));
        expectRefused(wrong, ReasonCode.NOT_AUTHORIZED);
        right.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "a1")).expect(ConnAck.class);
        right.send(auth(ReasonCode.RE_AUTHENTICATE, "x")).expect(Auth.class);
        right.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "a1")).expect(Auth.class);
        right.drop();
        TestClient late = riddler("late");
        assertThat(held()).isGreaterThan(2L * LARGE);
        broker.advance(Duration.ofSeconds(11)); // limits.connect-timeout
        expectRefused(late, ReasonCode.NOT_AUTHORIZED);
        assertThat(broker.memoryUsed()).isZero();
    }

    @Test
    void faultOfTheAuthenticatorGivesTheMemoryBack() {
        use(
                SimulatedBroker.options()
                        .authenticator((_, _) -> {
                            throw new IllegalStateException("on purpose");
                        }));
        expectRefused(sendLarge(V5, "c"), ReasonCode.UNSPECIFIED_ERROR);
        assertThat(broker.memoryUsed()).isZero();
    }

    /** Of a CONNECT whose refusal waits nothing is kept but the answer. */
    @ParameterizedTest
    @EnumSource
    void refusalThatWaitsHoldsNothing(ProtocolVersion version) {
        BruteForce delays =
                new BruteForce(0, 0, Duration.ofMinutes(1), Duration.ZERO, Duration.ofMinutes(1));
        use(
                SimulatedBroker.options()
                        .authenticator(ConnectingTest.onlyWithPassword("secret"))
                        .protection(
                                new ProtectionSettings(
                                        false,
                                        0,
                                        0,
                                        PublishRate.NONE,
                                        delays,
                                        Flapping.NONE,
                                        Map.of())));
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(sendLarge(version, "c"));
        }
        assertThat(clients).filteredOn(TestClient::isOpen).hasSize(9);
        assertThat(held()).isZero();
        clients.getLast().drop();
        broker.advance(Duration.ofMinutes(1));
        for (TestClient client : clients.subList(0, 9)) {
            expectRefused(client, ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        }
        assertThat(broker.memoryUsed()).isZero();
    }

    /** CONNECT, and behind it 60 KB in one piece with it. */
    private TestClient sendAhead(ProtocolVersion version, String clientId) {
        Packet[] packets = new Packet[6];
        Arrays.fill(packets, publish("t", "x".repeat(12_000)));
        packets[0] = Packets.connect(version, clientId).build();
        return broker.client(version).send(packets);
    }

    /** A client may send on before CONNACK, which is kept until its CONNECT is decided. */
    @ParameterizedTest
    @EnumSource
    void whatComesBehindConnectsThatWaitIsBounded(ProtocolVersion version) {
        use(
                SimulatedBroker.options()
                        .limits(limits -> limits.memory(500_000).packetSize(20_000))
                        .authenticator(slow));
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(sendAhead(version, "c" + i));
        }
        List<TestClient> waiters = clients.stream().filter(TestClient::isOpen).toList();
        assertThat(waiters).hasSizeBetween(1, 8); // a quarter of the memory, as shards tell it
        assertThat(broker.count(Counter.CONNECTIONS_OVER_MEMORY)).isEqualTo(20 - waiters.size());
        expectRefused(
                clients.getLast(),
                version.isV5() ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SERVER_UNAVAILABLE);
        TestClient small = broker.client(version);
        small.send(Packets.connect(version, "small").build(), publish("t", "x".repeat(1_000)))
                .expectNothing(); // is always taken
        for (int i = 0; i < 20; i++) {
            waiting.get(i).accept(accepted("c" + i));
        }
        waiting.getLast().accept(accepted("small"));
        waiters.forEach(client -> client.expect(ConnAck.class));
        small.expect(ConnAck.class);
        assertThat(broker.count(Counter.PUBLISH_RECEIVED)).isEqualTo(waiters.size() * 5L + 1);
        broker.advance(Duration.ofSeconds(2)); // the shards tell what was given back
        sendAhead(version, "later").expectNothing();
    }

    /** Else nobody could come for the messages that fill it. */
    @ParameterizedTest
    @EnumSource
    void fullQueuesKeepNobodyFromConnecting(ProtocolVersion version) {
        use(SimulatedBroker.options().limits(limits -> limits.memory(1_000_000)));
        resume(version, "sub").subscribe(1, "t").disconnect();
        TestClient pub = connect(version, "pub");
        for (int i = 0; i < 200; i++) {
            pub.publish("t", 1, "x".repeat(10_000));
        }
        assertThat(held()).isGreaterThan(900_000);
        expectRefused(
                sendLarge(version, "large"),
                version.isV5() ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SERVER_UNAVAILABLE);
        TestClient sub = resume(version, "sub").acknowledging();
        assertThat(sub.takeAll()).hasSizeGreaterThan(80);
        sendLarge(version, "large").expect(ConnAck.class);
    }
}

package io.godwit.broker.durability;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.topic;
import static io.godwit.broker.simulation.Packets.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedDisk;
import io.godwit.broker.simulation.TestClient;
import io.godwit.broker.spi.Database.Table;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients are told while the disk is full or fails, and what becomes of it afterwards. */
class DiskTroubleTest extends DurableConversation {

    private static final Duration TICK = Duration.ofMillis(1_100);

    /** What the disk does, and what clients are told because of it. */
    enum Trouble {
        FULL(ReasonCode.QUOTA_EXCEEDED, disk -> disk.free(0)),
        FAILING(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, disk -> disk.failWrites(true));

        private final ReasonCode code;
        private final Consumer<SimulatedDisk> start;

        Trouble(ReasonCode code, Consumer<SimulatedDisk> start) {
            this.code = code;
            this.start = start;
        }
    }

    static Stream<Arguments> troubles() {
        return Arrays.stream(Trouble.values())
                .flatMap(trouble ->
                        Arrays.stream(ProtocolVersion.values())
                                .map(version -> Arguments.of(trouble, version)));
    }

    /** The disk works again, and the broker has had the time to notice. */
    private void repair() {
        disk.failWrites(false);
        disk.size(Long.MAX_VALUE);
        broker.advance(TICK);
    }

    private void expectRefused(TestClient client, Packet packet, Packet answer) {
        client.send(packet);
        if (client.version().isV5()) {
            client.expect(answer).expectNothing();
        } else {
            client.expectClosed();
        }
    }

    private static void expectDisconnected(TestClient client, Trouble trouble) {
        if (client.version().isV5()) {
            assertThat(client.expect(Disconnect.class).reasonCode()).isEqualTo(trouble.code);
        }
        client.expectClosed();
    }

    // --- what cannot be stored ------------------------------------------------------------------

    @Spec("v5 MQTT-4.3.2-4")
    @ParameterizedTest
    @MethodSource("troubles")
    void publicationIsRefusedAndDeliveredToNobodyLater(Trouble trouble, ProtocolVersion version) {
        offline(version, "sub1", 2, "t");
        offline(version, "sub2", 2, "t");
        TestClient pub = connect(version, "pub");
        pub.publish(retain(publish("t", "first", 1, 0)));
        trouble.start.accept(disk);
        expectRefused(pub, retain(publish("t", "no", 1, 8)), new PubAck(8, trouble.code));
        pub = connect(version, "pub2"); // a session that is not kept needs no disk
        expectRefused(pub, retain(publish("t", "no", 2, 9)), new PubRec(9, trouble.code));
        assertThat(Packets.text(retained())).isEqualTo("first");
        repair();
        assertThat(connect(version, "pub").publish("t", 2, "second")).isEqualTo(ReasonCode.SUCCESS);
        expectInQueue(version, "sub1", "first", "second");
        crash();
        assertThat(Packets.text(retained())).isEqualTo("first");
        expectInQueue(version, "sub1");
        expectInQueue(version, "sub2", "first", "second");
        assertThat(queueRecords()).isZero();
    }

    private Publish retained() {
        TestClient client = connect(V5, "reader").subscribe(0, "t");
        Publish got = client.expect(Publish.class);
        client.disconnect();
        return got;
    }

    /** The failed write may have been done all the same, which the broker cannot know. */
    @Test
    void publicationIsRefusedWhetherItWasWrittenOrNot() {
        offline(V5, "sub1", 2, "t");
        offline(V5, "sub2", 2, "t");
        for (int i = 0; i < 20; i++) {
            TestClient pub = connect(V5, "pub");
            disk.failWrites(1);
            expectRefused(
                    pub,
                    retain(publish("t", "no", 2, 8)),
                    new PubRec(8, ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR));
            broker.advance(TICK);
            assertThat(queueRecords() + disk.records(Table.RETAINED)).isZero();
        }
        expectInQueue(V5, "sub1");
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void removalOfARetainedMessageIsUndone(Trouble trouble, ProtocolVersion version) {
        TestClient pub = connect(version, "pub");
        pub.publish(retain(publish("t", "first", 1, 0)));
        trouble.start.accept(disk);
        expectRefused(pub, retain(publish("t", "", 1, 8)), new PubAck(8, trouble.code));
        repair();
        crash();
        assertThat(Packets.text(retained())).isEqualTo("first");
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void identifierOfARefusedMessageIsFree(Trouble trouble, ProtocolVersion version) {
        offline(version, "sub", 2, "t");
        TestClient pub = resume(version, "pub");
        trouble.start.accept(disk);
        expectRefused(pub, publish("t", "m", 2, 8), new PubRec(8, trouble.code));
        repair();
        TestClient again = resume(version, "pub");
        again.send(publish("t", "m", 2, 8)).expect(new PubRec(8));
        again.send(new PubRel(8)).expect(new PubComp(8));
        expectInQueue(version, "sub", "m");
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void messagesThatNobodyKeepsGoOn(Trouble trouble, ProtocolVersion version) {
        TestClient sub = connect(version, "sub").subscribe(2, "t");
        TestClient kept = resume(version, "kept").subscribe(2, "t0");
        TestClient pub = connect(version, "pub");
        trouble.start.accept(disk);
        assertThat(pub.publish("t", 2, "m")).isEqualTo(ReasonCode.SUCCESS);
        sub.expectMessage("t", "m");
        pub.publish("t0", 0, "at QoS 0");
        kept.expectMessage("t0", "at QoS 0");
    }

    // --- SUBSCRIBE, UNSUBSCRIBE, PUBREL, PUBREC, CONNECT ----------------------------------------

    static Stream<Arguments> requests() {
        List<Packet> packets =
                List.of(subscribe(5, 1, "new"), unsubscribe(5, "t"), new PubRel(1), new PubRec(1));
        return troubles()
                .flatMap(arguments ->
                        packets.stream()
                                .map(packet ->
                                        Arguments.of(
                                                arguments.get()[0], arguments.get()[1], packet)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void clientIsDisconnectedSoThatItTriesAgain(
            Trouble trouble, ProtocolVersion version, Packet packet) {
        TestClient client = resume(version, "client").subscribe(2, "t");
        connect(version, "pub").publish("t", 2, "m");
        assertThat(client.expectMessage("t", "m").packetId()).isEqualTo(1);
        client.send(publish("elsewhere", "m", 2, 1)).expect(PubRec.class);
        trouble.start.accept(disk);
        client.send(packet);
        expectDisconnected(client, trouble);
        repair();
        crash();
        TestClient again = resume(version, "client");
        again.takeAll(); // what is sent anew
        again.send(packet);
        assertThat(again.takeAll()).hasSize(1);
        assertThat(again.isOpen()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void connectIsRefused(Trouble trouble, ProtocolVersion version) {
        offline(version, "client", 1, "t");
        trouble.start.accept(disk);
        for (boolean cleanStart : new boolean[] {true, false}) {
            TestClient client = broker.client(version);
            client.send(
                    Packets.connect(version, "client").persistent().cleanStart(cleanStart).build());
            ConnAck connAck = client.expect(ConnAck.class);
            ReasonCode code = version.isV5() ? trouble.code : ReasonCode.SERVER_UNAVAILABLE;
            assertThat(connAck.reasonCode()).isEqualTo(code);
            client.expectClosed();
        }
        repair();
        assertThat(resume(version, "client").isOpen()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void qos2MessageIsNotSentUnderAnIdentifierThatIsNotStored(
            Trouble trouble, ProtocolVersion version) {
        offline(version, "sub", 2, "t");
        connect(version, "pub").publish("t", 2, "m");
        TestClient sub = broker.client(version);
        sub.queue(Packets.connect(version, "sub").persistent().build());
        await(sub, ConnAck.class);
        trouble.start.accept(disk);
        expectDisconnected(sub, trouble);
        repair();
        expectInQueue(version, "sub", "m");
    }

    // --- what is stored later -------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("troubles")
    void acknowledgementsAreStoredWhenTheDiskWorksAgain(Trouble trouble, ProtocolVersion version) {
        TestClient sub = resume(version, "sub").subscribe(1, "t");
        TestClient pub = connect(version, "pub");
        pub.publish("t", 1, "a");
        pub.publish("t", 1, "b");
        Publish first = sub.expectMessage("t", "a");
        trouble.start.accept(disk);
        sub.send(new PubAck(first.packetId()));
        repair();
        crash();
        TestClient again = resume(version, "sub");
        assertThat(again.expectMessage("t", "b").dup()).isTrue();
        again.expectNothing();
    }

    @Test
    void endOfASessionIsStoredWhenTheDiskWorksAgain() {
        connect(V5, "sub", c -> c.resume(60)).subscribe(1, "t").drop();
        offline(V5, "other", 1, "t");
        connect(V5, "pub").publish("t", 1, "m");
        disk.failWrites(true);
        broker.advance(Duration.ofMinutes(2));
        repair();
        crash();
        assertThat(isPresent("sub")).isFalse();
        expectInQueue(V5, "other", "m");
        assertThat(queueRecords()).isZero();
    }

    @Test
    void figuresTellOfTheTrouble() {
        assertThat(broker.store().figures()).containsEntry("trouble", "none");
        disk.failWrites(true);
        broker.client(V5).send(Packets.connect(V5, "client").persistent().build());
        assertThat(broker.store().figures())
                .containsEntry("trouble", "the store of the broker cannot be written")
                .containsEntry("batches/failed", "1");
        repair();
        assertThat(broker.store().figures()).containsEntry("trouble", "none");
    }

    // --- little space ---------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void lowSpaceRefusesMessagesWhileTheRestGoesOn(ProtocolVersion version) {
        TestClient sub = resume(version, "sub").subscribe(2, "t");
        TestClient pub = connect(version, "pub");
        pub.publish("t", 1, "a");
        pub.publish("t", 2, "b");
        disk.free(90_000);
        broker.advance(TICK);
        expectRefused(pub, publish("t", "c", 1, 8), new PubAck(8, ReasonCode.QUOTA_EXCEEDED));
        pub = connect(version, "pub");
        expectRefused(pub, publish("t", "c", 2, 9), new PubRec(9, ReasonCode.QUOTA_EXCEEDED));
        pub = connect(version, "pub");
        pub.publish("t", 0, "at QoS 0");
        pub.send(retain(publish("r", "m")));
        assertThat(broker.retained().get(topic("r"))).isNull();
        assertThat(broker.count(Counter.RETAINED_REFUSED)).isEqualTo(1);
        sub.send(new PubAck(sub.expectMessage("t", "a").packetId()));
        Publish second = sub.expectMessage("t", "b");
        sub.send(new PubRec(second.packetId())).take(PubRel.class);
        sub.send(new PubComp(second.packetId()));
        assertThat(queueRecords()).isZero();
        sub.subscribe(1, "another").unsubscribe("another");
        disk.size(Long.MAX_VALUE);
        broker.advance(TICK);
        assertThat(pub.publish("t", 1, "d")).isEqualTo(ReasonCode.SUCCESS);
    }

    /** A little more than the minimum is needed to go on. */
    @Test
    void lowSpaceDoesNotFlicker() {
        offline(V5, "sub", 1, "t");
        TestClient pub = connect(V5, "pub");
        disk.free(90_000);
        broker.advance(TICK);
        disk.free(105_000);
        broker.advance(TICK);
        assertThat(pub.publish("t", 1, "m")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        disk.free(120_000);
        broker.advance(TICK);
        assertThat(pub.publish("t", 1, "m")).isEqualTo(ReasonCode.SUCCESS);
    }
}

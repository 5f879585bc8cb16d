package io.godwit.broker.durability;

import static io.godwit.broker.simulation.Packets.dup;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Binary;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.UserProperty;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages in queues and under way, across a crash. */
class KeptMessagesTest extends DurableConversation {

    // --- waiting --------------------------------------------------------------------------------

    @Spec({"v5 MQTT-4.1.0-1", "v3 MQTT-4.1.0-1"})
    @ParameterizedTest
    @EnumSource
    void queueIsKeptInItsOrder(ProtocolVersion version) {
        offline(version, "sub", 2, "t");
        TestClient pub = connect(version, "pub");
        String[] payloads = new String[1000];
        for (int i = 0; i < payloads.length; i++) {
            payloads[i] = "m" + i;
            pub.publish("t", 1 + i % 2, payloads[i]);
        }
        crash();
        expectInQueue(version, "sub", payloads);
        assertThat(queueRecords()).isZero();
    }

    @Test
    void messageIsKeptWithAllThatIsForwarded() {
        offline(V5, "one", 1, "t");
        Properties properties =
                Properties.builder()
                        .add(Property.PAYLOAD_FORMAT_INDICATOR, true)
                        .add(Property.RESPONSE_TOPIC, "answer")
                        .add(Property.CORRELATION_DATA, new Binary(new byte[] {1, 0, -1}))
                        .add(Property.USER_PROPERTY, new UserProperty("k", "1"))
                        .add(Property.USER_PROPERTY, new UserProperty("k", "2"))
                        .add(Property.CONTENT_TYPE, "text/plain")
                        .build();
        Publish sent =
                new Publish(false, 1, false, Packets.topic("t"), 1, properties, new byte[] {0, 9});
        TestClient pub = connect(V5, "pub");
        pub.send(sent).expect(new PubAck(1));
        offline(V5, "two", 1, "t"); // so that the next one is stored apart from its references
        pub.send(sent).expect(new PubAck(1));
        crash();
        TestClient one = resume(V5, "one");
        for (int i = 0; i < 2; i++) {
            Publish got = one.expect(Publish.class);
            assertThat(got.properties()).isEqualTo(properties);
            assertThat(got.payload()).isEqualTo(sent.payload());
        }
        assertThat(resume(V5, "two").expect(Publish.class).properties()).isEqualTo(properties);
    }

    @Test
    void messageIsKeptWithHowItIsToBeDelivered() {
        TestClient sub = resume(V5, "sub");
        sub.send(
                new Subscribe(
                        1,
                        List.of(Packets.request("t", 2, false, true, RetainHandling.SEND)),
                        Properties.of(Property.SUBSCRIPTION_IDENTIFIER, 268_435_455)));
        sub.expect(SubAck.class);
        sub.drop();
        connect(V5, "pub").publish(Packets.retain(publish("t", "m", 2, 0)));
        crash();
        Publish got = resume(V5, "sub").expectMessage("t", "m");
        assertThat(got.qos()).isEqualTo(2);
        assertThat(got.retain()).isTrue();
        assertThat(got.properties())
                .isEqualTo(Properties.of(Property.SUBSCRIPTION_IDENTIFIER, 268_435_455));
    }

    // --- their expiry ---------------------------------------------------------------------------

    private void publishExpiring(long seconds) {
        connect(V5, "pub")
                .publish(with(publish("t", "m", 1, 0), Property.MESSAGE_EXPIRY_INTERVAL, seconds));
    }

    @Spec({"v5 MQTT-3.3.2-6"})
    @Test
    void messageGoesOnExpiringDuringTheDowntime() {
        offline(V5, "sub", 1, "t");
        publishExpiring(100);
        crash(Duration.ofSeconds(60));
        Publish got = resume(V5, "sub").expectMessage("t", "m");
        assertThat(got.properties().get(Property.MESSAGE_EXPIRY_INTERVAL)).isEqualTo(40L);
    }

    @Spec({"v5 MQTT-3.3.2-5"})
    @Test
    void messageExpiresDuringTheDowntime() {
        offline(V5, "sub", 1, "t");
        publishExpiring(100);
        crash(Duration.ofSeconds(100));
        expectInQueue(V5, "sub");
        assertThat(broker.count(Counter.DROPPED_EXPIRED)).isEqualTo(1);
        assertThat(queueRecords()).isZero();
    }

    // --- under way to a subscriber --------------------------------------------------------------

    @Spec({"v5 MQTT-4.4.0-1", "v3 MQTT-4.4.0-1", "v5 MQTT-3.3.1-1", "v3 MQTT-3.3.1-1"})
    @ParameterizedTest
    @EnumSource
    void qos1MessageIsSentAgainUnderItsIdentifier(ProtocolVersion version) {
        TestClient sub = resume(version, "sub").subscribe(1, "t");
        TestClient pub = connect(version, "pub");
        pub.publish("t", 1, "a");
        pub.publish("t", 1, "b");
        sub.expectMessage("t", "a");
        Publish second = sub.expectMessage("t", "b");
        sub.send(new PubAck(second.packetId()));
        Publish third = third(pub, sub);
        crash();
        TestClient again = resume(version, "sub");
        Publish first = again.expectMessage("t", "a");
        assertThat(first.dup()).isTrue();
        assertThat(first.packetId()).isEqualTo(1);
        assertThat(again.expect(Publish.class)).isEqualTo(dup(third));
        again.expectNothing();
        again.send(new PubAck(first.packetId()), new PubAck(third.packetId()));
        assertThat(queueRecords()).isZero();
    }

    private static Publish third(TestClient pub, TestClient sub) {
        pub.publish("t", 1, "c");
        return sub.expectMessage("t", "c");
    }

    /** What was sent comes again, then what was not; each in its order, under its identifier. */
    @ParameterizedTest
    @EnumSource
    void flowsOfAllStatesGoOn(ProtocolVersion version) {
        TestClient sub = resume(version, "sub").subscribe(2, "t");
        TestClient pub = connect(version, "pub");
        List<Publish> sent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pub.publish("t", 2, "m" + i);
            sent.add(sub.expectMessage("t", "m" + i));
        }
        sub.send(new PubRec(sent.get(1).packetId()));
        sub.expect(new PubRel(sent.get(1).packetId()));
        sub.drop();
        pub.publish("t", 2, "m3");
        crash();
        TestClient again = resume(version, "sub");
        again.expect(dup(sent.get(0)));
        again.expect(new PubRel(sent.get(1).packetId()));
        again.expect(dup(sent.get(2)));
        Publish last = again.expectMessage("t", "m3");
        assertThat(last.dup()).isFalse();
        assertThat(last.packetId()).isNotIn(sent.stream().map(Publish::packetId).toArray());
        for (Publish publish : List.of(sent.get(0), sent.get(2), last)) {
            again.send(new PubRec(publish.packetId())).expect(new PubRel(publish.packetId()));
            again.send(new PubComp(publish.packetId()));
        }
        again.send(new PubComp(sent.get(1).packetId()));
        assertThat(queueRecords()).isZero();
        crash();
        resume(version, "sub").expectNothing();
    }

    /** Crash after crash, in the middle of a long queue. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void queueIsHandedOverOnceThroughManyCrashes(int qos) {
        offline(V5, "sub", qos, "t");
        TestClient pub = connect(V5, "pub");
        int count = 600;
        for (int i = 0; i < count; i++) {
            pub.publish("t", qos, "m" + i);
        }
        int next = 0;
        while (next < count) {
            crash();
            TestClient sub = connect(V5, "sub", c -> c.persistent().with(RECEIVE_MAXIMUM, 50));
            for (int i = 0; i < 45 && next < count; i++) {
                Publish got = sub.expectMessage("t", "m" + next);
                next++;
                if (qos == 1) {
                    sub.send(new PubAck(got.packetId()));
                } else {
                    sub.send(new PubRec(got.packetId()));
                    sub.take(PubRel.class);
                    sub.send(new PubComp(got.packetId()));
                }
            }
        }
        resume(V5, "sub").expectNothing();
        assertThat(queueRecords()).isZero();
    }

    private static final Property<Integer> RECEIVE_MAXIMUM = Property.RECEIVE_MAXIMUM;

    // --- on their way from a publisher ----------------------------------------------------------

    @Spec({"v5 MQTT-4.3.3-10"})
    @ParameterizedTest
    @EnumSource
    void unreleasedIdentifiersAreKept(ProtocolVersion version) {
        offline(version, "sub", 2, "t");
        TestClient pub = resume(version, "pub");
        pub.send(publish("t", "a", 2, 1), publish("t", "b", 2, 65_535), publish("t", "c", 2, 300));
        pub.expect(new PubRec(1)).expect(new PubRec(65_535)).expect(new PubRec(300));
        pub.send(new PubRel(300)).expect(new PubComp(300));
        crash();
        TestClient again = resume(version, "pub");
        again.send(dup(publish("t", "b", 2, 65_535)), dup(publish("t", "a", 2, 1)));
        again.expect(new PubRec(65_535)).expect(new PubRec(1));
        again.send(new PubRel(1), new PubRel(65_535)).expect(new PubComp(1));
        again.expect(new PubComp(65_535));
        expectInQueue(version, "sub", "a", "b", "c");
    }

    /** §4.9: the client has its whole send quota on each Network Connection. */
    @Test
    void unreleasedIdentifiersCountAgainstNoQuotaOfANewConnection() {
        use(options().limits(limits -> limits.receiveMaximum(2)));
        TestClient pub = resume(V5, "pub");
        pub.send(publish("t", "a", 2, 1), publish("t", "b", 2, 2));
        crash();
        TestClient again = resume(V5, "pub");
        again.send(publish("t", "c", 2, 3), publish("t", "d", 2, 4), new PubRel(1), new PubRel(2));
        assertThat(again.takeAll()).hasSize(4);
        again.send(publish("t", "e", 2, 5));
        assertThat(again.expect(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
        again.expectClosed();
    }
}

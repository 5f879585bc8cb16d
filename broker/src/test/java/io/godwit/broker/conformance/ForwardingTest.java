package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Binary;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.UserProperty;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches subscribers of what was published (§3.3.2.3, §4.5, §4.6). */
class ForwardingTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private static Publish expiring(String payload, int qos, long seconds) {
        return with(publish("t", payload, qos, 0), Property.MESSAGE_EXPIRY_INTERVAL, seconds);
    }

    private static Properties forwarded() {
        return Properties.builder()
                .add(Property.USER_PROPERTY, new UserProperty("b", "1"))
                .add(Property.PAYLOAD_FORMAT_INDICATOR, true)
                .add(Property.CONTENT_TYPE, "text/plain; \u00e4")
                .add(Property.USER_PROPERTY, new UserProperty("a", "2"))
                .add(Property.RESPONSE_TOPIC, "answers/here")
                .add(Property.CORRELATION_DATA, new Binary(new byte[] {0, 1, (byte) 0xFF}))
                .add(Property.USER_PROPERTY, new UserProperty("b", "1"))
                .add(Property.USER_PROPERTY, new UserProperty("", ""))
                .build();
    }

    @Spec({
        "v5 MQTT-3.3.2-4",
        "v5 MQTT-3.3.2-15",
        "v5 MQTT-3.3.2-16",
        "v5 MQTT-3.3.2-17",
        "v5 MQTT-3.3.2-18",
        "v5 MQTT-3.3.2-20"
    })
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void propertiesAreForwardedUnchangedAndInOrder(int qos) {
        TestClient near = connect(V5, "near").acknowledging().subscribe(qos, "t");
        TestClient far = connect(V5, "far").acknowledging().subscribe(qos, "t");
        TestClient stored = resume(V5, "stored").subscribe(qos, "t");
        stored.drop();
        TestClient v3 = connect(ProtocolVersion.V3_1_1, "v3").acknowledging().subscribe(qos, "t");
        TestClient pub = connect(V5, "pub");
        Publish sent =
                new Publish(
                        false,
                        qos,
                        false,
                        publish("t", "x").topic(),
                        0,
                        forwarded(),
                        new byte[] {1, 2, 3});
        pub.publish(sent);
        assertThat(near.expect(Publish.class).properties()).isEqualTo(forwarded());
        assertThat(far.expect(Publish.class).properties()).isEqualTo(forwarded());
        assertThat(v3.expect(Publish.class).payload()).containsExactly(1, 2, 3);
        if (qos > 0) {
            assertThat(resume(V5, "stored").expect(Publish.class).properties())
                    .isEqualTo(forwarded());
        }
    }

    @Spec("v5 MQTT-3.3.2-6")
    @Test
    void expiryIntervalIsLowerByTheTimeThatAMessageWaited() {
        resume(V5, "sub").subscribe(2, "t").drop();
        TestClient now = connect(V5, "now").subscribe(0, "t");
        connect(V5, "pub").publish(expiring("x", 1, 100));
        assertThat(now.expect(Publish.class).properties())
                .isEqualTo(Properties.of(Property.MESSAGE_EXPIRY_INTERVAL, 100L));
        broker.advance(Duration.ofSeconds(30));
        Publish late = resume(V5, "sub").expectMessage("t", "x");
        assertThat(late.properties().get(Property.MESSAGE_EXPIRY_INTERVAL)).isEqualTo(70L);
    }

    @Spec("v5 MQTT-3.3.2-5")
    @Test
    void expiredMessageIsDroppedAndCounted() {
        resume(V5, "sub").subscribe(2, "t").drop();
        TestClient pub = connect(V5, "pub");
        pub.publish(expiring("short", 1, 10));
        pub.publish(expiring("long", 2, 100));
        pub.publish("t", 1, "never");
        broker.advance(Duration.ofMillis(10_100));
        TestClient again = resume(V5, "sub").acknowledging();
        again.expectMessage("t", "long");
        again.expectMessage("t", "never");
        again.expectNothing();
        assertThat(broker.count(Counter.DROPPED_EXPIRED)).isEqualTo(1);
        assertThat(broker.count(Counter.MESSAGES_QUEUED))
                .isEqualTo(broker.count(Counter.MESSAGES_UNQUEUED));
    }

    /** It also expires behind a quota, not only while the client is away. */
    @Spec("v5 MQTT-3.3.2-5")
    @Test
    void messageExpiresInTheQueueOfAConnectedClient() {
        TestClient sub = connect(V5, "sub", c -> c.with(Property.RECEIVE_MAXIMUM, 1));
        sub.subscribe(1, "t");
        TestClient pub = connect(V5, "pub");
        pub.publish("t", 1, "first");
        pub.publish(expiring("second", 1, 10));
        pub.publish("t", 1, "third");
        int first = sub.expectMessage("t", "first").packetId();
        broker.advance(Duration.ofSeconds(11));
        sub.send(new PubAck(first));
        sub.expectMessage("t", "third");
        sub.expectNothing();
    }

    @Test
    void wallClockDecidesAboutExpiry() {
        resume(V5, "sub").subscribe(1, "t").drop();
        TestClient pub = connect(V5, "pub");
        pub.publish(expiring("x", 1, 100));
        pub.publish(expiring("y", 1, 1_000));
        broker.jumpWallClock(Duration.ofSeconds(200));
        resume(V5, "sub").expectMessage("t", "y");
        broker.jumpWallClock(Duration.ofSeconds(-500)); // back: nobody waits longer than asked
        TestClient again = resume(V5, "sub");
        Long left =
                again.expectMessage("t", "y").properties().get(Property.MESSAGE_EXPIRY_INTERVAL);
        assertThat(left).isEqualTo(800);
    }

    @Spec({"v5 MQTT-4.5.0-1", "v3 MQTT-4.5.0-1", "v5 MQTT-3.3.2-3", "v3 MQTT-3.3.2-3"})
    @ParameterizedTest
    @EnumSource
    void everyMatchingSessionGetsIt(ProtocolVersion version) {
        String[] matching = {"a/b", "a/+", "+/b", "#", "a/#", "+/+", "a/b/#"};
        String[] other = {"a", "a/b/c", "A/b", "a/b/", "/a/b", "b/+", "$SYS/#"};
        TestClient[] yes =
                Arrays.stream(matching)
                        .map(f -> connect(version, "yes " + f).subscribe(1, f))
                        .toArray(TestClient[]::new);
        TestClient[] no =
                Arrays.stream(other)
                        .map(f -> connect(version, "no " + f).subscribe(1, f))
                        .toArray(TestClient[]::new);
        connect(version, "pub").publish("a/b", 1, "x");
        for (TestClient each : yes) {
            each.expectMessage("a/b", "x");
            each.expectNothing();
        }
        for (TestClient each : no) {
            each.expectNothing();
        }
    }

    @Spec({"v5 MQTT-4.6.0-5", "v5 MQTT-4.6.0-6", "v3 MQTT-4.6.0-5", "v3 MQTT-4.6.0-6"})
    @ParameterizedTest
    @EnumSource
    void orderOfAPublisherIsKept(ProtocolVersion version) {
        for (int qos = 0; qos <= 2; qos++) {
            TestClient[] subs = new TestClient[3];
            for (int shard = 0; shard < 3; shard++) {
                subs[shard] = resume(version, broker.clientIdOn(shard, "sub")).acknowledging();
                subs[shard].subscribe(qos, "t");
            }
            TestClient pub = connect(version, "pub");
            Publish[] packets = new Publish[100];
            for (int i = 0; i < packets.length; i++) {
                packets[i] = publish("t", "m" + i, qos, qos == 0 ? 0 : i + 1);
            }
            pub.inSegmentsOf(13).send(packets);
            for (TestClient sub : subs) {
                for (int i = 0; i < packets.length; i++) {
                    sub.expectMessage("t", "m" + i);
                }
                sub.disconnect();
            }
            assertThat(pub.takeAll()).hasSize(qos == 0 ? 0 : packets.length);
            pub.disconnect();
        }
    }
}

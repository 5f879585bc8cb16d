package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Binary;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.UserProperty;
import io.godwit.codec.Will;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Will Messages (§3.1.2.5, §3.1.3.2). */
class WillMessageTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private TestClient watcher(ProtocolVersion version) {
        return connect(version, "watcher").acknowledging().subscribe(2, "will/#");
    }

    private static Will delayed(long seconds) {
        return will(
                "will/t", "gone", 1, false, Properties.of(Property.WILL_DELAY_INTERVAL, seconds));
    }

    @Spec({"v5 MQTT-3.1.2-7", "v5 MQTT-3.1.2-8", "v3 MQTT-3.1.2-8"})
    @ParameterizedTest
    @EnumSource
    void willIsPublishedWhenTheConnectionFails(ProtocolVersion version) {
        TestClient watcher = watcher(version);
        for (int qos = 0; qos <= 2; qos++) {
            Will will = will("will/t", "gone", qos);
            TestClient client = connect(version, "c", c -> c.will(will));
            watcher.expectNothing();
            client.drop();
            assertThat(watcher.expectMessage("will/t", "gone").qos()).isEqualTo(qos);
            watcher.expectNothing();
        }
    }

    @Spec({"v5 MQTT-3.1.2-8", "v3 MQTT-3.1.2-8"})
    @ParameterizedTest
    @EnumSource
    void willIsPublishedAtKeepAliveTimeoutAndProtocolError(ProtocolVersion version) {
        TestClient watcher = watcher(version);
        connect(version, "c", c -> c.will(will("will/t", "silent", 0)).keepAlive(10));
        broker.advance(Duration.ofSeconds(16));
        watcher.expectMessage("will/t", "silent");
        TestClient client = connect(version, "c", c -> c.will(will("will/t", "bad", 0)));
        client.sendBytes("00 00");
        watcher.expectMessage("will/t", "bad");
        watcher.expectNothing();
    }

    @Spec({"v5 MQTT-3.1.2-8", "v3 MQTT-3.1.2-8"})
    @ParameterizedTest
    @EnumSource
    void willIsPublishedAtTakeOver(ProtocolVersion version) {
        TestClient watcher = watcher(version);
        connect(version, "c", c -> c.will(will("will/t", "first", 0)));
        connect(version, "c", c -> c.will(will("will/t", "second", 0)));
        watcher.expectMessage("will/t", "first");
        watcher.expectNothing();
    }

    @Spec({"v5 MQTT-3.1.2-10", "v5 MQTT-3.14.4-3", "v3 MQTT-3.1.2-10", "v3 MQTT-3.14.4-3"})
    @ParameterizedTest
    @EnumSource
    void disconnectDiscardsTheWill(ProtocolVersion version) {
        TestClient watcher = watcher(version);
        connect(version, "c", c -> c.will(will("will/t", "gone", 0)).persistent()).disconnect();
        watcher.expectNothing();
        resume(version, "c").drop(); // it had a will once, but not any more
        broker.advance(Duration.ofHours(1));
        watcher.expectNothing();
    }

    @Spec({"v5 MQTT-3.1.2-10", "v3 MQTT-3.1.2-10"})
    @ParameterizedTest
    @EnumSource
    void willIsPublishedOnce(ProtocolVersion version) {
        TestClient watcher = watcher(version);
        connect(version, "c", c -> c.will(will("will/t", "gone", 0)).persistent()).drop();
        watcher.expectMessage("will/t", "gone");
        resume(version, "c").drop();
        broker.advance(Duration.ofHours(1));
        watcher.expectNothing();
    }

    @Spec("v3 MQTT-3.1.2-12")
    @ParameterizedTest
    @EnumSource
    void withoutWillNothingIsPublished(ProtocolVersion version) {
        TestClient watcher = connect(version, "watcher").subscribe(0, "#");
        connect(version, "c").drop();
        broker.advance(Duration.ofSeconds(1));
        watcher.expectNothing();
    }

    @Spec({"v5 MQTT-3.1.2-14", "v5 MQTT-3.1.2-15", "v3 MQTT-3.1.2-16", "v3 MQTT-3.1.2-17"})
    @ParameterizedTest
    @EnumSource
    void willIsRetainedIfItSaysSo(ProtocolVersion version) {
        Will plain = will("will/plain", "gone", 1);
        Will retained = will("will/retained", "gone", 1, true, Properties.NONE);
        connect(version, "a", c -> c.will(plain)).drop();
        connect(version, "b", c -> c.will(retained)).drop();
        TestClient later = watcher(version);
        assertThat(later.expectMessage("will/retained", "gone").retain()).isTrue();
        later.expectNothing();
    }

    @Spec("v5 MQTT-3.1.2-8")
    @Test
    void disconnectWithWillMessagePublishesIt() {
        TestClient watcher = watcher(V5);
        for (ReasonCode code :
                List.of(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, ReasonCode.UNSPECIFIED_ERROR)) {
            TestClient client = connect(V5, "c", c -> c.will(will("will/t", "gone", 0)));
            client.send(new Disconnect(code)).expectClosed();
            watcher.expectMessage("will/t", "gone");
        }
        watcher.expectNothing();
    }

    @Spec("v5 MQTT-3.1.2-8")
    @Test
    void willWaitsForItsDelay() {
        TestClient watcher = watcher(V5);
        connect(V5, "c", c -> c.will(delayed(30)).resume(100)).drop();
        broker.advance(Duration.ofMillis(29_900));
        watcher.expectNothing();
        broker.advance(Duration.ofMillis(200));
        watcher.expectMessage("will/t", "gone");
        broker.advance(Duration.ofSeconds(100));
        watcher.expectNothing();
    }

    @Spec("v5 MQTT-3.1.2-8")
    @Test
    void endOfTheSessionIsAsFarAsADelayGoes() {
        TestClient watcher = watcher(V5);
        connect(V5, "a", c -> c.will(delayed(30))).drop();
        watcher.expectMessage("will/t", "gone"); // a session that ended with its connection
        connect(V5, "b", c -> c.will(delayed(1_000)).resume(5)).drop();
        broker.advance(Duration.ofMillis(4_900));
        watcher.expectNothing();
        broker.advance(Duration.ofMillis(200));
        watcher.expectMessage("will/t", "gone");
        watcher.expectNothing();
    }

    @Spec({"v5 MQTT-3.1.3-9", "v5 MQTT-3.1.2-8"})
    @Test
    void reconnectInTimeTakesTheWillBack() {
        TestClient watcher = watcher(V5);
        connect(V5, "c", c -> c.will(delayed(30)).resume(100)).drop();
        broker.advance(Duration.ofSeconds(29));
        TestClient again = connect(V5, "c", c -> c.resume(100));
        broker.advance(Duration.ofSeconds(200));
        watcher.expectNothing();
        again.expectNothing();
    }

    @Spec({"v5 MQTT-3.1.2-7", "v3 MQTT-3.1.2-8"})
    @ParameterizedTest
    @EnumSource
    void willOfTheLatestConnectCounts(ProtocolVersion version) {
        TestClient watcher = watcher(version);
        connect(version, "c", c -> c.will(will("will/t", "first", 0)).persistent()).disconnect();
        connect(version, "c", c -> c.will(will("will/t", "second", 0)).persistent()).drop();
        watcher.expectMessage("will/t", "second");
        watcher.expectNothing();
    }

    @Spec("v5 MQTT-3.1.3-9")
    @Test
    void takeOverOfADelayedWillPublishesNothing() {
        TestClient watcher = watcher(V5);
        connect(V5, "c", c -> c.will(delayed(30)).resume(100));
        connect(V5, "c", c -> c.will(delayed(30)).resume(100));
        broker.advance(Duration.ofSeconds(200));
        watcher.expectNothing();
    }

    @Spec("v5 MQTT-3.1.2-8")
    @Test
    void cleanStartEndsTheSessionAndSoPublishesItsWill() {
        TestClient watcher = watcher(V5);
        connect(V5, "c", c -> c.will(delayed(30)).resume(100)).drop();
        connect(V5, "c");
        watcher.expectMessage("will/t", "gone");
        watcher.expectNothing();
    }

    @Spec("v5 MQTT-3.1.3-10")
    @Test
    void willHasAllItsProperties() {
        Properties properties =
                Properties.builder()
                        .add(Property.PAYLOAD_FORMAT_INDICATOR, true)
                        .add(Property.CONTENT_TYPE, "text/plain")
                        .add(Property.RESPONSE_TOPIC, "answers")
                        .add(Property.CORRELATION_DATA, new Binary(new byte[] {1, 2}))
                        .add(Property.USER_PROPERTY, new UserProperty("b", "1"))
                        .add(Property.USER_PROPERTY, new UserProperty("a", "2"))
                        .add(Property.USER_PROPERTY, new UserProperty("b", "3"))
                        .build();
        TestClient watcher = watcher(V5);
        Will will =
                will(
                        "will/t",
                        "gone",
                        0,
                        false,
                        properties
                                .with(Property.MESSAGE_EXPIRY_INTERVAL, 60L)
                                .with(Property.WILL_DELAY_INTERVAL, 10L));
        connect(V5, "c", c -> c.will(will).resume(100)).drop();
        broker.advance(Duration.ofSeconds(11));
        Publish publish = watcher.expectMessage("will/t", "gone");
        // the interval starts when the will is published §3.1.3.2.4
        assertThat(publish.properties())
                .isEqualTo(
                        Properties.builder()
                                .add(Property.MESSAGE_EXPIRY_INTERVAL, 60L)
                                .addAll(properties)
                                .build());
    }

    /** Wills of those who go together reach those who stay, whatever the shards. */
    @ParameterizedTest
    @EnumSource
    void serverThatStopsPublishesWillsBeforeItCloses(ProtocolVersion version) {
        TestClient watcher = watcher(version);
        TestClient client = connect(version, "c", c -> c.will(will("will/t", "gone", 0)));
        var done = broker.broker().disconnectAll();
        broker.run();
        assertThat(done).isCompleted();
        watcher.expectMessage("will/t", "gone");
        for (TestClient each : List.of(watcher, client)) {
            if (version.isV5()) {
                assertThat(each.expect(Disconnect.class).reasonCode())
                        .isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
            }
            each.expectClosed();
        }
    }
}

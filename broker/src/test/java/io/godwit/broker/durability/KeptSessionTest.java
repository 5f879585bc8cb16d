package io.godwit.broker.durability;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.request;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.topic;
import static io.godwit.broker.simulation.Packets.will;
import static io.godwit.broker.simulation.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.TestClient;
import io.godwit.broker.spi.Database.Table;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.UserProperty;
import io.godwit.codec.Will;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Subscriptions, wills and retained messages, across a crash. */
class KeptSessionTest extends DurableConversation {

    // --- subscriptions --------------------------------------------------------------------------

    private static void subscribe(
            TestClient client, int subscriptionId, SubscriptionRequest... to) {
        client.send(
                new Subscribe(
                        client.nextPacketId(),
                        List.of(to),
                        Properties.of(Property.SUBSCRIPTION_IDENTIFIER, subscriptionId)));
        client.expect(SubAck.class);
    }

    @Test
    void subscriptionsAreKeptWithTheirOptionsAndIdentifiers() {
        TestClient client = resume(V5, "client");
        subscribe(client, 1, request("a/+", 0), request("a/#", 2));
        subscribe(client, 77, request("a/b", 1, false, true, RetainHandling.DO_NOT_SEND));
        subscribe(client, 9, request("own", 1, true, false, RetainHandling.SEND));
        client.drop();
        crash();
        TestClient again = resume(V5, "client").acknowledging();
        again.send(publish("own", "x")); // No Local
        connect(V5, "pub").publish(retain(publish("a/b", "m", 2, 0)));
        Publish got = again.expectMessage("a/b", "m");
        assertThat(got.qos()).isEqualTo(2);
        assertThat(got.retain()).isTrue();
        assertThat(got.properties().all(Property.SUBSCRIPTION_IDENTIFIER))
                .containsExactlyInAnyOrder(1, 1, 77);
        again.expectNothing();
    }

    @Test
    void newOptionsReplaceTheOldOnes() {
        TestClient client = resume(V5, "client");
        subscribe(client, 1, request("t", 2));
        subscribe(client, 2, request("t", 1));
        client.drop();
        crash();
        TestClient again = resume(V5, "client");
        connect(V5, "pub").publish("t", 2, "m");
        Publish got = again.expectMessage("t", "m");
        assertThat(got.qos()).isEqualTo(1);
        assertThat(got.properties()).isEqualTo(Properties.of(Property.SUBSCRIPTION_IDENTIFIER, 2));
    }

    @ParameterizedTest
    @EnumSource
    void subscriptionsOfASessionThatIsNotKeptAreGone(ProtocolVersion version) {
        connect(version, "client").subscribe(1, "t");
        assertThat(disk.records(Table.SESSION)).isZero();
        crash();
        assertThat(connect(V5, "pub").publish("t", 1, "m"))
                .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    // --- wills ----------------------------------------------------------------------------------

    @Test
    void willIsKeptWithAllThatBelongsToIt() {
        TestClient watcher = resume(V5, "watcher");
        watcher.send(
                new Subscribe(
                        1, List.of(request("w", 2, false, true, RetainHandling.DO_NOT_SEND))));
        Properties properties =
                Properties.builder()
                        .add(Property.WILL_DELAY_INTERVAL, 40L)
                        .add(Property.MESSAGE_EXPIRY_INTERVAL, 500L)
                        .add(Property.CONTENT_TYPE, "text/plain")
                        .add(Property.USER_PROPERTY, new UserProperty("k", "v"))
                        .build();
        connect(V5, "client", c -> c.persistent().will(will("w", "dead", 2, true, properties)));
        crash();
        broker.advance(Duration.ofSeconds(39));
        TestClient again = resume(V5, "watcher");
        again.expectNothing();
        broker.advance(Duration.ofSeconds(2));
        Publish got = again.expectMessage("w", "dead");
        assertThat(got.qos()).isEqualTo(2);
        assertThat(got.retain()).isTrue();
        assertThat(got.properties())
                .isEqualTo(
                        Properties.builder()
                                .add(Property.MESSAGE_EXPIRY_INTERVAL, 500L)
                                .add(Property.CONTENT_TYPE, "text/plain")
                                .add(Property.USER_PROPERTY, new UserProperty("k", "v"))
                                .build());
        crash();
        broker.advance(Duration.ofMinutes(5)); // it is published once
        assertThat(broker.retained().get(topic("w"))).isNotNull();
        resume(V5, "watcher").expect(Publish.class);
        resume(V5, "watcher").expect(Publish.class);
        assertThat(disk.records(Table.QUEUE)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void discardedWillIsNotPublished(ProtocolVersion version) {
        connect(version, "client", c -> c.persistent().will(will("t", "dead", 1))).disconnect();
        offline(version, "watcher", 1, "t");
        crash();
        broker.advance(Duration.ofMinutes(5));
        expectInQueue(version, "watcher");
    }

    @Test
    void newWillReplacesTheOldOne() {
        offline(V5, "watcher", 1, "t");
        connect(V5, "client", c -> c.persistent().will(delayed("old")));
        connect(V5, "client", c -> c.persistent().will(delayed("new")));
        crash();
        broker.advance(Duration.ofMinutes(5));
        expectInQueue(V5, "watcher", "new");
    }

    @Test
    void willOfTheLastConnectionIsDroppedByOneWithout() {
        offline(V5, "watcher", 1, "t");
        connect(V5, "client", c -> c.persistent().will(delayed("old"))).drop();
        resume(V5, "client");
        crash();
        broker.advance(Duration.ofMinutes(5));
        expectInQueue(V5, "watcher");
    }

    private static Will delayed(String payload) {
        return will("t", payload, 1, false, Properties.of(Property.WILL_DELAY_INTERVAL, 60L));
    }

    // --- retained messages ----------------------------------------------------------------------

    @Spec({"v5 MQTT-3.3.1-5", "v3 MQTT-3.3.1-5", "v3 MQTT-3.1.2-7"})
    @ParameterizedTest
    @EnumSource
    void lastRetainedMessageIsKept(ProtocolVersion version) {
        TestClient pub = connect(version, "pub");
        pub.publish(retain(publish("replaced", "old", 1, 0)));
        pub.publish(retain(publish("replaced", "new", 2, 0)));
        pub.publish(retain(publish("removed", "gone", 1, 0)));
        pub.publish(retain(publish("removed", "", 1, 0)));
        pub.publish(retain(publish("set", "at QoS 0", 0, 0)));
        crash();
        assertThat(disk.records(Table.RETAINED)).isEqualTo(2);
        TestClient client = connect(version, "client").subscribe(2, "replaced");
        Publish got = client.expectMessage("replaced", "new");
        assertThat(got.qos()).isEqualTo(2);
        assertThat(got.retain()).isTrue();
        client.subscribe(1, "set").expectMessage("set", "at QoS 0");
        client.subscribe(1, "removed").expectNothing();
    }

    @Spec({"v5 MQTT-3.3.2-5", "v5 MQTT-3.3.2-6"})
    @Test
    void retainedMessageExpiresDuringTheDowntime() {
        TestClient pub = connect(V5, "pub");
        pub.publish(expiring("soon", 60));
        pub.publish(expiring("later", 100));
        crash(Duration.ofSeconds(60));
        assertThat(disk.records(Table.RETAINED)).isEqualTo(1);
        TestClient client = connect(V5, "client").subscribe(1, "#");
        Publish got = client.expectMessage("later", "m");
        assertThat(got.properties().get(Property.MESSAGE_EXPIRY_INTERVAL)).isEqualTo(40L);
        client.expectNothing();
    }

    private static Publish expiring(String topic, long seconds) {
        return retain(with(publish(topic, "m", 1, 0), Property.MESSAGE_EXPIRY_INTERVAL, seconds));
    }

    @Test
    void retainedMessageThatExpiresIsRemovedFromTheDisk() {
        connect(V5, "pub").publish(expiring("t", 60));
        broker.advance(Duration.ofMinutes(2));
        assertThat(disk.records(Table.RETAINED)).isZero();
    }

    // --- their end ------------------------------------------------------------------------------

    @Test
    void disconnectMayChangeTheExpiry() {
        TestClient client = resume(V5, "client");
        client.send(
                new Disconnect(
                        ReasonCode.SUCCESS, Properties.of(Property.SESSION_EXPIRY_INTERVAL, 60L)));
        crash(Duration.ofSeconds(59));
        broker.advance(GRACE.plusSeconds(1));
        assertThat(isPresent("client")).isFalse();
    }
}

package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.will;
import static io.godwit.broker.simulation.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.limits.ListenerLimits;
import io.godwit.broker.limits.ListenerLimits.OfSession;
import io.godwit.broker.protection.ListenerPolicy;
import io.godwit.broker.protection.ListenerPolicy.ClientRate;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.protection.ProtectionSettings.BruteForce;
import io.godwit.broker.protection.ProtectionSettings.Flapping;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubRec;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Will;
import io.godwit.spec.Spec;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Limits of the connections of one listener: {@code listeners.<name>.limits}. */
class ListenerLimitsTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;
    private static final Origin SMALL = Origin.tcp("small", InetAddress.getLoopbackAddress(), 1);

    private static final ListenerLimits LIMITS =
            new ListenerLimits(
                    Optional.of(1_000),
                    Optional.of(Duration.ofSeconds(3)),
                    Optional.of(2),
                    Optional.of(1),
                    Optional.of(60),
                    Optional.of(1),
                    Optional.of(false),
                    new OfSession(
                            Optional.of(3), Optional.of(2), Optional.of(2), Optional.of(90L)));

    private static final ClientRate RATE =
            new ClientRate(Optional.of(10), Optional.empty(), Optional.empty(), Optional.of(true));

    private static ProtectionSettings settings(ListenerLimits limits, ClientRate rate) {
        return new ProtectionSettings(
                false,
                0,
                0,
                PublishRate.NONE,
                BruteForce.NONE,
                Flapping.NONE,
                Map.of("small", new ListenerPolicy(0, 0, limits, rate)));
    }

    /** The same but for one limit. */
    private static ListenerLimits maximumQos(int qos) {
        return new ListenerLimits(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(qos),
                Optional.empty(),
                OfSession.NONE);
    }

    private void limit(ListenerLimits limits, ClientRate rate) {
        use(SimulatedBroker.options().protection(settings(limits, rate)));
    }

    private void limit() {
        limit(LIMITS, ClientRate.NONE);
    }

    private TestClient small(
            ProtocolVersion version, String clientId, UnaryOperator<ConnectBuilder> change) {
        TestClient client = broker.client(version, SMALL);
        client.connect(change.apply(Packets.connect(version, clientId)).build());
        return client;
    }

    private TestClient small(ProtocolVersion version, String clientId) {
        return small(version, clientId, c -> c);
    }

    /** Version 5 is told why it is disconnected; earlier ones are closed. */
    private static void expectClosed(TestClient client, ReasonCode code) {
        if (client.version().isV5()) {
            assertThat(client.expect(Disconnect.class).reasonCode()).isEqualTo(code);
        }
        client.expectClosed();
    }

    private Properties told(Origin origin) {
        TestClient client = broker.client(V5, origin);
        return client.connect(Packets.connect(V5, "c").persistent().keepAlive(600).build())
                .properties();
    }

    // --- what version 5 is told -----------------------------------------------------------------

    @Spec("v5 MQTT-3.2.2-9")
    @Test
    void clientIsToldTheLimitsOfItsListener() {
        limit();
        Properties told = told(SMALL);
        assertThat(told.get(Property.MAXIMUM_PACKET_SIZE)).isEqualTo(1_000);
        assertThat(told.get(Property.TOPIC_ALIAS_MAXIMUM)).isEqualTo(2);
        assertThat(told.get(Property.SERVER_KEEP_ALIVE)).isEqualTo(60);
        assertThat(told.get(Property.MAXIMUM_QOS)).isTrue(); // 1
        assertThat(told.get(Property.RETAIN_AVAILABLE)).isFalse();
        assertThat(told.get(Property.RECEIVE_MAXIMUM)).isEqualTo(2);
        assertThat(told.get(Property.SESSION_EXPIRY_INTERVAL)).isEqualTo(90);
    }

    @Test
    void otherListenersHaveTheBrokersLimits() {
        limit();
        Properties told = told(Origin.tcp("tcp", InetAddress.getLoopbackAddress(), 1));
        assertThat(told.get(Property.MAXIMUM_PACKET_SIZE)).isEqualTo(2_000_000);
        assertThat(told.get(Property.TOPIC_ALIAS_MAXIMUM)).isEqualTo(32);
        assertThat(told.has(Property.SERVER_KEEP_ALIVE)).isFalse();
        assertThat(told.has(Property.MAXIMUM_QOS)).isFalse();
        assertThat(told.has(Property.RETAIN_AVAILABLE)).isFalse();
        assertThat(told.get(Property.RECEIVE_MAXIMUM)).isEqualTo(1_000);
        assertThat(told.has(Property.SESSION_EXPIRY_INTERVAL)).isFalse();
    }

    // --- QoS ------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void publishAboveTheMaximumQosEndsTheConnection(ProtocolVersion version) {
        TestClient watcher;
        for (int most = 0; most < 2; most++) {
            limit(maximumQos(most), ClientRate.NONE);
            watcher = connect(version, "watcher").subscribe(0, "t");
            TestClient client = small(version, "c");
            for (int qos = 0; qos <= most; qos++) {
                client.publish("t", qos, "below");
                watcher.expectMessage("t", "below");
            }
            client.send(publish("t", "above", most + 1, 9));
            expectClosed(client, ReasonCode.QOS_NOT_SUPPORTED);
            watcher.expectNothing();
            connect(version, "other").publish("t", 2, "elsewhere");
            watcher.expectMessage("t", "elsewhere");
        }
    }

    @Spec("v5 MQTT-3.2.2-9")
    @Test
    void maximumQosOfNoneIsTold() {
        limit(maximumQos(0), ClientRate.NONE);
        assertThat(told(SMALL).get(Property.MAXIMUM_QOS)).isFalse(); // 0
        limit(maximumQos(2), ClientRate.NONE);
        assertThat(told(SMALL).has(Property.MAXIMUM_QOS)).isFalse();
    }

    @Spec("v5 MQTT-3.2.2-10")
    @ParameterizedTest
    @EnumSource
    void subscriptionIsGrantedTheMaximumQos(ProtocolVersion version) {
        limit();
        TestClient client = small(version, "c").acknowledging();
        client.send(subscribe(1, Packets.request("a", 0), Packets.request("t", 2)));
        client.expect(new SubAck(1, List.of(ReasonCode.granted(0), ReasonCode.granted(1))));
        connect(version, "pub").publish("t", 2, "m");
        assertThat(client.expectMessage("t", "m").qos()).isEqualTo(1);
    }

    private void expectRefused(ProtocolVersion version, Will will, ReasonCode code) {
        TestClient client = broker.client(version, SMALL);
        client.send(Packets.connect(version, "c").will(will).build());
        if (version.isV5()) {
            assertThat(client.expect(ConnAck.class).reasonCode()).isEqualTo(code);
        }
        client.expectClosed(); // there is no return code for it [v3 MQTT-3.2.2-6]
    }

    @Spec({"v5 MQTT-3.2.2-12", "v3 MQTT-3.2.2-6"})
    @ParameterizedTest
    @EnumSource
    void willAboveTheMaximumQosIsRefused(ProtocolVersion version) {
        limit();
        TestClient watcher = connect(version, "watcher").subscribe(0, "#");
        expectRefused(version, will("t", "gone", 2), ReasonCode.QOS_NOT_SUPPORTED);
        watcher.expectNothing();
        small(version, "c", c -> c.will(will("t", "gone", 1))).drop();
        watcher.expectMessage("t", "gone");
    }

    // --- retained messages ----------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void retainedMessageEndsTheConnection(ProtocolVersion version) {
        limit();
        TestClient watcher = connect(version, "watcher").subscribe(0, "t");
        TestClient client = small(version, "c");
        client.send(retain(publish("t", "m")));
        expectClosed(client, ReasonCode.RETAIN_NOT_SUPPORTED);
        watcher.expectNothing();
        assertThat(broker.retained().count()).isZero();
        connect(version, "other").send(retain(publish("t", "m")));
        watcher.expectMessage("t", "m");
        assertThat(broker.retained().count()).isEqualTo(1);
        small(version, "d").subscribe(0, "t").expectMessage("t", "m"); // it still gets them
    }

    @Spec({"v5 MQTT-3.2.2-13", "v3 MQTT-3.2.2-6"})
    @ParameterizedTest
    @EnumSource
    void willThatIsToBeRetainedIsRefused(ProtocolVersion version) {
        limit();
        expectRefused(
                version,
                will("t", "gone", 0, true, Properties.NONE),
                ReasonCode.RETAIN_NOT_SUPPORTED);
        assertThat(broker.retained().count()).isZero();
    }

    // --- sizes and counts -----------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void packetThatIsTooLargeEndsTheConnection(ProtocolVersion version) {
        limit();
        TestClient watcher = connect(version, "watcher").subscribe(0, "t");
        TestClient client = small(version, "c");
        client.publish("t", 0, "x".repeat(900));
        watcher.expectMessage("t", "x".repeat(900));
        client.send(publish("t", "x".repeat(1_000)));
        expectClosed(client, ReasonCode.PACKET_TOO_LARGE);
        connect(version, "other").publish("t", 0, "x".repeat(1_000));
        watcher.expectMessage("t", "x".repeat(1_000));
    }

    @Test
    void aliasesAreThoseOfTheListener() {
        limit();
        TestClient client =
                small(V5, "c", c -> c.with(Property.TOPIC_ALIAS_MAXIMUM, 9)).subscribe(0, "#");
        TestClient other =
                connect(V5, "other", c -> c.with(Property.TOPIC_ALIAS_MAXIMUM, 9))
                        .subscribe(0, "#");
        client.publish("a", 0, "m");
        client.publish("b", 0, "m");
        assertThat(aliases(client)).isEqualTo(1);
        assertThat(aliases(other)).isEqualTo(2);
        client.send(with(publish("t", "m"), Property.TOPIC_ALIAS, 3));
        expectClosed(client, ReasonCode.TOPIC_ALIAS_INVALID);
    }

    /** How many aliases the broker has assigned. */
    private static long aliases(TestClient client) {
        return client.takeAll().stream()
                .map(packet -> ((Publish) packet).properties())
                .filter(properties -> properties.has(Property.TOPIC_ALIAS))
                .map(properties -> properties.get(Property.TOPIC_ALIAS))
                .distinct()
                .count();
    }

    @ParameterizedTest
    @EnumSource
    void connectHasToComeAsSoonAsTheListenerSays(ProtocolVersion version) {
        limit();
        TestClient client = broker.client(version, SMALL);
        TestClient elsewhere = broker.client(version);
        broker.advance(Duration.ofSeconds(4));
        client.expectClosed();
        elsewhere.expectNothing();
        broker.advance(Duration.ofSeconds(7));
        elsewhere.expectClosed();
    }

    @Test
    void receiveMaximumIsHeld() {
        ListenerLimits two =
                new ListenerLimits(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        LIMITS.session());
        limit(two, ClientRate.NONE);
        TestClient client = small(V5, "c");
        client.send(publish("t", "m", 2, 1)).expect(PubRec.class);
        client.send(publish("t", "m", 2, 2)).expect(PubRec.class);
        client.send(publish("t", "m", 2, 3));
        expectClosed(client, ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }

    @ParameterizedTest
    @EnumSource
    void messagesInFlightAreLimited(ProtocolVersion version) {
        limit();
        TestClient client = small(version, "c").subscribe(1, "t");
        TestClient publisher = connect(version, "pub");
        for (int i = 0; i < 5; i++) {
            publisher.publish("t", 1, "m" + i);
        }
        int first = client.expectMessage("t", "m0").packetId();
        client.expectMessage("t", "m1");
        client.expectMessage("t", "m2");
        client.expectNothing();
        client.send(new PubAck(first)).expectMessage("t", "m3");
        client.expectNothing();
    }

    @Test
    void subscriptionsAreLimited() {
        limit();
        TestClient client = connect(V5, "c", c -> c.persistent()).subscribe(0, "a", "b", "c");
        client.drop();
        TestClient again = small(V5, "c", ConnectBuilder::persistent); // it keeps what it has
        again.send(subscribe(1, 0, "a", "d"));
        again.expect(new SubAck(1, List.of(ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED)));
        connect(V5, "pub").publish("c", 0, "m");
        again.expectMessage("c", "m");
        TestClient fresh = small(V5, "fresh");
        fresh.send(subscribe(1, 0, "a", "b", "c"));
        fresh.expect(
                new SubAck(
                        1,
                        List.of(
                                ReasonCode.SUCCESS,
                                ReasonCode.SUCCESS,
                                ReasonCode.QUOTA_EXCEEDED)));
    }

    @ParameterizedTest
    @EnumSource
    void sessionIsKeptAsLongAsItsListenerAllows(ProtocolVersion version) {
        limit();
        small(version, "c", ConnectBuilder::persistent).drop();
        resume(version, "d").drop();
        broker.advance(Duration.ofSeconds(91));
        TestClient client = broker.client(V5);
        assertThat(client.connect(Packets.connect(V5, "c").cleanStart(false).build()))
                .extracting(ConnAck::sessionPresent)
                .isEqualTo(false);
        TestClient other = broker.client(V5);
        assertThat(other.connect(Packets.connect(V5, "d").cleanStart(false).build()))
                .extracting(ConnAck::sessionPresent)
                .isEqualTo(true);
    }

    // --- rates ----------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void rateOfTheListenerHolds(ProtocolVersion version) {
        limit(ListenerLimits.NONE, RATE);
        TestClient client = small(version, "c");
        TestClient other = connect(version, "other");
        for (int i = 0; i < 11; i++) {
            client.queue(publish("t", "m"));
            other.queue(publish("t", "m"));
        }
        broker.run();
        other.expectNothing();
        assertThat(other.isOpen()).isTrue();
        expectClosed(client, ReasonCode.MESSAGE_RATE_TOO_HIGH);
    }

    // --- changed while the broker runs ----------------------------------------------------------

    @Test
    void changedLimitsHoldForWhoComesThenAndRatesForAll() {
        limit(maximumQos(0), ClientRate.NONE);
        TestClient before = small(V5, "before");
        broker.broker().protection().settings(settings(maximumQos(1), RATE));
        TestClient after = small(V5, "after");
        after.publish("t", 1, "m");
        before.send(publish("t", "m", 1, 1)); // it was told another maximum
        expectClosed(before, ReasonCode.QOS_NOT_SUPPORTED);
        for (int i = 0; i < 11; i++) {
            after.queue(publish("t", "m"));
        }
        broker.run();
        expectClosed(after, ReasonCode.MESSAGE_RATE_TOO_HIGH);
    }

    @Test
    void rateThatComesLaterHoldsForWhoIsThere() {
        limit(ListenerLimits.NONE, ClientRate.NONE);
        TestClient client = small(V5, "c");
        client.publish("t", 1, "m");
        broker.broker().protection().settings(settings(ListenerLimits.NONE, RATE));
        for (int i = 0; i < 11; i++) {
            client.queue(publish("t", "m"));
        }
        broker.run();
        expectClosed(client, ReasonCode.MESSAGE_RATE_TOO_HIGH);
    }
}

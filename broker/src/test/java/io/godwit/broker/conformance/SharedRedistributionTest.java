package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.conformance.Setting.EachV5;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Property;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubRec;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What becomes of a member's messages when its session ends (§4.8.2). */
class SharedRedistributionTest {

    private static final String SHARED = "$share/g/t";

    /** Not acknowledged at QoS 1, or not sent at all: another member gets it. */
    @Each
    void unacknowledgedAndUnsentMessagesGoToOtherMembers(Setting setting) {
        try (SimulatedBroker broker = setting.broker(limits -> limits.inFlight(2))) {
            TestClient leaving = setting.subscriber(broker, 0).subscribe(1, SHARED);
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 5; i++) {
                pub.publish("t", 1, "m" + i);
            }
            int first = leaving.expectMessage("t", "m0").packetId();
            leaving.expectMessage("t", "m1");
            leaving.send(new PubAck(first));
            leaving.expectMessage("t", "m2");
            leaving.expectNothing();
            TestClient heir = setting.subscriber(broker, 1).acknowledging().subscribe(1, SHARED);
            heir.expectNothing();
            leaving.drop();
            List<Publish> inherited = publishes(heir);
            assertThat(inherited).extracting(Packets::text).containsExactly("m1", "m2", "m3", "m4");
            assertThat(inherited).noneMatch(Publish::dup);
        }
    }

    @Spec("v5 MQTT-4.8.2-5")
    @Each
    void qos2MessageThatWasSentGoesToNobodyElse(Setting setting) {
        try (SimulatedBroker broker = setting.broker(limits -> limits.inFlight(2))) {
            TestClient leaving = setting.subscriber(broker, 0).subscribe(2, SHARED);
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 3; i++) {
                pub.publish("t", 2, "m" + i);
            }
            int first = leaving.expectMessage("t", "m0").packetId();
            leaving.expectMessage("t", "m1");
            TestClient heir = setting.subscriber(broker, 1).acknowledging().subscribe(2, SHARED);
            leaving.send(new PubRec(first));
            leaving.drop();
            assertThat(publishes(heir))
                    .extracting(Packets::text)
                    .containsExactly("m2"); // which was not sent
        }
    }

    @Spec("v5 MQTT-4.8.2-6")
    @EachV5
    void messageThatAMemberRefusedIsDiscarded(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient refusing = setting.subscriber(broker, 0).subscribe(2, SHARED);
            TestClient pub = setting.publisher(broker);
            pub.publish("t", 1, "one");
            pub.publish("t", 2, "two");
            int one = refusing.expectMessage("t", "one").packetId();
            int two = refusing.expectMessage("t", "two").packetId();
            TestClient heir = setting.subscriber(broker, 1).acknowledging().subscribe(2, SHARED);
            refusing.send(
                    new PubAck(one, ReasonCode.NOT_AUTHORIZED),
                    new PubRec(two, ReasonCode.UNSPECIFIED_ERROR));
            refusing.expectNothing();
            heir.expectNothing();
            refusing.drop();
            heir.expectNothing();
        }
    }

    /** Unsubscribing is not the end of the session: what was sent to it stays its own. */
    @Spec({"v5 MQTT-3.10.4-3", "v3 MQTT-3.10.4-3"})
    @Each
    void memberThatUnsubscribesKeepsWhatItWasSent(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient leaving = setting.subscriber(broker, 0).subscribe(1, SHARED);
            setting.publisher(broker).publish("t", 1, "mine");
            TestClient other = setting.subscriber(broker, 1).acknowledging().subscribe(1, SHARED);
            int id = leaving.expectMessage("t", "mine").packetId();
            leaving.unsubscribe(SHARED);
            leaving.send(new PubAck(id)).expectNothing();
            leaving.drop();
            other.expectNothing();
        }
    }

    /** An offline session keeps what it was sent, until it ends. */
    @EachV5
    void messagesAreRedistributedWhenAnOfflineSessionExpires(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient leaving =
                    setting.subscriber(broker, 0, c -> c.resume(30)).subscribe(1, SHARED);
            setting.publisher(broker).publish("t", 1, "m0");
            leaving.expectMessage("t", "m0");
            TestClient heir = setting.subscriber(broker, 1).acknowledging().subscribe(1, SHARED);
            leaving.drop();
            broker.advance(Duration.ofSeconds(29));
            heir.expectNothing();
            broker.advance(Duration.ofSeconds(2));
            heir.expectMessage("t", "m0");
        }
    }

    /** With all others offline it waits for them, and keeps its properties. */
    @EachV5
    void redistributedMessageWaitsForAMemberThatIsOffline(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient heir =
                    setting.subscriber(broker, 1, ConnectBuilder::persistent).subscribe(1, SHARED);
            heir.drop();
            TestClient leaving = setting.subscriber(broker, 0).subscribe(1, SHARED);
            Publish sent = with(publish("t", "m0", 1, 0), Property.CONTENT_TYPE, "text/plain");
            setting.publisher(broker).publish(sent);
            leaving.expectMessage("t", "m0");
            leaving.drop();
            TestClient back = setting.subscriber(broker, 1, ConnectBuilder::persistent);
            Publish got = back.expectMessage("t", "m0");
            assertThat(got.properties().get(Property.CONTENT_TYPE)).isEqualTo("text/plain");
        }
    }

    /** The session that is taken over with Clean Start has ended too. */
    @Each
    void cleanStartEndsAMembership(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient leaving =
                    setting.subscriber(broker, 0, ConnectBuilder::persistent).subscribe(1, SHARED);
            TestClient heir = setting.subscriber(broker, 1).acknowledging().subscribe(1, SHARED);
            TestClient pub = setting.publisher(broker);
            pub.publish("t", 1, "m0");
            pub.publish("t", 1, "m1");
            assertThat(publishes(leaving)).hasSize(1);
            assertThat(publishes(heir)).hasSize(1);
            TestClient anew = setting.subscriber(broker, 0);
            assertThat(publishes(heir)).hasSize(1);
            pub.publish("t", 1, "m2");
            heir.expectMessage("t", "m2");
            anew.expectNothing();
        }
    }

    private static List<Publish> publishes(TestClient client) {
        List<Publish> publishes = new ArrayList<>();
        client.takeAll().stream()
                .filter(Publish.class::isInstance)
                .forEach(packet -> publishes.add((Publish) packet));
        return publishes;
    }
}

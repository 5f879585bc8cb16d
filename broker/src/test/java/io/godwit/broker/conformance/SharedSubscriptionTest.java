package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.request;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.conformance.Setting.EachV5;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Shared subscriptions (§4.8.2): who gets a message, and what waits for whom. Clients of the
 * earlier versions can have them too. What happens to a member's messages when its session ends is
 * in {@link SharedRedistributionTest}.
 */
class SharedSubscriptionTest {

    private static final String SHARED = "$share/g/a/+";

    @Each
    void eachMessageGoesToOneMemberInTurn(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            List<TestClient> members = members(setting, broker, 3, SHARED);
            TestClient outside = setting.subscriber(broker, 3).acknowledging().subscribe(1, "a/+");
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 30; i++) {
                pub.publish("a/" + i, i % 2, "m" + i);
            }
            List<String> all = new ArrayList<>();
            for (TestClient member : members) {
                List<String> got = Setting.texts(member);
                assertThat(got).hasSize(10);
                all.addAll(got);
            }
            List<String> sent = Setting.texts(outside);
            assertThat(sent).hasSize(30);
            assertThat(all).containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    @Each
    void queuePrefixIsASharedSubscriptionOfItsOwn(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            List<TestClient> queue = members(setting, broker, 2, "$queue/a/+");
            TestClient named = setting.subscriber(broker, 2).subscribe(0, "$share/queue/a/+");
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 4; i++) {
                pub.publish("a/b", 0, "m" + i);
            }
            assertThat(Setting.texts(queue.get(0))).hasSize(2);
            assertThat(Setting.texts(queue.get(1))).hasSize(2);
            assertThat(Setting.texts(named)).hasSize(4);
            queue.get(0).unsubscribe("$queue/a/+");
            pub.publish("a/b", 0, "m4");
            assertThat(Setting.texts(queue.get(1))).containsExactly("m4");
        }
    }

    /** A ShareName and a filter together make a shared subscription. */
    @Spec({"v5 MQTT-4.8.2-1", "v5 MQTT-4.8.2-2"})
    @Each
    void eachShareNameAndEachFilterIsASharedSubscriptionOfItsOwn(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient g = setting.subscriber(broker, 0).subscribe(0, "$share/g/a/b");
            TestClient h = setting.subscriber(broker, 1).subscribe(0, "$share/h/a/b");
            TestClient wild = setting.subscriber(broker, 2).subscribe(0, "$share/g/a/#");
            setting.publisher(broker).publish("a/b", 0, "hi");
            for (TestClient sub : List.of(g, h, wild)) {
                sub.expectMessage("a/b", "hi");
                sub.expectNothing();
            }
        }
    }

    @Spec("v5 MQTT-4.8.2-3")
    @Each
    void eachMemberGetsAtMostItsOwnQos(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            List<TestClient> members = new ArrayList<>();
            for (int qos = 0; qos <= 2; qos++) {
                members.add(setting.subscriber(broker, qos).acknowledging().subscribe(qos, SHARED));
            }
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 9; i++) {
                pub.publish("a/b", 2, "m");
            }
            for (int qos = 0; qos <= 2; qos++) {
                for (int i = 0; i < 3; i++) {
                    assertThat(members.get(qos).expectMessage("a/b", "m").qos()).isEqualTo(qos);
                }
                members.get(qos).expectNothing();
            }
        }
    }

    @Each
    void noRetainedMessageComesForASharedSubscription(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            setting.publisher(broker).publish(retain(publish("a/b", "kept")));
            TestClient member = setting.subscriber(broker, 0).subscribe(0, SHARED, "$queue/#");
            member.expectNothing();
            member.subscribe(0, "a/b");
            member.expectMessage("a/b", "kept");
            member.expectNothing();
        }
    }

    /**
     * A session with both gets a message by its own subscription, and perhaps by the shared one.
     */
    @EachV5
    void sharedAndPlainSubscriptionsOfOneSessionStayApart(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0);
            sub.send(withId(sub.nextPacketId(), 1, SHARED), withId(sub.nextPacketId(), 2, "a/b"));
            sub.expect(SubAck.class);
            sub.expect(SubAck.class);
            setting.publisher(broker).publish("a/b", 0, "hi");
            List<Integer> ids = new ArrayList<>();
            ids.addAll(ids(sub.expectMessage("a/b", "hi")));
            ids.addAll(ids(sub.expectMessage("a/b", "hi")));
            assertThat(ids).containsExactlyInAnyOrder(1, 2);
            sub.expectNothing();
        }
    }

    private static Subscribe withId(int packetId, int id, String filter) {
        return new Subscribe(
                packetId,
                List.of(request(filter, 0)),
                Properties.of(Property.SUBSCRIPTION_IDENTIFIER, id));
    }

    private static List<Integer> ids(Publish publish) {
        return publish.properties().all(Property.SUBSCRIPTION_IDENTIFIER);
    }

    @Each
    void membersThatAreOfflineArePassedOver(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient first = persistentMember(setting, broker, 0);
            TestClient second = persistentMember(setting, broker, 1);
            first.drop();
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 4; i++) {
                pub.publish("a/b", 1, "m" + i);
            }
            assertThat(Setting.texts(second)).containsExactly("m0", "m1", "m2", "m3");
            setting.resumed(broker, 0).expectNothing();
        }
    }

    @Each
    void messagesWaitWhileAllMembersAreOfflineAndGoToWhoeverComesFirst(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            persistentMember(setting, broker, 0).drop();
            persistentMember(setting, broker, 1).drop();
            TestClient pub = setting.publisher(broker);
            pub.publish("a/b", 0, "nobody waits for QoS 0");
            for (int i = 0; i < 5; i++) {
                pub.publish("a/b", 1 + i % 2, "m" + i);
            }
            TestClient back = setting.resumed(broker, 1);
            assertThat(Setting.texts(back)).containsExactly("m0", "m1", "m2", "m3", "m4");
            setting.resumed(broker, 0).expectNothing();
            pub.publish("a/b", 0, "live");
            pub.publish("a/b", 0, "live");
            back.expectMessage("a/b", "live");
            assertThat(broker.memoryUsed()).isPositive();
        }
    }

    /** Also while the shared subscription is still about to hear that its member is back. */
    @Each
    void qos0MessageIsForAMemberThatIsOnlineWhileOthersStillWait(Setting setting) {
        for (int seed = 0; seed < 30; seed++) {
            try (SimulatedBroker broker = setting.options().seed(seed).shuffled().start()) {
                persistentMember(setting, broker, 0).drop();
                TestClient pub = setting.publisher(broker);
                pub.publish("a/b", 1, "waits");
                TestClient back = broker.client(setting.version());
                long before = broker.count(Counter.CONNECTIONS_OPENED);
                back.queue(
                        connect(setting.version(), setting.clientId(broker, 0))
                                .persistent()
                                .build());
                while (broker.count(Counter.CONNECTIONS_OPENED) == before) {
                    broker.run(1);
                }
                pub.queue(publish("a/b", "live"));
                back.expect(ConnAck.class);
                assertThat(Setting.texts(back)).containsExactlyInAnyOrder("waits", "live");
            }
        }
    }

    /** A new member takes what waited too. */
    @Each
    void messagesThatWaitGoToANewMember(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            persistentMember(setting, broker, 0).drop();
            TestClient pub = setting.publisher(broker);
            pub.publish("a/b", 1, "waits");
            TestClient fresh = setting.subscriber(broker, 1).acknowledging();
            fresh.send(subscribe(1, 1, SHARED));
            assertThat(text(fresh.take(Publish.class))).isEqualTo("waits");
        }
    }

    @Each
    void withItsLastMemberASharedSubscriptionIsGone(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            List<TestClient> members = members(setting, broker, 2, SHARED);
            TestClient pub = setting.publisher(broker);
            members.get(0).unsubscribe(SHARED);
            pub.publish("a/b", 1, "m0");
            assertThat(Setting.texts(members.get(1))).containsExactly("m0");
            members.get(1).disconnect();
            ReasonCode code = pub.publish("a/b", 1, "m1");
            assertThat(code)
                    .isEqualTo(
                            setting.isV5()
                                    ? ReasonCode.NO_MATCHING_SUBSCRIBERS
                                    : ReasonCode.SUCCESS);
            members.get(0).subscribe(1, SHARED).expectNothing();
            pub.publish("a/b", 1, "m2");
            assertThat(Setting.texts(members.get(0))).containsExactly("m2");
        }
    }

    /** What waits is given up with the last member, and its memory given back. */
    @EachV5
    void queueIsGivenUpWithTheLastMember(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient member =
                    setting.subscriber(broker, 0, c -> c.resume(60)).subscribe(1, SHARED);
            member.drop();
            TestClient pub = setting.publisher(broker);
            pub.publish("a/b", 1, "never delivered");
            pub.disconnect();
            broker.advance(Duration.ofSeconds(61));
            assertThat(broker.count(Counter.DROPPED_NO_MEMBER)).isEqualTo(1);
            assertThat(broker.memoryUsed()).isZero();
        }
    }

    /**
     * Whatever the schedule is. One who leaves without acknowledging may have read a message that
     * then goes to another, too.
     */
    @Each
    void nothingIsLostWhileMembersComeAndGo(Setting setting) {
        for (int seed = 0; seed < 20; seed++) {
            try (SimulatedBroker broker = setting.options().seed(seed).shuffled().start()) {
                TestClient stays = setting.subscriber(broker, 0).acknowledging();
                stays.subscribe(1, SHARED);
                TestClient pub = setting.publisher(broker);
                List<String> got = new ArrayList<>();
                List<String> sent = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    TestClient passing = setting.subscriber(broker, 1).acknowledging();
                    passing.queue(subscribe(1, 1, SHARED));
                    broker.run(seed);
                    pub.queue(publish("a/b", "m" + i, 1, i + 1));
                    sent.add("m" + i);
                    broker.run(seed / 2);
                    passing.queue(new Disconnect(ReasonCode.SUCCESS));
                    broker.run();
                    passing.takeAll().stream()
                            .filter(Publish.class::isInstance)
                            .forEach(packet -> got.add(text((Publish) packet)));
                }
                List<String> kept = Setting.texts(stays);
                assertThat(kept).doesNotHaveDuplicates();
                got.addAll(kept);
                assertThat(got).containsAll(sent);
            }
        }
    }

    /** Subscribing anew to the same shared filter changes the member, not their number. */
    @Spec("v5 MQTT-3.8.4-3")
    @Each
    void memberThatSubscribesAnewIsStillOneMember(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            List<TestClient> members = members(setting, broker, 2, SHARED);
            members.get(0).subscribe(0, SHARED).subscribe(2, SHARED).subscribe(0, SHARED);
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 6; i++) {
                pub.publish("a/b", 1, "m" + i);
            }
            List<Publish> first = new ArrayList<>();
            members.get(0).takeAll().forEach(packet -> first.add((Publish) packet));
            assertThat(first).hasSize(3).allMatch(publish -> publish.qos() == 0);
            assertThat(Setting.texts(members.get(1))).hasSize(3);
        }
    }

    /** QoS 2 that was begun with a member is completed with it, and with nobody else. */
    @Spec("v5 MQTT-4.8.2-4")
    @Each
    void qos2DeliveryIsCompletedWithItsMemberOnReconnect(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient first =
                    setting.subscriber(broker, 0, ConnectBuilder::persistent).subscribe(2, SHARED);
            TestClient pub = setting.publisher(broker);
            pub.publish("a/b", 2, "begun");
            int id = first.expectMessage("a/b", "begun").packetId();
            TestClient second = setting.subscriber(broker, 1).acknowledging().subscribe(2, SHARED);
            first.drop();
            second.expectNothing();
            TestClient back = setting.subscriber(broker, 0, ConnectBuilder::persistent);
            Publish again = back.expectMessage("a/b", "begun");
            assertThat(again.packetId()).isEqualTo(id);
            assertThat(again.dup()).isTrue();
            back.send(new PubRec(id)).expect(new PubRel(id));
            second.expectNothing();
        }
    }

    private static List<TestClient> members(
            Setting setting, SimulatedBroker broker, int count, String filter) {
        List<TestClient> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(setting.subscriber(broker, i).acknowledging().subscribe(1, filter));
        }
        return members;
    }

    private static TestClient persistentMember(
            Setting setting, SimulatedBroker broker, int number) {
        return setting.subscriber(broker, number, ConnectBuilder::persistent)
                .acknowledging()
                .subscribe(1, SHARED);
    }
}

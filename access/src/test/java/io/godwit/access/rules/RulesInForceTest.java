package io.godwit.access.rules;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.Reauthorized;
import io.godwit.broker.control.Explanation.Recipient;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedDisk;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole broker holds its clients to the rules, also when these change. */
class RulesInForceTest extends RulesConversation {

    // --- PUBLISH --------------------------------------------------------------------------------

    @Test
    void aDeniedPublishIsAnsweredByItsQosAndReachesNobody() {
        rules = rules("deny publish a/secret", "allow all #");
        TestClient sub = connect("sub").subscribe(2, "#");
        TestClient pub = connect("pub");
        for (int qos = 0; qos <= 2; qos++) {
            assertThat(pub.publish("a/secret", qos, "no"))
                    .isEqualTo(qos == 0 ? ReasonCode.SUCCESS : ReasonCode.NOT_AUTHORIZED);
        }
        pub.publish("a/b", 0, "yes");
        assertThat(texts(sub)).containsExactly("yes");
        assertThat(broker.count(Counter.PUBLISH_DENIED)).isEqualTo(3);
    }

    @Spec("v3 MQTT-3.3.5-2")
    @ParameterizedTest
    @EnumSource(names = {"V3_1", "V3_1_1"})
    void beforeVersion5ADeniedPublishIsAcknowledgedAsEver(ProtocolVersion version) {
        rules = rules("allow subscribe #");
        TestClient sub = connect("sub").subscribe(2, "#");
        TestClient pub = broker.connect(version, "pub");
        for (int qos = 0; qos <= 2; qos++) {
            assertThat(pub.publish("a", qos, "no")).isEqualTo(ReasonCode.SUCCESS);
        }
        assertThat(texts(sub)).isEmpty();
        pub.expectNothing();
    }

    @Test
    void aMessageThatMayNotBeRetainedIsRefusedAndNotStripped() {
        rules = rules("deny retain a", "allow all #");
        TestClient sub = connect("sub").subscribe(1, "#");
        TestClient pub = connect("pub");
        assertThat(pub.publish(retain(publish("a", "kept", 1, 0))))
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(pub.publish("a", 1, "plain")).isEqualTo(ReasonCode.SUCCESS);
        assertThat(texts(sub)).containsExactly("plain");
        assertThat(broker.retained().count()).isZero();
    }

    @Test
    void aPublishAboveTheCeilingIsRefused() {
        rules = rules("allow all # 1");
        TestClient sub = connect("sub").subscribe(1, "#");
        TestClient pub = connect("pub");
        assertThat(pub.publish("a", 2, "two")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(pub.publish("a", 1, "one")).isEqualTo(ReasonCode.SUCCESS);
        assertThat(texts(sub)).containsExactly("one");
    }

    // --- SUBSCRIBE ------------------------------------------------------------------------------

    @Test
    void eachFilterOfASubscribeIsAnsweredByItself() {
        rules = rules("allow subscribe a/# 1", "allow all b");
        TestClient client = connect("c");
        client.send(subscribe(1, 2, "a/+", "#", "b", "$share/g/a/x", "$share/g/+"));
        assertThat(client.expect(SubAck.class).reasonCodes())
                .containsExactly(
                        ReasonCode.granted(1),
                        ReasonCode.NOT_AUTHORIZED,
                        ReasonCode.granted(2),
                        ReasonCode.granted(1),
                        ReasonCode.NOT_AUTHORIZED);
        assertThat(broker.count(Counter.SUBSCRIBE_DENIED)).isEqualTo(2);
    }

    @Test
    void version311IsToldOfAFailure() {
        rules = rules("allow all a");
        TestClient client = broker.connect(ProtocolVersion.V3_1_1, "c");
        client.send(subscribe(1, 2, "a", "b"));
        assertThat(client.expect(SubAck.class).reasonCodes())
                .containsExactly(ReasonCode.granted(2), ReasonCode.UNSPECIFIED_ERROR);
    }

    // --- delivery -------------------------------------------------------------------------------

    @Test
    void whatADenialMatchesIsNotDeliveredByAWiderSubscription() {
        rules = rules("deny subscribe a/secret", "allow all #");
        TestClient wide = connect("wide").subscribe(1, "#", "a/+");
        TestClient pub = connect("pub");
        pub.publish("a/secret", 1, "no");
        pub.publish("a/secret", 0, "no");
        pub.publish("a/open", 1, "yes");
        assertThat(texts(wide)).containsExactly("yes");
        assertThat(broker.count(Counter.DROPPED_NOT_AUTHORIZED)).isEqualTo(2);
    }

    @Test
    void retainedMessagesAreCheckedToo() {
        rules = rules("deny receive a/secret", "allow all #");
        TestClient pub = connect("pub");
        pub.publish(retain(publish("a/secret", "no")));
        pub.publish(retain(publish("a/open", "yes")));
        TestClient sub = connect("sub").subscribe(1, "#");
        assertThat(texts(sub)).containsExactly("yes");
        assertThat(broker.count(Counter.DROPPED_NOT_AUTHORIZED)).isEqualTo(1);
    }

    @Test
    void whatWaitsInAQueueIsCheckedWhenItIsSent() {
        resume("sub").subscribe(1, "#").disconnect();
        TestClient pub = connect("pub");
        pub.publish("a/secret", 1, "no");
        pub.publish("a/open", 1, "yes");
        change("deny receive a/secret", "allow all #");
        assertThat(texts(resume("sub"))).containsExactly("yes");
        assertThat(broker.count(Counter.DROPPED_NOT_AUTHORIZED)).isEqualTo(1);
        assertThat(broker.count(Counter.MESSAGES_QUEUED))
                .isEqualTo(broker.count(Counter.MESSAGES_UNQUEUED));
    }

    @ParameterizedTest
    @EnumSource(SimulatedDisk.Durability.class)
    void whatWaitsOnDiskIsCheckedWhenItIsSent(SimulatedDisk.Durability durability) {
        broker.close();
        SimulatedDisk disk = new SimulatedDisk(7);
        broker = options().disk(disk, durability, Duration.ofMinutes(1)).start();
        resume("sub").subscribe(2, "#").disconnect();
        TestClient pub = connect("pub");
        for (int qos = 1; qos <= 2; qos++) {
            pub.publish("a/secret", qos, "no");
            pub.publish("a/open", qos, "yes" + qos);
        }
        broker.crash();
        disk.crash();
        rules = rules("deny receive a/secret", "allow all #");
        broker.restart();
        connect("pub").publish("a/secret", 1, "nor this");
        TestClient sub = resume("sub");
        assertThat(texts(sub)).containsExactly("yes1", "yes2");
        assertThat(broker.count(Counter.DROPPED_NOT_AUTHORIZED)).isEqualTo(3);
        sub.disconnect();
        assertThat(texts(resume("sub"))).isEmpty();
    }

    @Test
    void whatWasSentAndNotAcknowledgedIsCheckedWhenItIsSentAgain() {
        TestClient sub =
                broker.connect(Packets.connect(ProtocolVersion.V5, "sub").persistent().build());
        sub.subscribe(2, "#");
        TestClient pub = connect("pub");
        pub.publish("a/secret", 1, "one");
        pub.publish("a/secret", 2, "two");
        pub.publish("a/open", 1, "three");
        assertThat(texts(sub)).containsExactly("one", "two", "three");
        sub.drop();
        change("deny receive a/secret", "allow all #");
        assertThat(texts(resume("sub"))).containsExactly("three");
    }

    // --- shared subscriptions -------------------------------------------------------------------

    @Test
    void aMemberThatMayNotReceiveIsPassedOver() {
        rules = rules("allow all common/%c", "deny receive common/#", "allow all #");
        TestClient one = connect("one").subscribe(1, "$share/g/common/+");
        TestClient two = connect("two").subscribe(1, "$share/g/common/+");
        TestClient pub = connect("pub");
        for (int i = 0; i < 4; i++) {
            pub.publish("common/one", 1, "1." + i);
            pub.publish("common/two", 1, "2." + i);
            pub.publish("common/nobody", 1, "0." + i);
        }
        assertThat(texts(one)).containsExactly("1.0", "1.1", "1.2", "1.3");
        assertThat(texts(two)).containsExactly("2.0", "2.1", "2.2", "2.3");
        assertThat(broker.count(Counter.DROPPED_NOT_AUTHORIZED)).isEqualTo(4);
    }

    @Test
    void whatWaitsForAllMembersIsCheckedWhenOneComesBack() {
        rules = rules("deny receive common/two", "allow all #");
        resume("one").subscribe(1, "$share/g/common/+").disconnect();
        TestClient pub = connect("pub");
        pub.publish("common/one", 1, "one");
        pub.publish("common/two", 1, "two");
        assertThat(texts(resume("one"))).containsExactly("one");
        assertThat(broker.count(Counter.DROPPED_NOT_AUTHORIZED)).isEqualTo(1);
    }

    // --- change ---------------------------------------------------------------------------------

    @Test
    void subscriptionsThatAreNoLongerAllowedAreTakenBackWhenASessionIsResumed() {
        resume("sub").subscribe(2, "a/#", "b/#").disconnect();
        rules = rules("allow all b/# 1", "allow publish #");
        TestClient sub = resume("sub");
        assertThat(broker.count(Counter.SUBSCRIPTIONS_REVOKED)).isEqualTo(1);
        TestClient pub = connect("pub");
        pub.publish("a/x", 1, "no");
        pub.publish("b/x", 1, "yes");
        assertThat(texts(sub)).containsExactly("yes");
        rules = rules("allow all #");
        sub.disconnect();
        TestClient again = resume("sub");
        connect("pub").publish("a/x", 1, "no");
        pub = connect("pub2");
        pub.publish("b/x", 2, "lower");
        assertThat(again.takeAll())
                .filteredOn(Publish.class::isInstance)
                .singleElement()
                .satisfies(packet -> assertThat(((Publish) packet).qos()).isEqualTo(1));
    }

    @Test
    void changedRulesTakeBackTheSubscriptionsOfThoseWhoAreConnected() {
        List<TestClient> subs = new ArrayList<>();
        for (int i = 0; i < 200; i++) { // more than a shard looks at in a turn
            subs.add(connect("sub" + i).subscribe(1, "a/" + i, "b"));
        }
        resume("away").subscribe(1, "b").disconnect();
        assertThat(done(broker.broker().wouldRevoke(rules("allow all a/#"))))
                .isEqualTo(new Reauthorized(200, 200));
        assertThat(broker.count(Counter.SUBSCRIPTIONS_REVOKED)).isZero();
        assertThat(change("allow all a/#", "allow publish #"))
                .isEqualTo(new Reauthorized(200, 200));
        assertThat(broker.count(Counter.SUBSCRIPTIONS_REVOKED)).isEqualTo(200);
        TestClient pub = connect("pub");
        pub.publish("b", 1, "no");
        pub.publish("a/7", 1, "yes");
        assertThat(texts(subs.get(7))).containsExactly("yes");
        assertThat(texts(subs.get(8))).isEmpty();
        assertThat(change("allow all a/#")).isEqualTo(new Reauthorized(201, 0));
    }

    @Test
    void changedRulesCountForWhatComesNext() {
        TestClient pub = connect("pub");
        TestClient sub = connect("sub").subscribe(1, "a");
        assertThat(pub.publish("a", 1, "first")).isEqualTo(ReasonCode.SUCCESS);
        change("deny publish a", "allow all #");
        assertThat(pub.publish("a", 1, "second")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        change("deny receive a", "allow all #");
        assertThat(pub.publish("a", 1, "third")).isEqualTo(ReasonCode.SUCCESS);
        assertThat(texts(sub)).containsExactly("first");
    }

    @Test
    void whoWouldGetAMessageIsKnown() {
        rules = rules("deny receive a/secret", "allow all #");
        resume("away").subscribe(1, "a/#").disconnect();
        connect("here").subscribe(0, "+/secret", "b");
        connect("member").subscribe(2, "$share/g/a/+");
        resume("other").subscribe(1, "$share/g/a/+").disconnect();
        assertThat(recipients("a/secret"))
                .containsExactlyInAnyOrder(
                        new Recipient("away", "a/#", 1, false, false),
                        new Recipient("here", "+/secret", 0, false, true),
                        new Recipient("member", "$share/g/a/+", 2, false, true),
                        new Recipient("other", "$share/g/a/+", 1, false, false));
        assertThat(recipients("a/b"))
                .contains(new Recipient("member", "$share/g/a/+", 2, true, true));
        assertThat(recipients("c")).isEmpty();
    }

    private List<Recipient> recipients(String topic) {
        CompletableFuture<List<Recipient>> asked =
                broker.broker().recipients(Packets.topic(topic), 2);
        broker.run();
        return asked.join();
    }

    @Test
    void aWillWithPropertiesThatIsAllowedIsPublished() {
        rules = rules("allow will,subscribe w");
        TestClient sub = connect("sub").subscribe(1, "w");
        connect("c", it -> it.will(will("w", "gone", 1, false, Properties.NONE))).drop();
        assertThat(texts(sub)).containsExactly("gone");
    }
}

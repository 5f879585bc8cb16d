package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubRec;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import io.godwit.spec.Spec;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Topic Aliases in both directions (§3.3.2.3.4). */
class TopicAliasTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private static Publish aliased(String topic, String payload, int alias) {
        return with(publish(topic, payload), Property.TOPIC_ALIAS, alias);
    }

    private TestClient subscriber(int maximum) {
        return connect(V5, "sub", c -> c.with(Property.TOPIC_ALIAS_MAXIMUM, maximum))
                .subscribe(0, "#");
    }

    // --- from the client ------------------------------------------------------------------------

    @Spec("v5 MQTT-3.3.2-12")
    @Test
    void everyAliasUpToTheMaximumIsAccepted() {
        TestClient sub = connect(V5, "sub").subscribe(0, "#");
        TestClient pub = broker.client(V5);
        Integer most =
                pub.connect(Packets.connect(V5, "pub").build())
                        .properties()
                        .get(Property.TOPIC_ALIAS_MAXIMUM);
        assertThat(most).isEqualTo(32);
        for (int alias = 1; alias <= 32; alias++) {
            pub.send(aliased("t/" + alias, "with topic", alias));
            sub.expectMessage("t/" + alias, "with topic");
        }
        for (int alias = 32; alias >= 1; alias--) {
            pub.send(aliased("", "without", alias));
            Publish received = sub.expectMessage("t/" + alias, "without");
            // an alias is between two ends of a connection and goes no further
            assertThat(received.properties().has(Property.TOPIC_ALIAS)).isFalse();
        }
        pub.send(aliased("another", "remapped", 7), aliased("", "again", 7));
        sub.expectMessage("another", "remapped");
        sub.expectMessage("another", "again");
    }

    @Test
    void aliasOverTheMaximumIsRefused() {
        TestClient pub = connect(V5, "pub");
        pub.send(aliased("t", "x", 33));
        expectRefusal(pub, ReasonCode.TOPIC_ALIAS_INVALID);
        use(SimulatedBroker.options().limits(limits -> limits.topicAliasMaximum(0)));
        TestClient none = broker.client(V5);
        assertThat(none.connect(Packets.connect(V5, "c").build()).properties())
                .matches(properties -> !properties.has(Property.TOPIC_ALIAS_MAXIMUM));
        none.send(aliased("t", "x", 1));
        expectRefusal(none, ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void aliasThatStandsForNothingIsRefused() {
        TestClient pub = connect(V5, "pub");
        pub.send(aliased("", "x", 1));
        expectRefusal(pub, ReasonCode.PROTOCOL_ERROR);
    }

    @Spec("v5 MQTT-3.3.2-7")
    @Test
    void aliasesOfTheClientEndWithTheConnection() {
        TestClient pub = resume(V5, "pub");
        pub.send(aliased("t", "x", 1), aliased("", "y", 1)).expectNothing();
        pub.drop();
        TestClient again = resume(V5, "pub");
        again.send(aliased("", "x", 1));
        expectRefusal(again, ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void aliasHoldsAtEveryQosAndOnDuplicates() {
        TestClient sub = connect(V5, "sub").subscribe(0, "#");
        TestClient pub = connect(V5, "pub");
        pub.send(with(publish("t", "a", 2, 1), Property.TOPIC_ALIAS, 1)).expect(new PubRec(1));
        // a duplicate sets its alias up as well
        pub.send(Packets.dup(with(publish("t2", "a", 2, 1), Property.TOPIC_ALIAS, 2)));
        pub.expect(new PubRec(1));
        pub.send(with(publish("", "b", 1, 2), Property.TOPIC_ALIAS, 2)).expect(new PubAck(2));
        sub.expectMessage("t", "a");
        sub.expectMessage("t2", "b");
        sub.expectNothing();
    }

    private static void expectRefusal(TestClient client, ReasonCode code) {
        assertThat(client.expect(Disconnect.class).reasonCode()).isEqualTo(code);
        client.expectClosed();
    }

    // --- to the client --------------------------------------------------------------------------

    @Spec({"v5 MQTT-3.1.2-26", "v5 MQTT-3.3.2-11"})
    @Test
    void aliasesToTheClientStayWithinItsMaximum() {
        TestClient sub = subscriber(3);
        TestClient pub = connect(V5, "pub");
        Set<Integer> aliases = new HashSet<>();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 10; i++) {
                pub.publish("t/" + i, 0, "m");
                Publish received = sub.expectMessage("t/" + i, "m");
                Integer alias = received.properties().get(Property.TOPIC_ALIAS);
                if (alias != null) {
                    assertThat(alias).isBetween(1, 3);
                    aliases.add(alias);
                    assertThat(received.topic().equals(TopicName.EMPTY)).isEqualTo(round == 1);
                }
            }
        }
        assertThat(aliases).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Spec("v5 MQTT-3.1.2-27")
    @Test
    void withoutMaximumThereAreNoAliases() {
        TestClient silent = connect(V5, "silent").subscribe(0, "#");
        TestClient sub = subscriber(0);
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 5; i++) {
            pub.publish("t", 0, "m");
            assertThat(sub.expect(Publish.class)).isEqualTo(publish("t", "m"));
            assertThat(silent.expect(Publish.class)).isEqualTo(publish("t", "m"));
        }
    }

    @Spec("v5 MQTT-3.3.2-7")
    @Test
    void aliasesToTheClientEndWithTheConnection() {
        TestClient sub = subscriber(3);
        TestClient pub = connect(V5, "pub");
        pub.publish("t", 0, "m");
        pub.publish("t", 0, "m");
        assertThat(sub.expect(Publish.class).topic()).isNotEqualTo(TopicName.EMPTY);
        assertThat(sub.expect(Publish.class).topic()).isEqualTo(TopicName.EMPTY);
        sub.drop();
        TestClient again = subscriber(3);
        pub.publish("t", 0, "m");
        assertThat(again.expect(Publish.class).topic()).isNotEqualTo(TopicName.EMPTY);
    }

    /** A message whose alias was set up by a packet that came before is sent again whole. */
    @Test
    void redeliveryDoesNotUseAnAliasOfTheOldConnection() {
        TestClient sub =
                connect(V5, "sub", c -> c.persistent().with(Property.TOPIC_ALIAS_MAXIMUM, 3));
        sub.subscribe(1, "t");
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 3; i++) {
            pub.publish("t", 1, "m" + i);
            sub.expectMessage("t", "m" + i);
        }
        sub.drop();
        TestClient again =
                connect(V5, "sub", c -> c.persistent().with(Property.TOPIC_ALIAS_MAXIMUM, 3));
        for (int i = 0; i < 3; i++) {
            assertThat(again.expectMessage("t", "m" + i).dup()).isTrue();
        }
    }
}

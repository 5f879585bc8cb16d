package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.text;
import static io.godwit.broker.simulation.Packets.will;
import static io.godwit.broker.simulation.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.conformance.Setting.EachV5;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Binary;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.UserProperty;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Retained messages (§3.3.1.3): set, replaced, removed, expired, and delivered at subscribe. */
class RetainedTest {

    @Spec({
        "v5 MQTT-3.3.1-5",
        "v3 MQTT-3.3.1-5",
        "v3 MQTT-3.3.1-6",
        "v3 MQTT-3.3.1-8",
        "v5 MQTT-3.3.1-9"
    })
    @Each
    void lastRetainedMessageOfEachTopicComesWithANewSubscription(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient pub = setting.publisher(broker);
            for (int qos = 0; qos <= 2; qos++) {
                pub.publish(retain(publish("a/" + qos, "old", qos, 0)));
                pub.publish(retain(publish("a/" + qos, "new", qos, 0)));
            }
            pub.publish(retain(publish("b", "elsewhere")));
            TestClient sub = setting.subscriber(broker, 0).acknowledging().subscribe(2, "a/+");
            int[] seen = new int[3];
            for (Object packet : sub.takeAll()) {
                Publish publish = (Publish) packet;
                assertThat(publish.retain()).isTrue();
                assertThat(publish.dup()).isFalse();
                assertThat(text(publish)).isEqualTo("new");
                assertThat(sub.topicOf(publish)).isEqualTo("a/" + publish.qos());
                seen[publish.qos()]++;
            }
            assertThat(seen).containsExactly(1, 1, 1);
        }
    }

    /** At QoS 0 a retained message takes the place of one at a higher QoS, too. */
    @Spec({"v3 MQTT-3.3.1-7", "v5 MQTT-3.3.1-5", "v3 MQTT-3.3.1-5"})
    @Each
    void retainedMessageReplacesAnotherWhateverTheirQos(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient pub = setting.publisher(broker);
            for (int before = 0; before <= 2; before++) {
                for (int after = 0; after <= 2; after++) {
                    pub.publish(retain(publish("t", "before", before, 0)));
                    pub.publish(retain(publish("t", "after", after, 0)));
                    TestClient sub = setting.subscriber(broker, 0).subscribe(2, "t");
                    assertThat(sub.expectMessage("t", "after").qos()).isEqualTo(after);
                    sub.expectNothing();
                }
            }
            assertThat(broker.retained().count()).isEqualTo(1);
        }
    }

    @Spec({"v3 MQTT-3.3.1-9", "v5 MQTT-3.3.1-12"})
    @Each
    void establishedSubscriptionSeesNoRetainFlag(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0).acknowledging().subscribe(2, "t");
            TestClient pub = setting.publisher(broker);
            for (int qos = 0; qos <= 2; qos++) {
                pub.publish(retain(publish("t", "hi", qos, 0)));
                assertThat(sub.expectMessage("t", "hi").retain()).isFalse();
            }
            sub.expectNothing();
        }
    }

    @Spec({"v5 MQTT-3.3.1-6", "v5 MQTT-3.3.1-7", "v3 MQTT-3.3.1-10", "v3 MQTT-3.3.1-11"})
    @Each
    void emptyPayloadRemovesAndIsDeliveredButNeverKept(Setting setting) {
        for (int qos = 0; qos <= 2; qos++) {
            try (SimulatedBroker broker = setting.broker()) {
                TestClient pub = setting.publisher(broker);
                pub.publish(retain(publish("t", "kept", 1, 0)));
                TestClient established =
                        setting.subscriber(broker, 0).acknowledging().subscribe(2, "t");
                established.expectMessage("t", "kept");
                pub.publish(retain(publish("t", "", qos, 0)));
                Publish removal = established.expectMessage("t", "");
                assertThat(removal.retain()).isFalse();
                assertThat(removal.qos()).isEqualTo(qos);
                assertThat(broker.retained().count()).isZero();
                setting.subscriber(broker, 1).subscribe(0, "t", "#").expectNothing();
                pub.publish(retain(publish("never/set", "", qos, 0)));
                setting.subscriber(broker, 2).subscribe(0, "never/set").expectNothing();
                assertThat(broker.retained().bytes()).isZero();
            }
        }
    }

    @Spec({"v5 MQTT-3.3.1-8", "v3 MQTT-3.3.1-12"})
    @Each
    void messageWithoutRetainLeavesWhatIsKeptAlone(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient pub = setting.publisher(broker);
            pub.publish("t", 1, "not kept");
            setting.subscriber(broker, 0).subscribe(0, "t").expectNothing();
            pub.publish(retain(publish("t", "kept")));
            for (int qos = 0; qos <= 2; qos++) {
                pub.publish("t", qos, "passing");
                pub.publish("t", qos, "");
            }
            setting.subscriber(broker, 1).subscribe(0, "t").expectMessage("t", "kept");
            assertThat(broker.retained().count()).isEqualTo(1);
        }
    }

    /** A will with Will Retain is kept like any other message. */
    @Spec({"v5 MQTT-3.1.2-15", "v3 MQTT-3.1.2-17", "v5 MQTT-3.1.2-14", "v3 MQTT-3.1.2-16"})
    @Each
    void willIsRetainedOnlyWhereItSaysSo(Setting setting) {
        for (boolean retained : new boolean[] {true, false}) {
            try (SimulatedBroker broker = setting.broker()) {
                setting.subscriber(
                                broker,
                                0,
                                connect ->
                                        connect.will(
                                                will("t", "gone", 0, retained, Properties.NONE)))
                        .drop();
                TestClient sub = setting.subscriber(broker, 1).subscribe(0, "t");
                assertThat(Setting.texts(sub)).hasSize(retained ? 1 : 0);
            }
        }
    }

    @Spec({"v5 MQTT-3.3.2-5", "v5 MQTT-3.3.2-6"})
    @EachV5
    void retainedMessageExpires(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient pub = setting.publisher(broker);
            Publish message = retain(publish("t", "kept", 1, 0));
            pub.publish(with(message, Property.MESSAGE_EXPIRY_INTERVAL, 60L));
            broker.advance(Duration.ofSeconds(40));
            Publish got =
                    setting.subscriber(broker, 0).subscribe(0, "t").expectMessage("t", "kept");
            assertThat(got.properties().get(Property.MESSAGE_EXPIRY_INTERVAL)).isEqualTo(20);
            broker.advance(Duration.ofSeconds(20));
            setting.subscriber(broker, 1).subscribe(0, "t").expectNothing();
            broker.advance(Duration.ofSeconds(5));
            assertThat(broker.retained().count()).isZero();
        }
    }

    /** The interval is that of the message that replaced, also where that has none. */
    @EachV5
    void replacementHasItsOwnExpiry(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient pub = setting.publisher(broker);
            pub.publish(with(retain(publish("t", "short")), Property.MESSAGE_EXPIRY_INTERVAL, 5L));
            pub.publish(retain(publish("t", "stays")));
            broker.advance(Duration.ofSeconds(10));
            setting.subscriber(broker, 0).subscribe(0, "t").expectMessage("t", "stays");
        }
    }

    @Spec({
        "v5 MQTT-3.3.2-4",
        "v5 MQTT-3.3.2-15",
        "v5 MQTT-3.3.2-16",
        "v5 MQTT-3.3.2-17",
        "v5 MQTT-3.3.2-18",
        "v5 MQTT-3.3.2-20"
    })
    @EachV5
    void retainedMessageKeepsItsProperties(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            Publish message = retain(publish("t", "kept"));
            message = with(message, Property.PAYLOAD_FORMAT_INDICATOR, true);
            message = with(message, Property.RESPONSE_TOPIC, "answers/here");
            message = with(message, Property.CORRELATION_DATA, new Binary(new byte[] {0, 1, -1}));
            message = with(message, Property.CONTENT_TYPE, "text/plain");
            message = with(message, Property.USER_PROPERTY, new UserProperty("b", "1"));
            message = with(message, Property.USER_PROPERTY, new UserProperty("a", "2"));
            message = with(message, Property.USER_PROPERTY, new UserProperty("b", "1"));
            setting.publisher(broker).publish(message);
            Publish got =
                    setting.subscriber(broker, 0).subscribe(0, "t").expectMessage("t", "kept");
            assertThat(got.properties()).isEqualTo(message.properties());
        }
    }

    /** In the order of events: first what was retained, then what is published after it. */
    @Each
    void retainedMessageComesBeforeTheNextPublication(Setting setting) {
        for (int seed = 0; seed < 30; seed++) {
            try (SimulatedBroker broker = setting.options().seed(seed).shuffled().start()) {
                TestClient pub = setting.publisher(broker);
                pub.publish(retain(publish("t", "0", 1, 0)));
                TestClient sub = setting.subscriber(broker, 0).acknowledging();
                sub.queue(subscribe(1, 1, "t"));
                broker.run(seed / 6);
                for (int i = 1; i < 6; i++) {
                    pub.queue(retain(publish("t", Integer.toString(i), 1, i)));
                    broker.run(seed / 3);
                }
                List<Integer> got =
                        sub.takeAll().stream()
                                .filter(Publish.class::isInstance)
                                .map(packet -> Integer.valueOf(text((Publish) packet)))
                                .toList();
                assertThat(got).isSorted().endsWith(5);
                // one that was published meanwhile may come both ways, none may be missing
                assertThat(got.getFirst()).isEqualTo(missedBySubscribing(got));
            }
        }
    }

    private static int missedBySubscribing(List<Integer> got) {
        int first = got.getFirst();
        assertThat(got.stream().distinct().toList())
                .isEqualTo(IntStream.rangeClosed(first, 5).boxed().toList());
        return first;
    }

    /** A filter with a leading wildcard finds no $ topic among the retained messages either. */
    @Spec({"v5 MQTT-4.7.2-1", "v3 MQTT-4.7.2-1"})
    @Each
    void leadingWildcardFindsNoRetainedDollarTopic(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient pub = setting.publisher(broker);
            pub.publish(retain(publish("$own/x", "kept")));
            pub.publish(retain(publish("own/x", "plain")));
            TestClient sub = setting.subscriber(broker, 0).subscribe(0, "#", "+/x", "+/#");
            assertThat(Setting.texts(sub)).containsExactly("plain", "plain", "plain");
            sub.subscribe(0, "$own/#").expectMessage("$own/x", "kept");
        }
    }

    /** What a client is owed for a subscription it is owed no longer when that has gone. */
    @Spec({"v5 MQTT-3.10.4-2", "v3 MQTT-3.10.4-2"})
    @Each
    void nothingIsOwedToASubscriptionThatHasGone(Setting setting) {
        try (SimulatedBroker broker = setting.broker(limits -> limits.inFlight(5))) {
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 20; i++) {
                pub.publish(retain(publish("t/" + i, "m" + i, 1, 0)));
            }
            TestClient sub = setting.subscriber(broker, 0).subscribe(1, "t/#");
            sub.unsubscribe("t/#");
            List<Publish> sent = sub.takeAll().stream().map(Publish.class::cast).toList();
            assertThat(sent).hasSize(5);
            sent.forEach(publish -> sub.send(new PubAck(publish.packetId())));
            sub.expectNothing();
            sub.subscribe(1, "t/7").expectMessage("t/7", "m7");
        }
    }

    /** What a client was owed and had not read is not lost with its connection. */
    @Each
    void retainedMessagesThatWereOwedComeAfterAReconnect(Setting setting) {
        try (SimulatedBroker broker = setting.broker(limits -> limits.inFlight(5))) {
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 20; i++) {
                pub.publish(retain(publish("t/" + i, "m" + i, 1, 0)));
            }
            TestClient sub = setting.subscriber(broker, 0, ConnectBuilder::persistent);
            sub.subscribe(1, "t/#");
            assertThat(Setting.texts(sub)).hasSize(5);
            sub.drop();
            assertThat(Setting.texts(setting.resumed(broker, 0)))
                    .hasSize(20)
                    .doesNotHaveDuplicates();
        }
    }
}

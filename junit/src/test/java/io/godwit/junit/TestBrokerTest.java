package io.godwit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.godwit.broker.simulation.Packets;
import io.godwit.codec.PacketType;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a test sees of a broker. */
class TestBrokerTest {

    @Test
    void aMessageIsAwaitedOnceAndListedAlways(@MqttBroker TestBroker broker) throws Exception {
        try (RawClient client = RawClient.connect(broker, "sensor")) {
            client.send(Packets.publish("a/b", "1", 1, 1));
            client.send(Packets.publish("a/c", "2"));
            client.send(Packets.publish("a/b", "3"));

            RecordedMessage first = broker.awaitMessage("a/b");
            assertThat(first.text()).isEqualTo("1");
            assertThat(first.qos()).isEqualTo(1);
            assertThat(first.publisher()).isEqualTo("sensor");
            assertThat(broker.awaitMessage("a/b").text()).isEqualTo("3");
            assertThat(broker.awaitMessage("a/+").text()).isEqualTo("2");
            assertThat(broker.messages("a/#"))
                    .extracting(RecordedMessage::text)
                    .containsExactly("1", "2", "3");
        }
    }

    /** The hook is no subscriber: what a publisher is told does not change by it. */
    @Test
    void nobodySubscribesByWatching(@MqttBroker TestBroker broker) throws Exception {
        try (RawClient client = RawClient.connect(broker, "sensor")) {
            client.send(Packets.publish("a/b", "1", 1, 1));

            assertThat(client.receive())
                    .isEqualTo(new PubAck(1, ReasonCode.NO_MATCHING_SUBSCRIBERS));
            assertThat(broker.messages("#")).hasSize(1);
        }
    }

    @Test
    void whatDidComeIsToldWhenSomethingElseWasAwaited(@MqttBroker TestBroker broker)
            throws Exception {
        try (RawClient client = RawClient.connect(broker, "sensor")) {
            client.send(Packets.retain(Packets.publish("a/c", "21.5", 1, 1)));
            client.receive();

            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> broker.awaitMessage("a/b", Duration.ofMillis(1)))
                    .withMessage(
                            """
                            no message came on a/b within 1 ms
                            since the test began came, the latest last:
                              a/c "21.5" (QoS 1, retained, from sensor)
                            connected are sensor\
                            """);
        }
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> {
                    broker.awaitMessage("a/c");
                    broker.awaitMessage("a/c", Duration.ofMillis(1));
                })
                .withMessageStartingWith("no further message came on a/c within 1 ms");
    }

    @Test
    void whatTheTestPublishesComesToSubscribers(@MqttBroker TestBroker broker) throws Exception {
        try (RawClient client = RawClient.connect(broker, "lamp")) {
            client.send(Packets.subscribe(1, 1, "lamp/#"));
            assertThat(client.receive()).isInstanceOf(SubAck.class);
            broker.awaitSubscription("lamp", "lamp/#");

            broker.publish("lamp/set", "on");

            assertThat(client.receive())
                    .isInstanceOfSatisfying(
                            Publish.class,
                            publish -> {
                                assertThat(publish.qos()).isEqualTo(1);
                                assertThat(Packets.text(publish)).isEqualTo("on");
                            });
            assertThat(broker.awaitMessage("lamp/set").publisher()).isEmpty();
        }
    }

    @Test
    void theRetainedMessageIsThereUntilItIsRemoved(@MqttBroker TestBroker broker) {
        byte[] on = "on".getBytes(StandardCharsets.UTF_8);

        broker.publish("lamp/state", on, 0, true);
        assertThat(broker.retained("lamp/state"))
                .isNotNull()
                .satisfies(message -> assertThat(message.text()).isEqualTo("on"));

        broker.publish("lamp/state", new byte[0], 0, true);
        assertThat(broker.retained("lamp/state")).isNull();
    }

    @Test
    void clientsThatAreThereAndAway(@MqttBroker TestBroker broker) throws Exception {
        try (RawClient kept = RawClient.connect(broker, RawClient.connect("kept").resume(3600));
                RawClient other = RawClient.connect(broker, "other")) {
            broker.awaitConnected("other");
            assertThat(broker.clients()).containsExactly("kept", "other");
            kept.send(Packets.subscribe(1, 1, "a"));
            other.send(Packets.subscribe(1, 1, "a"));
            broker.awaitSubscription("kept", "a");
        }
        broker.awaitDisconnected("kept");
        broker.awaitDisconnected("other");
        broker.publish("a", "1");

        assertThat(broker.clients()).isEmpty();
        assertThat(broker.sessions()).containsExactly("kept");
        assertThat(broker.queued("kept")).isEqualTo(1);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> broker.queued("other"))
                .withMessage("there is no session of other; there are those of [kept]");
    }

    @Test
    @MqttBroker(name = "hasty", patience = 1)
    void whatIsNotSoIsToldWhenItWasAwaited(
            @MqttBroker(name = "hasty", patience = 1) TestBroker broker) throws Exception {
        try (RawClient client = RawClient.connect(broker, "sensor")) {
            client.send(Packets.subscribe(1, 1, "a/#"));
            broker.awaitSubscription("sensor", "a/#");

            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> broker.awaitConnected("lamp"))
                    .withMessage("lamp has not connected within 1 s; connected are sensor");
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> broker.awaitDisconnected("sensor"))
                    .withMessage("sensor is still connected within 1 s; connected are sensor");
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> broker.awaitSubscription("sensor", "b"))
                    .withMessageStartingWith("sensor has not subscribed to b, but to [a/#]");
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> broker.dropNext(PacketType.PUBACK, "sensor").await())
                    .withMessage(
                            "after 1 s it has not come to this: drop the next PUBACK of sensor");
        }
    }

    @Test
    void topicsAndFiltersMustBeValid(@MqttBroker TestBroker broker) {
        assertThatIllegalArgumentException().isThrownBy(() -> broker.publish("a/#", "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> broker.awaitMessage("a/#/b"));
        assertThatIllegalArgumentException().isThrownBy(() -> broker.messages("$share/g/a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> broker.advance(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> broker.cutAfter(0));
    }

    @Test
    void aBrokerWithoutJUnit() {
        TestBroker closed;
        int port;
        try (TestBroker broker = TestBroker.start();
                TestBroker same = broker) { // which is closed twice
            closed = same;
            port = same.port();
            broker.publish("a", "1");
            assertThat(broker.messages("a")).hasSize(1);
            assertThat(broker.uri()).isEqualTo("mqtt://127.0.0.1:" + port);
            assertThat(broker.listeners()).isEmpty();
        }
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> new Socket("127.0.0.1", port).close());
        assertThatIllegalStateException().isThrownBy(closed::startAgain);
    }
}

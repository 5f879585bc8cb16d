package io.godwit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.Publish;
import io.godwit.codec.SubAck;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens when a test moves the broker's clocks forward. */
class VirtualTimeTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @ParameterizedTest
    @EnumSource
    void aSessionEndsWhenItsExpiryIsJumpedOver(MqttBroker.Store store) throws Exception {
        try (TestBroker broker = TestBroker.start(store)) {
            RawClient.connect(broker, RawClient.connect("sensor").resume(3600)).close();
            broker.awaitDisconnected("sensor");

            broker.advance(HOUR.minusMinutes(1));
            assertThat(broker.sessions()).containsExactly("sensor");

            broker.advance(Duration.ofMinutes(1));
            assertThat(broker.sessions()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWillComesWhenItsDelayIsJumpedOver(MqttBroker.Store store) throws Exception {
        try (TestBroker broker = TestBroker.start(store)) {
            RawClient.connect(broker, withWill("sensor", 60, 3600)).close();
            broker.awaitDisconnected("sensor");

            broker.advance(Duration.ofSeconds(30));
            assertThat(broker.messages("#")).isEmpty();

            broker.advance(Duration.ofSeconds(30));
            assertThat(broker.messages("gone/sensor")).hasSize(1);
        }
    }

    /** In one jump over both, the will still comes before the session that waits for it ends. */
    @ParameterizedTest
    @EnumSource
    void eachHappensAtItsTimeWithinOneJump(MqttBroker.Store store) throws Exception {
        try (TestBroker broker = TestBroker.start(store);
                RawClient watcher = RawClient.connect(broker, "watcher")) {
            watcher.send(Packets.subscribe(1, 1, "gone/#"));
            assertThat(watcher.receive()).isInstanceOf(SubAck.class);
            RawClient.connect(broker, withWill("late", 7200, 100_000)).close();
            broker.awaitDisconnected("late");
            RawClient.connect(broker, withWill("early", 60, 100_000)).close();
            broker.awaitDisconnected("early");

            broker.advance(Duration.ofDays(1));

            assertThat(watcher.receive())
                    .isInstanceOfSatisfying(
                            Publish.class,
                            will -> {
                                assertThat(will.topic()).hasToString("gone/early");
                            });
            assertThat(watcher.receive())
                    .isInstanceOfSatisfying(
                            Publish.class,
                            will -> {
                                assertThat(will.topic()).hasToString("gone/late");
                            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMessageExpiresWhileItWaits(MqttBroker.Store store) throws Exception {
        try (TestBroker broker = TestBroker.start(store);
                RawClient publisher = RawClient.connect(broker, "publisher")) {
            try (RawClient away =
                    RawClient.connect(broker, RawClient.connect("away").resume(100_000))) {
                away.send(Packets.subscribe(1, 1, "a/#"));
                assertThat(away.receive()).isInstanceOf(SubAck.class);
            }
            broker.awaitDisconnected("away");
            Publish brief = Packets.publish("a/brief", "1", 1, 1);
            publisher.send(Packets.with(brief, Property.MESSAGE_EXPIRY_INTERVAL, 30L));
            publisher.receive();
            publisher.send(Packets.publish("a/lasting", "2", 1, 2));
            publisher.receive();

            broker.advance(Duration.ofSeconds(31));

            try (RawClient back =
                    RawClient.connect(broker, RawClient.connect("away").resume(100_000))) {
                assertThat(back.receive())
                        .isInstanceOfSatisfying(
                                Publish.class,
                                message -> assertThat(message.topic()).hasToString("a/lasting"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatIsConnectedDoesNotSeemSilent(MqttBroker.Store store) throws Exception {
        try (TestBroker broker = TestBroker.start(store);
                RawClient client =
                        RawClient.connect(broker, RawClient.connect("sensor").keepAlive(60));
                RawClient undecided = RawClient.open(broker)) {
            broker.advance(HOUR);
            broker.advance(HOUR);

            client.send(new PingReq());
            assertThat(client.receive()).isInstanceOf(PingResp.class);
            undecided.send(RawClient.connect("other").build());
            assertThat(undecided.receive()).isNotNull();
        }
    }

    /** What was stored before is as old after a restart as the jump has made it. */
    @Test
    void aRestartDoesNotTurnTheClockBack() throws Exception {
        try (TestBroker broker = TestBroker.start(MqttBroker.Store.DURABLE)) {
            RawClient.connect(broker, RawClient.connect("sensor").resume(7200)).close();
            broker.awaitDisconnected("sensor");
            broker.advance(HOUR);

            broker.restart();
            assertThat(broker.sessions()).containsExactly("sensor");

            broker.advance(HOUR);
            assertThat(broker.sessions()).isEmpty();
        }
    }

    private static ConnectBuilder withWill(String clientId, long delay, long expiry) {
        return RawClient.connect(clientId)
                .resume(expiry)
                .will(
                        Packets.will(
                                "gone/" + clientId,
                                clientId,
                                1,
                                false,
                                Properties.of(Property.WILL_DELAY_INTERVAL, delay)));
    }
}

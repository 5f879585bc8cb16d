package io.godwit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.godwit.broker.simulation.Packets;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketType;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong on the way between clients and a broker, and with a broker. */
class FaultsTest {

    @Test
    void theNextPacketOfATypeIsLost(@MqttBroker TestBroker broker) throws Exception {
        try (RawClient client = RawClient.connect(broker, "sensor")) {
            Fault lost = broker.dropNext(PacketType.PUBACK);
            assertThat(lost.hasHappened()).isFalse();

            client.send(Packets.publish("a", "1", 1, 1));
            client.send(Packets.publish("a", "2", 1, 2));

            assertThat(client.receive())
                    .isInstanceOfSatisfying(
                            PubAck.class, second -> assertThat(second.packetId()).isEqualTo(2));
            lost.await();
            assertThat(broker.messages("a")).hasSize(2); // the broker had them both
        }
    }

    @Test
    void onlyThatOfAClientAndADirectionIsLost(@MqttBroker TestBroker broker) throws Exception {
        try (RawClient sensor = RawClient.connect(broker, "sensor");
                RawClient lamp = RawClient.connect(broker, "lamp")) {
            for (RawClient client : List.of(sensor, lamp)) {
                client.send(Packets.subscribe(1, 0, "a"));
                assertThat(client.receive()).isInstanceOf(SubAck.class);
            }
            broker.dropNext(PacketType.PUBLISH, "lamp", Direction.TO_CLIENT);

            lamp.send(Packets.publish("a", "1"));
            lamp.send(Packets.publish("a", "2"));

            assertThat(lamp.receive()).isEqualTo(Packets.publish("a", "2"));
            assertThat(sensor.receive()).isEqualTo(Packets.publish("a", "1"));
        }
    }

    @Test
    void aFaultThatIsTakenBackDoesNotHappen(@MqttBroker TestBroker broker) throws Exception {
        try (RawClient client = RawClient.connect(broker, "sensor")) {
            Fault fault = broker.dropNext(PacketType.PINGRESP);
            fault.close();

            client.send(new PingReq());

            assertThat(client.receive()).isInstanceOf(PingResp.class);
            assertThat(fault.hasHappened()).isFalse();
        }
    }

    @Test
    void theConnectionIsCutAfterSoManyPackets(@MqttBroker TestBroker broker) throws Exception {
        try (RawClient client = RawClient.connect(broker, "sensor")) {
            Fault cut = broker.cutAfter(3, "sensor");

            client.send(Packets.publish("a", "1", 1, 1)); // first
            assertThat(client.receive()).isInstanceOf(PubAck.class); // second
            client.send(Packets.publish("a", "2", 1, 2)); // third, and the last

            assertThat(client.receive()).isNull();
            cut.await();
            broker.awaitDisconnected("sensor");
            assertThat(broker.messages("a")).hasSize(2);
        }
    }

    @Test
    void aWillIsPublishedForAClientThatIsCut(@MqttBroker TestBroker broker) throws Exception {
        try (RawClient client =
                RawClient.connect(
                        broker,
                        RawClient.connect("sensor").will(Packets.will("gone", "sensor", 1)))) {
            broker.cut("sensor");

            assertThat(client.receive()).isNull();
            assertThat(broker.awaitMessage("gone").publisher()).isEqualTo("sensor");
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> broker.cut("nobody"))
                .withMessage("nobody has no connection to cut; no client is connected");
    }

    /** The assigned identifier, which only CONNACK says, is known. */
    @Test
    void aClientWithoutAnIdentifierCanBeCut(@MqttBroker TestBroker broker) throws Exception {
        try (RawClient client = RawClient.connect(broker, "")) {
            String assigned = broker.clients().getFirst();
            assertThat(assigned).isNotEmpty();

            broker.cut(assigned);

            assertThat(client.receive()).isNull();
        }
    }

    @Test
    void messagesForASlowConsumerWaitInTheBroker(@MqttBroker TestBroker broker) throws Exception {
        byte[] large = new byte[256 << 10];
        try (RawClient slow = RawClient.connect(broker, "slow")) {
            slow.send(Packets.subscribe(1, 1, "a"));
            assertThat(slow.receive()).isInstanceOf(SubAck.class);
            Fault stop = broker.slowConsumer("slow");

            int published = 0;
            while (broker.queued("slow") == 0) {
                broker.publish("a", large, 1, false);
                published++;
            }
            stop.await();
            slow.send(new PingReq()); // what it sends passes
            stop.close();

            int received = 0;
            while (received < published) {
                if (slow.receive() instanceof Publish publish) {
                    received++;
                    slow.send(new PubAck(publish.packetId()));
                }
            }
            assertThat(broker.queued("slow")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrokerThatStopsSaysSo(MqttBroker.Store store) throws Exception {
        try (TestBroker broker = TestBroker.start(store);
                RawClient client = RawClient.connect(broker, "sensor")) {
            int port = broker.port();
            broker.stop();

            assertThat(client.receive())
                    .isInstanceOfSatisfying(
                            Disconnect.class,
                            told ->
                                    assertThat(told.reasonCode())
                                            .isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN));
            assertThat(client.receive()).isNull();
            assertThat(broker.clients()).isEmpty();
            assertThatIllegalStateException()
                    .isThrownBy(broker::server)
                    .withMessage("the broker was stopped: startAgain() starts it again");
            try (RawClient turnedAway = RawClient.open(broker)) {
                assertThat(ends(turnedAway)).isTrue();
            }
            broker.startAgain();
            assertThat(broker.port()).isEqualTo(port);
            RawClient.connect(broker, "sensor").close();
        }
    }

    /** Whether a connection ends before anything comes; by a reset too. */
    private static boolean ends(RawClient client) throws Exception {
        try {
            client.send(RawClient.connect("late").build());
            return client.receive() == null;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void aDurableBrokerIsStartedAgainWithItsDataOrWithout() throws Exception {
        try (TestBroker broker = TestBroker.start(MqttBroker.Store.DURABLE)) {
            try (RawClient client =
                    RawClient.connect(broker, RawClient.connect("sensor").resume(3600))) {
                client.send(Packets.subscribe(1, 1, "a"));
                client.receive();
                client.send(Packets.retain(Packets.publish("r", "1", 1, 1)));
                client.receive();
            }
            broker.awaitDisconnected("sensor");
            broker.publish("a", "kept");

            broker.restart();
            assertThat(broker.sessions()).containsExactly("sensor");
            assertThat(broker.queued("sensor")).isEqualTo(1);
            assertThat(broker.retained("r")).isNotNull();

            broker.restartWithoutData();
            assertThat(broker.sessions()).isEmpty();
            assertThat(broker.retained("r")).isNull();
        }
    }

    @Test
    void aBrokerInMemoryHasNothingToStartAgainWith(@MqttBroker TestBroker broker) throws Exception {
        RawClient.connect(broker, RawClient.connect("sensor").resume(3600)).close();

        assertThatIllegalStateException()
                .isThrownBy(broker::restart)
                .withMessageContaining("restartWithoutData()");
        broker.restartWithoutData();
        assertThat(broker.sessions()).isEmpty();
    }

    /** What is no MQTT comes to the broker as it is, and so does what is larger than a buffer. */
    @Test
    void theProxyChangesNothing(@MqttBroker TestBroker broker) throws Exception {
        try (RawClient garbage = RawClient.open(broker)) {
            garbage.send((byte) 0x10, (byte) -1, (byte) -1, (byte) -1, (byte) -1, (byte) 1);
            assertThat(garbage.receive()).isNull();
        }
        byte[] large = new byte[700_000];
        large[large.length - 1] = 7;
        try (RawClient client = RawClient.connect(broker, "sensor")) {
            client.send(Packets.subscribe(1, 1, "large"));
            client.receive();
            client.send(Packets.publish("large", large, 1, 2));

            assertThat(client.receive())
                    .isInstanceOfSatisfying(
                            Publish.class,
                            publish -> assertThat(publish.payload()).isEqualTo(large));
        }
    }

    @Test
    void packetsInPiecesAreJudgedOnce(@MqttBroker TestBroker broker) throws Exception {
        try (RawClient client = RawClient.open(broker)) {
            Packet connect = RawClient.connect("pieces").build();
            ByteBuffer bytes = ByteBuffer.allocate(100);
            PacketEncoder.encode(connect, ProtocolVersion.V5, bytes);
            for (int i = 0; i < bytes.position(); i++) {
                client.send(bytes.get(i));
            }
            assertThat(client.receive()).isInstanceOf(ConnAck.class);
            broker.awaitConnected("pieces");
            broker.cut("pieces");
            assertThat(client.receive()).isNull();
        }
    }
}

package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.request;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.unsubscribe;
import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.conformance.Setting.EachV5;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PingReq;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.spec.Spec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What no client should send. Each is answered or closed, and others do not notice. */
class BadInputTest {

    /** Two clients that talk with each other all the while. */
    private static final class Healthy {

        private final TestClient sub;
        private final TestClient pub;
        private int count;

        Healthy(Setting setting, SimulatedBroker broker) {
            sub = setting.subscriber(broker, 1).acknowledging().subscribe(2, "healthy/#");
            pub = setting.publisher(broker);
        }

        /** They exchange a message at each QoS, and nothing else reaches them. */
        void talk() {
            for (int qos = 0; qos <= 2; qos++) {
                String payload = "message " + count++;
                assertThat(pub.publish("healthy/t", qos, payload)).isEqualTo(ReasonCode.SUCCESS);
                assertThat(sub.expectMessage("healthy/t", payload).qos()).isEqualTo(qos);
                sub.expectNothing();
                pub.expectNothing();
            }
        }
    }

    @Each
    void randomBytesAsFirstPacket(Setting setting) {
        Random random = new Random(11);
        try (SimulatedBroker broker = setting.broker()) {
            Healthy healthy = new Healthy(setting, broker);
            for (int i = 0; i < 300; i++) {
                TestClient client = broker.client(setting.version());
                client.sendBytes(bytes(random));
                client.takeAll();
                client.drop();
                if (i % 30 == 0) {
                    healthy.talk();
                }
            }
            healthy.talk();
            assertThat(broker.broker().connections()).isEqualTo(2);
        }
    }

    @Each
    void randomBytesBehindConnect(Setting setting) {
        Random random = new Random(12);
        try (SimulatedBroker broker = setting.broker()) {
            Healthy healthy = new Healthy(setting, broker);
            for (int i = 0; i < 300; i++) {
                TestClient client = setting.subscriber(broker, 2);
                client.sendBytes(bytes(random));
                assertEndsProperly(client);
                if (i % 30 == 0) {
                    healthy.talk();
                }
            }
            healthy.talk();
            assertThat(broker.broker().connections()).isEqualTo(2);
        }
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Valid packets with bytes changed, which come further than random ones. */
    @Each
    void changedPackets(Setting setting) {
        Random random = new Random(13);
        Packet[] packets = {
            publish("t/1", "payload", 2, 1),
            new PubRel(1),
            subscribe(2, request("a/+", 1), request("$share/g/b/#", 2)),
            unsubscribe(3, "a/+", "b"),
            publish("t/2", "payload", 1, 4),
            new PubAck(5),
            new PubRec(6),
            new PubComp(7),
            new PingReq()
        };
        byte[] valid = encode(setting.version(), packets);
        try (SimulatedBroker broker = setting.broker()) {
            Healthy healthy = new Healthy(setting, broker);
            for (int i = 0; i < 500; i++) {
                byte[] changed = valid.clone();
                for (int j = 0; j <= random.nextInt(3); j++) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
                TestClient client = setting.subscriber(broker, 2);
                client.sendBytes(changed);
                assertEndsProperly(client);
                if (i % 50 == 0) {
                    healthy.talk();
                }
            }
            healthy.talk();
            assertThat(broker.broker().connections()).isEqualTo(2);
        }
    }

    @Each
    void changedConnects(Setting setting) {
        Random random = new Random(14);
        Packet connect =
                connect(setting.version(), "client")
                        .will(will("gone", "text", 1))
                        .credentials("user", "secret")
                        .keepAlive(30)
                        .build();
        byte[] valid = encode(setting.version(), connect);
        try (SimulatedBroker broker = setting.broker()) {
            Healthy healthy = new Healthy(setting, broker);
            for (int i = 0; i < 500; i++) {
                byte[] changed = valid.clone();
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                // a version that it did not choose itself might answer: nothing is decoded here
                TestClient client = broker.client(setting.version()).stopReading();
                client.sendBytes(changed);
                client.drop();
                if (i % 50 == 0) {
                    healthy.talk();
                }
            }
            healthy.talk();
            assertThat(broker.broker().connections()).isEqualTo(2);
        }
    }

    /** If the broker has closed it, version 5 was told why, last of all. */
    private static void assertEndsProperly(TestClient client) {
        List<Packet> came = client.takeAll();
        if (!client.isOpen() && client.version().isV5() && !came.isEmpty()) {
            long reasons = came.stream().filter(Disconnect.class::isInstance).count();
            assertThat(reasons).isLessThanOrEqualTo(1);
            if (reasons == 1) {
                assertThat(came.getLast()).isInstanceOf(Disconnect.class);
            }
        }
        client.drop();
    }

    private static byte[] encode(ProtocolVersion version, Packet... packets) {
        int size =
                Arrays.stream(packets)
                        .mapToInt(packet -> PacketEncoder.encodedSize(packet, version))
                        .sum();
        ByteBuffer out = ByteBuffer.allocate(size);
        for (Packet packet : packets) {
            PacketEncoder.encode(packet, version, out);
        }
        return out.array();
    }

    /** Cut off anywhere, a packet has no effect, and its client can be taken over. */
    @Each
    void truncatedPacketsHaveNoEffect(Setting setting) {
        byte[] whole = encode(setting.version(), publish("healthy/t", "forged", 1, 1));
        try (SimulatedBroker broker = setting.broker()) {
            Healthy healthy = new Healthy(setting, broker);
            for (int length = 0; length < whole.length; length++) {
                TestClient client = setting.subscriber(broker, 2);
                client.sendBytes(Arrays.copyOf(whole, length)).expectNothing();
                healthy.talk();
                client.drop();
            }
        }
    }

    /** Refused from its header: nothing of its body is waited for. */
    @Spec({"v5 MQTT-4.13.1-1", "v3 MQTT-4.8.0-1"})
    @Each
    void packetOverTheMaximumSizeIsRefusedFromItsHeader(Setting setting) {
        try (SimulatedBroker broker = setting.broker(limits -> limits.packetSize(1_000))) {
            Healthy healthy = new Healthy(setting, broker);
            byte[] fits = encode(setting.version(), publish("t", bytesFor(setting, 1_000), 0, 0));
            assertThat(fits).hasSize(1_000);
            TestClient client = setting.subscriber(broker, 2);
            client.sendBytes(fits).expectNothing();
            client.sendBytes("30 e6 07"); // 998 and a header of 3 bytes
            assertRefused(client, ReasonCode.PACKET_TOO_LARGE);
            TestClient connecting = broker.client(setting.version());
            connecting.sendBytes("10 ff ff ff 7f").expectNothing();
            byte[] connect = encode(setting.version(), connect(setting.version(), "c").build());
            connecting.sendBytes(Arrays.copyOfRange(connect, 2, 9)); // in which version to answer
            if (setting.isV5()) {
                assertThat(connecting.expect(ConnAck.class).reasonCode())
                        .isEqualTo(ReasonCode.PACKET_TOO_LARGE);
            }
            connecting.expectClosed();
            healthy.talk();
        }
    }

    private static byte[] bytesFor(Setting setting, int packetSize) {
        return new byte[packetSize - (setting.isV5() ? 7 : 6)];
    }

    @Spec({"v5 MQTT-4.13.1-1", "v3 MQTT-4.8.0-1", "v5 MQTT-3.1.0-2", "v3 MQTT-3.1.0-2"})
    @Each
    void packetsOutOfPlaceCloseTheConnection(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            Healthy healthy = new Healthy(setting, broker);
            Packet connect = connect(setting.version(), "c").build();
            for (Packet first :
                    List.of(
                            publish("healthy/t", "forged"),
                            subscribe(1, 0, "#"),
                            new PingReq(),
                            new PubRel(1))) {
                TestClient client = broker.client(setting.version());
                client.send(first, connect);
                client.expectClosed();
            }
            TestClient twice = broker.connect(setting.version(), "c");
            twice.send(connect, publish("healthy/t", "forged"));
            assertRefused(twice, ReasonCode.PROTOCOL_ERROR);
            TestClient answering = setting.subscriber(broker, 2);
            answering.send(new SubAck(1, List.of(ReasonCode.SUCCESS)));
            assertRefused(answering, ReasonCode.PROTOCOL_ERROR);
            healthy.talk();
        }
    }

    private static void assertRefused(TestClient client, ReasonCode reason) {
        if (client.version().isV5()) {
            assertThat(client.expect(Disconnect.class).reasonCode()).isEqualTo(reason);
        }
        client.expectClosed();
    }

    /** Acknowledgements of what was never sent change nothing. */
    @Each
    void acknowledgementsOutOfTheBlueChangeNothing(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            Healthy healthy = new Healthy(setting, broker);
            TestClient client = setting.subscriber(broker, 2).subscribe(2, "t");
            client.send(new PubAck(1), new PubComp(1), new PubAck(65_535));
            client.expectNothing();
            client.send(new PubRec(9));
            assertThat(client.expect(PubRel.class).packetId()).isEqualTo(9);
            client.send(new PubRel(9));
            assertThat(client.expect(PubComp.class).packetId()).isEqualTo(9);
            healthy.pub.publish("t", 2, "still works");
            client.expectMessage("t", "still works");
            healthy.talk();
        }
    }

    @Each
    void identifiersMayBeAnyUnicode(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            Healthy healthy = new Healthy(setting, broker);
            for (String clientId :
                    List.of(
                            "\u00e9\u4e2d\ud83d\ude00",
                            "\ufeff\ufffe\uffff",
                            "\u0001\u001f\u007f",
                            "../../etc/passwd",
                            "'; DROP TABLE",
                            "%s%n{}",
                            "a/+/#",
                            "\u202ertl")) {
                TestClient first = broker.connect(connect(setting.version(), clientId).build());
                TestClient again = broker.connect(connect(setting.version(), clientId).build());
                first.takeAll();
                assertThat(first.isOpen()).as(clientId).isFalse();
                again.subscribe(0, "t").publish("t", 0, "hi");
                again.expectMessage("t", "hi");
                again.disconnect();
            }
            healthy.talk();
        }
    }

    /** A reason is a line for people, whatever the client sent that it is about. */
    @EachV5
    void reasonsAreShortAndOnOneLine(Setting setting) {
        List<String> texts =
                List.of(
                        "x".repeat(65_000),
                        "a\nb\r\u0085c\u2028d",
                        "\u202ertl\u2066",
                        "x".repeat(78) + "\ud83d\ude00".repeat(9),
                        "x".repeat(79) + "\ud83d\ude00".repeat(9),
                        "x".repeat(80) + "\ud83d\ude00".repeat(9));
        try (SimulatedBroker broker = setting.broker()) {
            for (String text : texts) {
                TestClient refused = broker.client(setting.version());
                refused.send(
                        connect(setting.version(), text)
                                .with(Property.AUTHENTICATION_METHOD, text)
                                .build());
                ConnAck connAck = refused.expect(ConnAck.class);
                assertThat(connAck.reasonCode()).isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
                assertOneShortLine(connAck.properties());
                refused.expectClosed();

                TestClient willing = broker.client(setting.version());
                willing.send(
                        connect(setting.version(), text)
                                .will(will("$SYS/" + text, "gone", 0))
                                .build());
                assertOneShortLine(willing.expect(ConnAck.class).properties());
                willing.expectClosed();

                TestClient subscribing = setting.subscriber(broker, 2);
                subscribing.sendBytes(subscribeBytes(text + "/#/"));
                Disconnect disconnect = subscribing.expect(Disconnect.class);
                assertThat(disconnect.reasonCode()).isEqualTo(ReasonCode.TOPIC_FILTER_INVALID);
                assertOneShortLine(disconnect.properties());
                subscribing.expectClosed();
            }
        }
    }

    private static void assertOneShortLine(Properties properties) {
        assertThat(properties.get(Property.REASON_STRING))
                .hasSizeLessThan(400)
                .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
    }

    /** A SUBSCRIBE to one filter, which need not be valid. */
    private static byte[] subscribeBytes(String filter) {
        byte[] utf8 = filter.getBytes(StandardCharsets.UTF_8);
        ByteBuffer packet = ByteBuffer.allocate(utf8.length + 10);
        packet.put((byte) 0x82);
        int length = 2 + 1 + 2 + utf8.length + 1;
        while (length > 0x7F) {
            packet.put((byte) (length | 0x80));
            length >>= 7;
        }
        packet.put((byte) length).putShort((short) 1).put((byte) 0);
        packet.putShort((short) utf8.length).put(utf8).put((byte) 0);
        return Arrays.copyOf(packet.array(), packet.position());
    }

    @Each
    void topicOfSixtyThousandLevelsIsRefused(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            Healthy healthy = new Healthy(setting, broker);
            String deep = "/".repeat(59_999);
            TestClient publishing = setting.subscriber(broker, 2);
            publishing.send(publish(deep, "x"));
            assertRefused(publishing, ReasonCode.TOPIC_NAME_INVALID);
            TestClient subscribing = setting.subscriber(broker, 2);
            subscribing.send(subscribe(1, 0, deep));
            assertFilterRefused(setting, subscribing);
            healthy.talk();
        }
    }

    private static void assertFilterRefused(Setting setting, TestClient client) {
        switch (setting.version()) {
            case V3_1 -> client.expectClosed();
            case V3_1_1 ->
                    assertThat(client.expect(SubAck.class).reasonCodes())
                            .containsExactly(ReasonCode.UNSPECIFIED_ERROR);
            case V5 ->
                    assertThat(client.expect(SubAck.class).reasonCodes())
                            .containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
        }
    }

    /** Where an operator allows it, the deepest topic works like any other. */
    @Each
    void topicOfSixtyThousandLevelsWorksWhereItIsAllowed(Setting setting) {
        try (SimulatedBroker broker =
                setting.broker(limits -> limits.topicLevels(65_536).topicLength(65_535))) {
            Healthy healthy = new Healthy(setting, broker);
            String deep = "/".repeat(59_999);
            TestClient client = setting.subscriber(broker, 2);
            client.subscribe(0, deep, "+" + deep, "/".repeat(30_000) + "#");
            healthy.pub.publish(retain(publish(deep, "deep", 1, 0)));
            client.expectMessage(deep, "deep");
            client.subscribe(0, deep);
            client.expectMessage(deep, "deep");
            client.unsubscribe(deep);
            healthy.talk();
        }
    }

    /** Also filters that are all made to be slow: of many shapes, and with no end of wildcards. */
    @Each
    void filtersOfEveryShape(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            Healthy healthy = new Healthy(setting, broker);
            TestClient client = setting.subscriber(broker, 2);
            SubscriptionRequest[] requests =
                    IntStream.range(0, 10_000)
                            .mapToObj(i -> request(shape(i), 0))
                            .toArray(SubscriptionRequest[]::new);
            client.send(subscribe(1, requests));
            assertThat(client.expect(SubAck.class).reasonCodes())
                    .hasSize(10_000)
                    .containsOnly(ReasonCode.SUCCESS);
            String topic = "a/".repeat(13) + "a";
            healthy.pub.publish(topic, 0, "matches them all");
            client.expectMessage(topic, "matches them all");
            client.expectNothing();
            client.drop();
            healthy.talk();
        }
    }

    /** One of 16,384 filters that match a topic of 14 times the level a. */
    private static String shape(int number) {
        StringBuilder filter = new StringBuilder();
        for (int level = 0; level < 14; level++) {
            filter.append(level == 0 ? "" : "/").append((number >> level & 1) == 0 ? "+" : "a");
        }
        return filter.toString();
    }

    @EachV5
    void clientThatSendsMoreThanItsReceiveMaximumIsClosed(Setting setting) {
        try (SimulatedBroker broker = setting.broker(limits -> limits.receiveMaximum(3))) {
            Healthy healthy = new Healthy(setting, broker);
            TestClient client = setting.subscriber(broker, 2);
            for (int id = 1; id <= 3; id++) {
                client.send(publish("t", "x", 2, id));
                client.expect(PubRec.class);
            }
            client.send(publish("t", "x", 2, 4));
            assertRefused(client, ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
            healthy.talk();
        }
    }

    /** Thousands of connections that come, and go without a word or with half a CONNECT. */
    @Each
    void connectionsThatComeAndGo(Setting setting) {
        byte[] connect = encode(setting.version(), connect(setting.version(), "x").build());
        try (SimulatedBroker broker = setting.broker()) {
            Healthy healthy = new Healthy(setting, broker);
            Random random = new Random(15);
            for (int i = 0; i < 2_000; i++) {
                TestClient client = broker.client(setting.version());
                client.sendBytes(Arrays.copyOf(connect, random.nextInt(connect.length + 1)));
                client.cut();
                if (i % 200 == 0) {
                    healthy.talk();
                }
            }
            broker.run();
            healthy.talk();
            assertThat(broker.broker().connections()).isEqualTo(2);
        }
    }
}

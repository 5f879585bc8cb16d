package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.text;
import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.conformance.Setting.EachV5;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The {@code $SYS} topics: their names, what they say, and that they are the server's own. */
class SystemTopicsTest {

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final List<String> NAMES =
            List.of(
                    "version",
                    "uptime",
                    "clients/total",
                    "clients/connected",
                    "clients/disconnected",
                    "clients/expired",
                    "clients/maximum",
                    "messages/received",
                    "messages/sent",
                    "messages/stored",
                    "publish/messages/received",
                    "publish/messages/sent",
                    "publish/messages/dropped",
                    "publish/bytes/received",
                    "publish/bytes/sent",
                    "bytes/received",
                    "bytes/sent",
                    "subscriptions/count",
                    "shared_subscriptions/count",
                    "retained messages/count",
                    "heap/current");

    private static final List<String> LOADS =
            List.of(
                    "messages/received",
                    "messages/sent",
                    "publish/received",
                    "publish/sent",
                    "publish/dropped",
                    "bytes/received",
                    "bytes/sent",
                    "sockets",
                    "connections");

    private static SimulatedBroker start(Setting setting) {
        return setting.broker(limits -> limits.sysInterval(INTERVAL));
    }

    /** The values by their names, as a client that subscribes now gets them. */
    private static Map<String, String> values(Setting setting, SimulatedBroker broker) {
        TestClient monitor = broker.connect(setting.version(), "monitor");
        monitor.subscribe(0, "$SYS/broker/#");
        Map<String, String> values = new TreeMap<>();
        for (Object packet : monitor.takeAll()) {
            Publish publish = (Publish) packet;
            assertThat(publish.retain()).isTrue();
            String topic = monitor.topicOf(publish);
            values.put(topic.substring("$SYS/broker/".length()), text(publish));
        }
        monitor.disconnect();
        return values;
    }

    @Each
    void everyTopicHasItsName(Setting setting) {
        try (SimulatedBroker broker = start(setting)) {
            Map<String, String> values = values(setting, broker);
            assertThat(values).containsKeys(NAMES.toArray(String[]::new));
            String[] loads =
                    LOADS.stream()
                            .flatMap(name ->
                                    Stream.of("1min", "5min", "15min")
                                            .map(span -> "load/" + name + "/" + span))
                            .toArray(String[]::new);
            assertThat(values).containsKeys(loads);
            assertThat(values.get("uptime")).isEqualTo("0 seconds");
            assertThat(values.get("version")).isNotBlank();
            assertThat(Long.parseLong(values.get("heap/current"))).isPositive();
        }
    }

    @Each
    void countsOfClientsAndSubscriptionsAreTrue(Setting setting) {
        try (SimulatedBroker broker = start(setting)) {
            for (int i = 0; i < 5; i++) {
                setting.subscriber(broker, i, ConnectBuilder::persistent)
                        .subscribe(1, "a/" + i, "b", "$share/g/c");
            }
            TestClient passing = setting.publisher(broker).subscribe(0, "b");
            broker.advance(INTERVAL);
            assertThat(values(setting, broker))
                    .containsEntry("clients/total", "6")
                    .containsEntry("clients/connected", "6")
                    .containsEntry("clients/disconnected", "0")
                    .containsEntry("clients/maximum", "6")
                    .containsEntry("subscriptions/count", "16")
                    .containsEntry("shared_subscriptions/count", "1")
                    .containsEntry("uptime", "10 seconds");
            passing.disconnect();
            setting.subscriber(broker, 0, ConnectBuilder::persistent).drop();
            broker.advance(INTERVAL);
            assertThat(values(setting, broker))
                    .containsEntry("clients/total", "5")
                    .containsEntry("clients/connected", "4")
                    .containsEntry("clients/disconnected", "1")
                    .containsEntry("clients/expired", "0")
                    .containsEntry("subscriptions/count", "15");
        }
    }

    @EachV5
    void expiredSessionsAreCounted(Setting setting) {
        try (SimulatedBroker broker = start(setting)) {
            setting.subscriber(broker, 0, connect -> connect.resume(15)).drop();
            setting.subscriber(broker, 1).drop(); // ends with its connection: not expired
            broker.advance(INTERVAL);
            assertThat(values(setting, broker)).containsEntry("clients/disconnected", "1");
            broker.advance(INTERVAL);
            assertThat(values(setting, broker))
                    .containsEntry("clients/expired", "1")
                    .containsEntry("clients/disconnected", "0");
        }
    }

    @Each
    void countsOfMessagesAreTrue(Setting setting) {
        try (SimulatedBroker broker = start(setting)) {
            TestClient sub = setting.subscriber(broker, 0).acknowledging().subscribe(2, "t");
            setting.subscriber(broker, 1, ConnectBuilder::persistent).subscribe(1, "t").drop();
            TestClient pub = setting.publisher(broker);
            broker.advance(INTERVAL);
            int monitored = values(setting, broker).size(); // so many does a monitor get
            broker.advance(INTERVAL); // what the monitor did is counted by now
            Map<String, Long> before = numbers(values(setting, broker));
            for (int i = 0; i < 4; i++) {
                pub.publish("t", i % 3, "12345");
            }
            pub.publish(retain(publish("kept", "12345", 0, 0)));
            assertThat(Setting.texts(sub)).hasSize(4);
            broker.advance(INTERVAL);
            Map<String, Long> after = numbers(values(setting, broker));
            Map<String, Long> rise = new TreeMap<>();
            after.forEach((name, value) -> rise.put(name, value - before.getOrDefault(name, 0L)));
            assertThat(rise)
                    .containsEntry("publish/messages/received", 5L)
                    .containsEntry("publish/bytes/received", 25L)
                    .containsEntry("publish/messages/sent", 4L + monitored)
                    // 5 PUBLISH and 1 PUBREL, the subscriber's acknowledgements, which are 2 at QoS
                    // 2 and 1 at QoS 1, and the monitor's CONNECT, SUBSCRIBE and DISCONNECT
                    .containsEntry("messages/received", 5L + 1 + 2 + 1 + 3)
                    // two above QoS 0 wait for the offline client, and one more is retained
                    .containsEntry("messages/stored", 3L)
                    .containsEntry("retained messages/count", 1L);
            assertThat(after).containsEntry("publish/messages/dropped", 0L);
        }
    }

    private static Map<String, Long> numbers(Map<String, String> values) {
        Map<String, Long> numbers = new TreeMap<>();
        values.forEach((name, value) -> {
            if (value.matches("\\d+")) {
                numbers.put(name, Long.valueOf(value));
            }
        });
        return numbers;
    }

    @Each
    void droppedMessagesAreCountedByReasonToo(Setting setting) {
        try (SimulatedBroker broker =
                setting.broker(limits -> limits.sysInterval(INTERVAL).queuedMessages(2))) {
            setting.subscriber(broker, 0, ConnectBuilder::persistent).subscribe(1, "t").drop();
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 5; i++) {
                pub.publish("t", 1, "m");
            }
            broker.advance(INTERVAL);
            assertThat(values(setting, broker))
                    .containsEntry("publish/messages/dropped", "3")
                    .containsEntry("publish/messages/dropped/queue-full", "3")
                    .containsEntry("publish/messages/dropped/queue-bytes", "0");
        }
    }

    /** A steady rate is what the load averages come to, the short one first. */
    @Each
    void loadsAreRatesForAMinute(Setting setting) {
        try (SimulatedBroker broker = start(setting)) {
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 90; i++) {
                pub.publish("t", 0, "one each ten seconds");
                broker.advance(INTERVAL);
            }
            Map<String, String> values = values(setting, broker);
            double oneMinute = Double.parseDouble(values.get("load/publish/received/1min"));
            double fiveMinutes = Double.parseDouble(values.get("load/publish/received/5min"));
            double quarter = Double.parseDouble(values.get("load/publish/received/15min"));
            assertThat(oneMinute).isBetween(5.99, 6.01);
            assertThat(fiveMinutes).isBetween(5.5, 5.9); // 95 % of it after three times its span
            assertThat(quarter).isBetween(3.5, 4.0); // 63 % of it after its span
        }
    }

    @Each
    void unchangedValuesAreNotPublishedAgain(Setting setting) {
        try (SimulatedBroker broker = start(setting)) {
            TestClient monitor = setting.subscriber(broker, 0);
            monitor.subscribe(0, "$SYS/broker/clients/+", "$SYS/broker/version");
            broker.advance(INTERVAL);
            monitor.takeAll();
            broker.advance(INTERVAL.multipliedBy(3));
            monitor.expectNothing();
            setting.publisher(broker);
            broker.advance(INTERVAL);
            assertThat(monitor.takeAll()).hasSize(3); // total, connected, maximum
        }
    }

    /** Only for who asks for them by name (§4.7.2). */
    @Spec({"v5 MQTT-4.7.2-1", "v3 MQTT-4.7.2-1"})
    @Each
    void filterWithLeadingWildcardGetsNoneOfThem(Setting setting) {
        try (SimulatedBroker broker = start(setting)) {
            TestClient all = setting.subscriber(broker, 0).subscribe(0, "#", "+/broker/#");
            broker.advance(INTERVAL);
            all.expectNothing();
        }
    }

    @Each
    void clientsCannotPublishThere(Setting setting) {
        try (SimulatedBroker broker = start(setting)) {
            TestClient monitor = setting.subscriber(broker, 0).subscribe(0, "$SYS/#");
            broker.advance(INTERVAL);
            monitor.takeAll();
            TestClient pub = setting.publisher(broker);
            ReasonCode refusal = setting.isV5() ? ReasonCode.NOT_AUTHORIZED : ReasonCode.SUCCESS;
            for (String topic : List.of("$SYS", "$SYS/broker/version", "$SYS/mine")) {
                for (int qos = 0; qos <= 2; qos++) {
                    ReasonCode code = pub.publish(retain(publish(topic, "forged", qos, 0)));
                    assertThat(code).isEqualTo(qos == 0 ? ReasonCode.SUCCESS : refusal);
                }
            }
            monitor.expectNothing();
            assertThat(values(setting, broker).get("version")).isNotEqualTo("forged");
            TestClient other = setting.subscriber(broker, 1).subscribe(0, "$SYSTEM", "$own/#");
            pub.publish("$SYSTEM", 0, "is not $SYS");
            other.expectMessage("$SYSTEM", "is not $SYS");
        }
    }

    @Each
    void willCannotGoThere(Setting setting) {
        try (SimulatedBroker broker = start(setting)) {
            TestClient client = broker.client(setting.version());
            client.send(
                    connect(setting.version(), "c")
                            .will(will("$SYS/broker/version", "forged", 0))
                            .build());
            assertThat(client.expect(ConnAck.class).reasonCode())
                    .isEqualTo(ReasonCode.NOT_AUTHORIZED);
            client.expectClosed();
        }
    }

    /** With an interval of 0 there are none. */
    @Each
    void theyCanBeTurnedOff(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            broker.advance(Duration.ofMinutes(2));
            assertThat(values(setting, broker)).isEmpty();
            assertThat(broker.retained().count()).isZero();
        }
    }
}

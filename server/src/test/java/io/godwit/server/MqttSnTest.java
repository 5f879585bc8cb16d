package io.godwit.server;

import static io.godwit.server.SnSocket.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.godwit.broker.control.BrokerMetrics;
import io.godwit.broker.control.BrokerMetrics.Gateway;
import io.godwit.broker.control.BrokerMetrics.Listener;
import io.godwit.broker.control.ClientDetails.RecordedPacket;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** MQTT-SN at a whole server, beside MQTT. */
@Timeout(120)
class MqttSnTest {

    private static final String BASE =
            """
            event-loops = 2
            admin.enabled = false
            authentication.anonymous = true
            listeners.tcp { bind = "127.0.0.1", port = 0 }
            authorization.rules = [
              { deny = publish, filter = "secret/#" }
              { allow = all, filter = "#" }
            ]
            """;

    private static final String GATEWAY =
            """
            listeners.sn {
              type = mqtt-sn, bind = "127.0.0.1", port = 0
              predefined = ["7 = plant/temperature"]
            }
            """;

    @TempDir private Path directory = Path.of("");
    private GodwitServer server;

    @BeforeEach
    void start() throws IOException, ConfigurationProblems {
        server = GodwitServer.start(configuration(BASE + GATEWAY));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Configuration configuration(String text) throws IOException, ConfigurationProblems {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(file, text);
        return Configuration.load(file, Map.of()).withDataDir(directory.resolve("data"));
    }

    private InetSocketAddress address(String listener) {
        return Objects.requireNonNull(server.addresses().get(listener));
    }

    private SnSocket device() throws IOException {
        return new SnSocket(address("sn"));
    }

    private Mqtt5BlockingClient client() {
        Mqtt5BlockingClient client =
                MqttClient.builder()
                        .useMqttVersion5()
                        .serverHost("127.0.0.1")
                        .serverPort(address("tcp").getPort())
                        .buildBlocking();
        client.connect();
        return client;
    }

    private static void publish(Mqtt5BlockingClient client, String topic, String payload) {
        client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload.getBytes(UTF_8))
                .send();
    }

    @Test
    void messagesPassBetweenMqttAndMqttSn() throws Exception {
        Mqtt5BlockingClient client = client();
        try (SnSocket device = device();
                Mqtt5BlockingClient.Mqtt5Publishes received =
                        client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.subscribeWith().topicFilter("plant/#").qos(MqttQos.EXACTLY_ONCE).send();
            device.connect("device", true);
            device.send(
                            new SnMessage.Publish(
                                    false, 2, false, new SnTopic.Predefined(7), 9, bytes("21.5")))
                    .expect(new SnMessage.PubRec(9))
                    .send(new SnMessage.PubRel(9))
                    .expect(new SnMessage.PubComp(9));
            var got = received.receive();
            assertThat(got.getTopic()).hasToString("plant/temperature");
            assertThat(got.getPayloadAsBytes()).isEqualTo("21.5".getBytes(UTF_8));

            int id = device.subscribe("plant/valve", 1);
            publish(client, "plant/valve", "open");
            SnMessage.Publish valve = (SnMessage.Publish) device.next();
            assertThat(valve.topic()).isEqualTo(new SnTopic.Normal(id));
            assertThat(valve.data()).isEqualTo(bytes("open"));
        }
        client.disconnect();
    }

    @Test
    void itsListenerIsMeasured() throws Exception {
        try (SnSocket device = device()) {
            device.connect("device", true);
            BrokerMetrics.Measures measures = server.metrics().measures();
            assertThat(measures.listeners()).extracting(Listener::name).containsExactly("tcp");
            Gateway gateway = measures.gateways().getFirst();
            assertThat(gateway.name()).isEqualTo("sn");
            assertThat(gateway.received()).isEqualTo(1);
            assertThat(gateway.sent()).isEqualTo(1);
            assertThat(gateway.incidents())
                    .containsEntry("malformed", 0L)
                    .doesNotContainKeys("datagrams_received", "datagrams_sent");
        }
    }

    @Test
    void rulesHoldForDevices() throws Exception {
        try (SnSocket device = device()) {
            device.connect("device", true);
            int id = device.register("secret/x");
            device.send(
                            new SnMessage.Publish(
                                    false, 1, false, new SnTopic.Normal(id), 3, bytes("x")))
                    .expect(new SnMessage.PubAck(id, 3, ReturnCode.NOT_SUPPORTED));
            var shown = server.broker().directory().find("device").get(30, TimeUnit.SECONDS);
            assertThat(shown.orElseThrow().packets())
                    .extracting(RecordedPacket::packet)
                    .containsExactly("CONNECT", "CONNACK", "PUBLISH", "PUBACK");
        }
    }

    @Test
    void whatWaitsForASleepingDeviceOutlivesTheBroker() throws Exception {
        int subscribed;
        int registered;
        try (SnSocket device = device()) {
            subscribed = device.connect("device", false).subscribe("plant/valve", 1);
            registered = device.register("plant/state");
            device.send(new SnMessage.Disconnect(600)).expect(new SnMessage.Disconnect(0));
            Mqtt5BlockingClient client = client();
            publish(client, "plant/valve", "open");
            publish(client, "plant/valve", "close");
            client.disconnect();
        }
        server.close();
        server = GodwitServer.start(configuration(BASE + GATEWAY));
        try (SnSocket device = device()) {
            device.send(new SnMessage.PingRequest("device")).expect(new SnMessage.Disconnect(0));
            device.connect("device", false);
            SnMessage.Register register = (SnMessage.Register) device.next();
            assertThat(register.topic()).isEqualTo(bytes("plant/valve"));
            assertThat(register.topicId()).isEqualTo(subscribed);
            device.send(
                    new SnMessage.RegAck(
                            register.topicId(), register.messageId(), ReturnCode.ACCEPTED));
            for (String expected : new String[] {"open", "close"}) {
                SnMessage.Publish got = (SnMessage.Publish) device.next();
                assertThat(got.data()).isEqualTo(bytes(expected));
                device.send(
                        new SnMessage.PubAck(
                                register.topicId(), got.messageId(), ReturnCode.ACCEPTED));
            }
            device.send(
                            new SnMessage.Publish(
                                    false,
                                    1,
                                    false,
                                    new SnTopic.Normal(registered),
                                    3,
                                    bytes("on")))
                    .expect(new SnMessage.PubAck(registered, 3, ReturnCode.ACCEPTED));
        }
    }

    @Test
    void aReloadOpensAndClosesGateways() throws Exception {
        try (SnSocket device = device()) {
            device.connect("device", true);
            assertThat(server.reload(configuration(BASE)).disconnects()).isEqualTo(1);
            assertThat(server.addresses()).containsOnlyKeys("tcp");
            device.expect(new SnMessage.Disconnect(0));
        }
        await().until(() -> server.broker().connections() == 0);
        server.reload(configuration(BASE + GATEWAY));
        try (SnSocket device = device()) {
            device.connect("device", true);
        }
    }

    @Test
    void aPortThatIsTakenIsSaid() throws Exception {
        String taken = GATEWAY.replace("port = 0", "port = " + address("sn").getPort());
        Configuration other = configuration(BASE + taken).withDataDir(directory.resolve("other"));
        assertThatThrownBy(() -> GodwitServer.start(other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("listener sn")
                .hasMessageContaining("another process has the port");
    }
}

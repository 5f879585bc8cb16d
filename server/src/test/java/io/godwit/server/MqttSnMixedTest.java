package io.godwit.server;

import static io.godwit.server.SnSocket.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device of MQTT-SN, a client of MQTT and one in WebSocket, which all publish at once to a topic
 * of their own, and each of which gets all that the three publish.
 */
@Timeout(120)
class MqttSnMixedTest {

    private static final int MESSAGES = 100;
    private static final int PATIENCE_SECONDS = 60;

    /** What each of them is to get, by topic. */
    private static final Map<String, List<String>> ALL =
            Map.of("all/sn", numbers(), "all/tcp", numbers(), "all/ws", numbers());

    @TempDir private Path directory = Path.of("");
    private GodwitServer server;

    private static List<String> numbers() {
        return IntStream.range(0, MESSAGES).mapToObj(String::valueOf).toList();
    }

    @BeforeEach
    void start() throws IOException, ConfigurationProblems {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file,
                """
                event-loops = 2
                admin.enabled = false
                authentication.anonymous = true
                listeners.tcp { type = tcp, bind = "127.0.0.1", port = 0 }
                listeners.ws { type = websocket, bind = "127.0.0.1", port = 0 }
                listeners.sn { type = mqtt-sn, bind = "127.0.0.1", port = 0 }
                """);
        server =
                GodwitServer.start(
                        Configuration.load(file, Map.of()).withDataDir(directory.resolve("data")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private InetSocketAddress address(String listener) {
        return Objects.requireNonNull(server.addresses().get(listener));
    }

    /** A client of MQTT 5, and what it has got. */
    private final class Client {

        private final Map<String, List<String>> received = new ConcurrentHashMap<>();
        private final Mqtt5AsyncClient client;
        private final String topic;

        Client(String listener, boolean webSocket) throws Exception {
            topic = "all/" + listener;
            var builder =
                    MqttClient.builder()
                            .useMqttVersion5()
                            .identifier(listener)
                            .serverHost("127.0.0.1")
                            .serverPort(address(listener).getPort());
            if (webSocket) {
                builder =
                        builder.webSocketConfig(
                                MqttWebSocketConfig.builder().serverPath("mqtt").build());
            }
            client = builder.buildAsync();
            client.connect().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            client.subscribeWith()
                    .topicFilter("all/#")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .callback(this::got)
                    .send()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        private void got(Mqtt5Publish publish) {
            received.computeIfAbsent(
                            publish.getTopic().toString(), _ -> new CopyOnWriteArrayList<>())
                    .add(new String(publish.getPayloadAsBytes(), UTF_8));
        }

        /** Without waiting for what comes back. */
        void publish() {
            for (String number : numbers()) {
                client.publishWith()
                        .topic(topic)
                        .qos(MqttQos.EXACTLY_ONCE)
                        .payload(number.getBytes(UTF_8))
                        .send();
            }
        }

        void expectAll() throws Exception {
            await().untilAsserted(() -> assertThat(received).isEqualTo(ALL));
            client.disconnect().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** A device that publishes one message after the other, and does what it is told meanwhile. */
    private static final class Device {

        private final Map<String, List<String>> received = new HashMap<>();
        private final Map<Integer, String> topics = new HashMap<>();
        private final SnSocket socket;
        private final int own;
        private int published;
        private int count;

        Device(SnSocket socket) throws IOException {
            this.socket = socket;
            socket.connect("sn", true);
            own = socket.register("all/sn");
            topics.put(own, "all/sn");
            assertThat(socket.subscribe("all/#", 1)).isZero();
        }

        void publishAndReceive() throws IOException {
            publish();
            while (published < MESSAGES || count < 3 * MESSAGES) {
                take(socket.next());
            }
            assertThat(received).isEqualTo(ALL);
        }

        private void publish() throws IOException {
            socket.send(
                    new SnMessage.Publish(
                            false,
                            1,
                            false,
                            new SnTopic.Normal(own),
                            published + 1,
                            bytes(String.valueOf(published))));
        }

        private void take(SnMessage message) throws IOException {
            switch (message) {
                case SnMessage.Register register -> {
                    topics.put(register.topicId(), new String(register.topic().bytes(), UTF_8));
                    socket.send(
                            new SnMessage.RegAck(
                                    register.topicId(), register.messageId(), ReturnCode.ACCEPTED));
                }
                case SnMessage.Publish publish -> {
                    int id = ((SnTopic.Normal) publish.topic()).id();
                    String topic = Objects.requireNonNull(topics.get(id));
                    received.computeIfAbsent(topic, _ -> new ArrayList<>())
                            .add(new String(publish.data().bytes(), UTF_8));
                    count++;
                    socket.send(new SnMessage.PubAck(id, publish.messageId(), ReturnCode.ACCEPTED));
                }
                case SnMessage.PubAck pubAck -> {
                    assertThat(pubAck)
                            .isEqualTo(
                                    new SnMessage.PubAck(own, published + 1, ReturnCode.ACCEPTED));
                    if (++published < MESSAGES) {
                        publish();
                    }
                }
                default -> throw new AssertionError(message);
            }
        }
    }

    @Test
    void eachGetsAllOfAllOnceAndInOrder() throws Exception {
        try (SnSocket socket = new SnSocket(address("sn"))) {
            Client tcp = new Client("tcp", false);
            Client webSocket = new Client("ws", true);
            Device device = new Device(socket);
            tcp.publish();
            webSocket.publish();
            device.publishAndReceive();
            tcp.expectAll();
            webSocket.expectAll();
        }
    }
}

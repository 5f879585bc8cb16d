package io.godwit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.godwit.broker.control.BrokerMetrics.Stats;
import io.godwit.server.configuration.Configuration;
import io.godwit.transport.ListenerSettings;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a running server says of itself. */
@Timeout(60)
class MetricsOfAServerTest {

    @TempDir private Path directory = Path.of("");

    private GodwitServer start() throws IOException {
        return GodwitServer.start(
                Configuration.defaults()
                        .withDataDir(directory)
                        .withEventLoops(2)
                        .withListeners(List.of(ListenerSettings.tcp("tcp", "127.0.0.1", 0))));
    }

    private String metrics(String accept) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(directory.resolve("godwit.sock")));
            String request =
                    "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: "
                            + accept
                            + "\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        }
    }

    private static Mqtt5BlockingClient connect(GodwitServer server, String clientId) {
        Mqtt5BlockingClient client =
                Mqtt5Client.builder()
                        .identifier(clientId)
                        .serverHost("127.0.0.1")
                        .serverPort(Objects.requireNonNull(server.addresses().get("tcp")).getPort())
                        .buildBlocking();
        client.connectWith().cleanStart(false).sessionExpiryInterval(3_600).send();
        return client;
    }

    @Test
    void whatClientsDoIsCounted() throws Exception {
        try (GodwitServer server = start()) {
            Mqtt5BlockingClient offline = connect(server, "offline");
            offline.subscribeWith().topicFilter("t").qos(MqttQos.AT_LEAST_ONCE).send();
            offline.disconnect();
            await().until(() -> server.broker().connections() == 0);
            Mqtt5BlockingClient publisher = connect(server, "publisher");
            for (int i = 0; i < 3; i++) {
                publisher.publishWith().topic("t").qos(MqttQos.AT_LEAST_ONCE).send();
            }
            List<String> lines = metrics("*/*").lines().toList();
            assertThat(lines)
                    .contains(
                            "Content-Type: text/plain; version=0.0.4; charset=utf-8",
                            "godwit_build_info{version=\"" + Version.current() + "\"} 1",
                            "godwit_connections 1.0",
                            "godwit_sessions 2.0",
                            "godwit_subscriptions 1.0",
                            "godwit_publishes_total{direction=\"received\",qos=\"1\"} 3.0",
                            "godwit_packets_total{direction=\"received\",type=\"connect\"} 2.0",
                            "godwit_packets_total{direction=\"received\",type=\"publish\"} 3.0",
                            "godwit_packets_total{direction=\"sent\",type=\"puback\"} 3.0",
                            "godwit_copies_begun_total{origin=\"routed\"} 3.0",
                            "godwit_copies_queued 3.0",
                            "godwit_books_residual 0.0",
                            "godwit_authentications_total{outcome=\"accepted\"} 2.0",
                            "godwit_store_accepts 1.0")
                    .anyMatch(line -> line.startsWith("godwit_loop_lag_seconds_count{loop=\"1\"} "))
                    .anyMatch(line -> line.matches("godwit_store_batch_changes_count [1-9]\\d*"))
                    .anyMatch(line -> line.startsWith("jvm_threads_current "));
            publisher.disconnect();
        }
        try (GodwitServer server = start()) {
            assertThat(metrics("application/openmetrics-text;version=1.0.0").lines())
                    .contains(
                            "Content-Type: application/openmetrics-text; version=1.0.0;"
                                    + " charset=utf-8",
                            "godwit_copies_begun_total{origin=\"recovered\"} 3.0",
                            "godwit_copies_queued 3.0",
                            "godwit_books_residual 0.0",
                            "# EOF");
            assertThat(server.broker().counts().gauges()).containsEntry("queued", 3L);
        }
    }

    /** By these names an API may show them. */
    @Test
    void thePlainCountsHaveNames() throws Exception {
        try (GodwitServer server = start()) {
            Stats stats = server.metrics().stats();
            assertThat(stats.counters()).containsKeys("publish_received", "copies_routed");
            assertThat(stats.gauges())
                    .containsKeys(
                            "connections",
                            "sessions",
                            "subscriptions",
                            "retained",
                            "retainedBytes",
                            "queued",
                            "queuedBytes",
                            "inFlight",
                            "memoryUsed",
                            "memoryLimit",
                            "heapUsed");
            Map<String, Object> object = stats.object("1.2.3");
            assertThat(object.keySet())
                    .containsExactly("time", "uptime", "version", "counters", "gauges");
            assertThat(String.valueOf(object.get("time")))
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        }
    }
}

package io.godwit.server.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.dashboard.Chromium.Look;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.WebSocketSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The MQTT client in the page, against the broker and a client that nobody here wrote. */
final class WebSocketPageTest {

    private static final String EVIL = "<img src=x onerror=\"window.hacked=1\">";

    @TempDir private Path directory = Path.of("");

    private GodwitServer server;
    private CannedApi api;
    private Chromium chromium;
    private Mqtt5BlockingClient other;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws Exception {
        server =
                GodwitServer.start(
                        Configuration.defaults()
                                .withDataDir(directory)
                                .withEventLoops(1)
                                .withListeners(
                                        List.of(
                                                ListenerSettings.tcp("tcp", "127.0.0.1", 0),
                                                ListenerSettings.tcp("ws", "127.0.0.1", 0)
                                                        .withWebSocket(
                                                                WebSocketSettings.upTo(
                                                                        2_000_000)))));
        int port = port("ws");
        api = Plant.answering(new CannedApi(port));
        api.answer(
                "GET listeners",
                Map.of(
                        "listeners",
                        List.of(
                                Map.of(
                                        "name", "ws",
                                        "type", "ws",
                                        "address", "127.0.0.1",
                                        "port", port,
                                        "connections", 0,
                                        "path", "/mqtt"))));
        other =
                Mqtt5Client.builder()
                        .identifier("other")
                        .serverHost("127.0.0.1")
                        .serverPort(port("tcp"))
                        .buildBlocking();
        other.connect();
        other.toAsync()
                .subscribeWith()
                .topicFilter("from/#")
                .qos(MqttQos.EXACTLY_ONCE)
                .callback(message ->
                        received.add(
                                "%s %s %d"
                                        .formatted(
                                                message.getTopic(),
                                                new String(message.getPayloadAsBytes(), UTF_8),
                                                message.getQos().getCode())))
                .send()
                .join();
        chromium = new Chromium();
    }

    private int port(String listener) {
        return Objects.requireNonNull(server.addresses().get(listener)).getPort();
    }

    @AfterEach
    void stop() throws Exception {
        chromium.close();
        if (other.getState().isConnected()) {
            other.disconnect();
        }
        api.close();
        server.close();
    }

    private void publish(String topic, String payload, @Nullable MqttQos qos) {
        other.publishWith()
                .topic(topic)
                .payload(payload.getBytes(UTF_8))
                .qos(Objects.requireNonNull(qos))
                .send();
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(name).setExact(true));
    }

    private static void publish(Page page, String topic, String payload, int qos) {
        Locator card = page.locator("section.card").filter(with("Publish"));
        card.getByLabel("Topic", new Locator.GetByLabelOptions().setExact(true)).fill(topic);
        card.getByLabel("Payload").fill(payload);
        card.getByLabel("QoS").selectOption(String.valueOf(qos));
        button(page, "Publish").click();
    }

    private static Locator.FilterOptions with(String heading) {
        return new Locator.FilterOptions().setHasText(heading);
    }

    @Test
    void itPublishesAndSubscribesAtEachQoS() throws Exception {
        Page page = chromium.open(Look.LIGHT);
        page.navigate(api.url() + "#/websocket");
        button(page, "Connect").click();
        assertThat(page.locator(".connection-state")).containsText("connected as dashboard-");
        page.getByLabel("Topic filter").fill("to/#");
        button(page, "Subscribe").click();
        assertThat(page.locator(".chip")).containsText("to/#");
        for (int qos = 0; qos <= 2; qos++) {
            publish(page, "from/page", "{\"qos\": " + qos + "}", qos);
            assertThat(received.poll(60, TimeUnit.SECONDS))
                    .isEqualTo("from/page {\"qos\": %d} %d".formatted(qos, qos));
        }
        for (int qos = 0; qos <= 2; qos++) {
            publish("to/page", "{\"value\": [1, " + qos + "]}", MqttQos.fromCode(qos));
        }
        publish("to/" + EVIL, EVIL, MqttQos.AT_MOST_ONCE);
        assertThat(page.locator(".messages > li")).hasCount(4);
        page.locator(".messages summary").nth(1).click();
        assertThat(page.locator(".messages .json")).containsText("value");
        page.locator("text=Packets").click();
        assertThat(page.locator(".packets")).containsText("PUBREC");
        assertThat(page.locator(".packets")).containsText("granted QoS 1");
        Chromium.screenshot(page, "websocket-connected-light");
        assertThat(page.evaluate("window.hacked")).isNull();
        assertThat(page.locator("img")).hasCount(0);
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void itStaysConnectedWhileOneLooksElsewhere() throws Exception {
        Page page = chromium.open(Look.PHONE);
        page.navigate(api.url() + "#/websocket");
        button(page, "Connect").click();
        page.getByLabel("Topic filter").fill("to/#");
        button(page, "Subscribe").click();
        assertThat(page.locator(".chip")).containsText("to/#");
        page.navigate(api.url() + "#/listeners");
        assertThat(page.locator("main h1")).hasText("Listeners");
        publish("to/page", "meanwhile", MqttQos.AT_LEAST_ONCE);
        page.navigate(api.url() + "#/websocket");
        assertThat(page.locator(".messages")).containsText("meanwhile");
        Chromium.screenshot(page, "websocket-connected-phone");
        button(page, "Unsubscribe from to/#").click();
        assertThat(page.locator(".chip")).hasCount(0);
        button(page, "Disconnect").click();
        assertThat(page.locator(".connection-state")).hasText("disconnected");
        assertThat(button(page, "Publish")).isDisabled();
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void theBrokersReasonsAreShown() throws IOException {
        Page page = chromium.open(Look.DARK);
        page.navigate(api.url() + "#/websocket");
        button(page, "Connect").click();
        assertThat(page.locator(".connection-state")).containsText("connected as dashboard-");
        page.getByLabel("Topic filter").fill("a/#/b");
        button(page, "Subscribe").click();
        assertThat(page.locator(".connection-state"))
                .containsText("disconnected by the broker: 0x8f topic filter invalid");
        button(page, "Connect").click();
        assertThat(page.locator(".connection-state")).containsText("connected as dashboard-");
        server.close();
        assertThat(page.locator(".connection-state"))
                .containsText("disconnected by the broker: 0x8b server shutting down");
        Chromium.screenshot(page, "websocket-closed-dark");
        button(page, "Connect").click();
        assertThat(page.locator(".connection-state")).containsText("no connection");
    }
}

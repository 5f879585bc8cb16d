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
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.AdminSettings;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.dashboard.Chromium.Look;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.WebSocketSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of a broker that runs and has clients, some of them with evil names. */
@TestInstance(Lifecycle.PER_CLASS)
final class RunningBrokerTest {

    private static final String EVIL = "<img src=x onerror=\"window.hacked=1\">";
    private static final int METERS = 12;

    private final List<Mqtt5BlockingClient> clients = new ArrayList<>();
    private final ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor();

    private GodwitServer server;
    private Chromium chromium;
    private String url;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server =
                GodwitServer.start(
                        Configuration.defaults()
                                .withDataDir(directory)
                                .withEventLoops(1)
                                .withAdmin(AdminSettings.onLoopback(0))
                                .withListeners(
                                        List.of(
                                                ListenerSettings.tcp("tcp", "127.0.0.1", 0),
                                                ListenerSettings.tcp("ws", "127.0.0.1", 0)
                                                        .withWebSocket(
                                                                WebSocketSettings.upTo(
                                                                        2_000_000)))));
        url =
                "http://127.0.0.1:%d/"
                        .formatted(Objects.requireNonNull(server.adminAddress()).getPort());
        for (int i = 0; i < METERS; i++) {
            subscribe(connect("meter-%02d".formatted(i)), "plant/%d/setpoint".formatted(i));
        }
        Mqtt5BlockingClient evil = connect(EVIL);
        subscribe(evil, "evil/" + EVIL);
        retain(evil, "evil/" + EVIL, EVIL);
        retain(evil, "plant/state", "{\"state\": \"running\"}");
        int[] turn = {0};
        ScheduledFuture<?> _ =
                load.scheduleAtFixedRate(() -> publish(turn[0]++), 0, 20, TimeUnit.MILLISECONDS);
        chromium = new Chromium();
    }

    private Mqtt5BlockingClient connect(String clientId) {
        Mqtt5BlockingClient client =
                Mqtt5Client.builder()
                        .identifier(clientId)
                        .serverHost("127.0.0.1")
                        .serverPort(Objects.requireNonNull(server.addresses().get("tcp")).getPort())
                        .buildBlocking();
        client.connectWith().sessionExpiryInterval(3_600).send();
        clients.add(client);
        return client;
    }

    private static void subscribe(Mqtt5BlockingClient client, String filter) {
        client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send();
    }

    private static void retain(Mqtt5BlockingClient client, String topic, String payload) {
        client.publishWith()
                .topic(topic)
                .payload(payload.getBytes(UTF_8))
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .send();
    }

    private void publish(int turn) {
        int meter = turn % METERS;
        Mqtt5BlockingClient client = clients.get(meter);
        if (client.getState().isConnected()) { // no test has disconnected it
            publish(client, "plant/" + meter + "/temperature", turn);
            publish(client, "plant/" + meter + "/setpoint", turn);
        }
    }

    private static void publish(Mqtt5BlockingClient client, String topic, int turn) {
        String value = "%d.%d".formatted(60 + turn % 9, turn % 10);
        CompletableFuture<?> _ =
                client.toAsync().publishWith().topic(topic).payload(value.getBytes(UTF_8)).send();
    }

    @AfterAll
    void stop() throws Exception {
        chromium.close();
        load.shutdownNow();
        assertThat(load.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        for (Mqtt5BlockingClient client : clients) {
            if (client.getState().isConnected()) {
                client.disconnect();
            }
        }
        server.close();
    }

    private Page open(String page) {
        Page opened = chromium.open(Look.LIGHT);
        opened.navigate(url + "#/" + page);
        return opened;
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(name).setExact(true));
    }

    private void assertUnharmed(Page page, String name) {
        Chromium.screenshot(page, "running-" + name);
        assertThat(page.locator("img")).hasCount(0);
        assertThat(page.evaluate("window.hacked")).isNull();
        assertThat(chromium.troubles()).isEmpty();
        page.context().close();
    }

    @Test
    void itIsServedWithItsPolicy() {
        Page page = chromium.open(Look.LIGHT);
        Response response = page.navigate(url);
        assertThat(response.headers())
                .containsEntry("content-encoding", "gzip")
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("referrer-policy", "no-referrer");
        int webSocket = Objects.requireNonNull(server.addresses().get("ws")).getPort();
        assertThat(response.headers().get("content-security-policy"))
                .contains("connect-src 'self' ws://127.0.0.1:" + webSocket + ";")
                .contains("frame-ancestors 'none'");
        page.context().close();
        chromium.troubles();
    }

    @Test
    void theOverviewShowsTheLoad() {
        Page page = open("");
        assertThat(page.locator(".tile").filter(with("Messages in")).locator(".tile-value"))
                .hasText(Pattern.compile("[1-9]\\d*"));
        assertThat(page.locator(".chart canvas")).hasCount(6);
        assertThat(page.locator(".chart").filter(with("Latency")).locator(".legend b"))
                .hasText(Pattern.compile("\\d.*"));
        assertUnharmed(page, "overview");
    }

    @Test
    void clientsAreListedAndDisconnected() {
        Page page = open("clients");
        assertThat(page.locator("main tbody")).containsText(EVIL);
        page.getByLabel("Search").fill("meter-0");
        assertThat(page.locator(".pager")).containsText("of 10");
        Mqtt5BlockingClient meter = clients.get(3);
        button(page, "Disconnect meter-03").click();
        page.locator("dialog .danger").click();
        assertThat(page.locator("#toasts")).containsText("Disconnected meter-03");
        assertThat(page.locator("tr").filter(with("meter-03"))).containsText("offline");
        assertThat(meter.getState().isConnected()).isFalse();
        assertUnharmed(page, "clients");
    }

    @Test
    void aClientIsShownInFull() {
        Page page = open("clients?search=img");
        page.locator("main tbody a").first().click();
        assertThat(page.locator("h1")).hasText(EVIL);
        assertThat(page.locator("main")).containsText("evil/" + EVIL);
        assertThat(page.locator("main")).containsText("1 h after the connection");
        assertUnharmed(page, "client");
    }

    private static Locator.FilterOptions with(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }

    @Test
    void subscriptionsAreListed() {
        Page page = open("subscriptions");
        assertThat(page.locator("main tbody")).containsText("evil/" + EVIL);
        page.getByLabel("Client").fill("meter-07");
        assertThat(page.locator("main tbody tr")).hasCount(1);
        assertThat(page.locator("main tbody")).containsText("plant/7/setpoint");
        assertUnharmed(page, "subscriptions");
    }

    @Test
    void retainedMessagesAreReadPublishedAndDeleted() {
        Page page = open("retained?filter=evil/%23");
        page.locator("button.name").click();
        assertThat(page.locator(".detail .payload")).hasText(EVIL);
        button(page, "Close").click();
        page.getByLabel("Topic filter").fill("mine/#");
        assertThat(page.locator(".empty")).isVisible();
        button(page, "Publish\u2026").click();
        Locator dialog = page.locator("dialog");
        dialog.getByLabel("Topic").fill("mine/1");
        dialog.getByLabel("Payload").fill("kept");
        button(page, "Publish").click();
        assertThat(page.locator("#toasts")).containsText("Published");
        button(page, "Close").click();
        button(page, "Refresh").click();
        assertThat(page.locator("main tbody")).containsText("kept");
        button(page, "Delete all that match").click();
        page.locator("dialog .danger").click();
        assertThat(page.locator("#toasts")).containsText("Deleted 1 message");
        assertThat(page.locator(".empty")).isVisible();
        assertUnharmed(page, "retained");
    }

    @Test
    void topicsFillLive() {
        Page page = open("topics");
        Locator rows = page.locator("[role=treeitem]");
        assertThat(rows.filter(with(EVIL)).first()).isVisible();
        page.getByLabel("Search").fill("temperature");
        Locator row = rows.filter(with("temperature")).first();
        row.click();
        assertThat(page.locator(".detail .numbers")).containsText("in the last 40 messages");
        assertThat(row.locator(".tree-rate")).containsText("/s");
        assertUnharmed(page, "topics");
    }

    @Test
    void theClientInThePageTalksToTheOthers() {
        Page page = open("websocket");
        button(page, "Connect").click();
        assertThat(page.locator(".connection-state")).containsText("connected as dashboard-");
        page.getByLabel("Topic filter").fill("plant/#");
        button(page, "Subscribe").click();
        assertThat(page.locator(".messages")).containsText("plant/5/temperature");
        assertUnharmed(page, "websocket");
    }

    @Test
    void theRestOfThePagesIsThere() {
        Page page = open("explain?act=publish&client=meter-01&topic=plant/1/setpoint");
        assertThat(page.locator(".verdict")).containsText("Allowed");
        assertThat(page.locator(".answer tbody")).containsText("meter-01");
        assertUnharmed(page, "explain");
        page = open("listeners");
        assertThat(page.locator("main tbody tr")).hasCount(2);
        assertThat(page.locator("main tbody")).containsText("/mqtt");
        assertUnharmed(page, "listeners");
        page = open("certificates");
        assertThat(page.locator(".empty")).containsText("No listener has a certificate");
        assertUnharmed(page, "certificates");
    }

    @Test
    void bansKeepClientsOut() {
        Page page = open("bans");
        page.getByLabel("Client identifier").fill("meter-09");
        page.getByLabel("Reason").fill("a test");
        button(page, "Ban").click();
        assertThat(page.locator("#toasts")).containsText("Banned; 1 client disconnected");
        assertThat(page.locator("main tbody")).containsText("a test");
        button(page, "Lift").click();
        button(page, "Lift it").click();
        assertThat(page.locator(".empty")).containsText("Nobody is banned");
        assertUnharmed(page, "bans");
    }
}

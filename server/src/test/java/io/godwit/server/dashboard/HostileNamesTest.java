package io.godwit.server.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.godwit.server.dashboard.Plant.nullable;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.godwit.server.dashboard.Chromium.Look;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything that a client chooses, chosen to become markup, to run, or to look like something
 * else.
 */
final class HostileNamesTest {

    private static final String IMAGE = "<img src=x onerror=\"window.hacked=1\">";
    private static final String SCRIPT = "</script><script>window.hacked=2</script>";
    private static final String ATTRIBUTE = "\" onmouseover=\"window.hacked=3\" x='";
    private static final String LINK = "javascript:window.hacked=4";
    private static final String OVERRIDE = "\u202etxt.exe\u2066\u200b\ufeff";
    private static final String CONTROLS = "a\u001b[31m\u0007\u0085b";
    private static final String TEMPLATE = "${window.hacked=5}{{window.hacked=6}}__proto__";

    private static final List<String> ALL =
            List.of(
                    IMAGE,
                    SCRIPT,
                    ATTRIBUTE,
                    LINK,
                    OVERRIDE,
                    CONTROLS,
                    TEMPLATE,
                    "__proto__",
                    "constructor");

    private Chromium chromium;
    private CannedApi api;

    @BeforeEach
    void start() throws IOException {
        chromium = new Chromium();
        api = Plant.answering(new CannedApi());
        api.answer("GET me", Map.of("user", IMAGE, "role", "admin"));
        api.answer(
                "GET clients",
                Plant.page("clients", ALL.stream().map(HostileNamesTest::client).toList()));
        api.answer("GET clients/", details());
        api.answer("GET subscriptions", Plant.page("subscriptions", subscriptions()));
        api.answer("GET retained", Plant.page("messages", messages()));
        api.stream(
                "subscribe",
                messages().stream().map(it -> CannedApi.event("message", it)).toList(),
                _ -> ": still there\n\n");
        api.stream("log", lines(), _ -> ": still there\n\n");
        api.answer("GET bans", Map.of("bans", bans()));
        api.answer("GET listeners", Map.of("listeners", listeners()));
        api.answer("GET certificates", Map.of("certificates", certificates()));
        api.answer("GET configuration", Map.of("file", IMAGE, "text", String.join("\n", ALL)));
        api.answer("POST explain", explanation());
    }

    @AfterEach
    void stop() {
        api.close();
        chromium.close();
    }

    private static Map<String, @Nullable Object> client(String name) {
        return nullable(
                "client",
                name,
                "user",
                name,
                "address",
                "192.0.2.1",
                "port",
                1,
                "listener",
                name,
                "protocol",
                "5.0",
                "connected",
                true,
                "since",
                Instant.EPOCH.toString(),
                "queued",
                0,
                "inFlight",
                0,
                "subscriptions",
                1);
    }

    private static Map<String, @Nullable Object> details() {
        Map<String, @Nullable Object> details = new LinkedHashMap<>(client(IMAGE));
        details.put("owner", Map.of("user", SCRIPT));
        details.put("will", Map.of("topic", IMAGE, "qos", 0, "retain", false, "delay", 0));
        details.put("certificate", ATTRIBUTE);
        details.put("subscriptionList", subscriptions());
        details.put(
                "lastErrors",
                ALL.stream()
                        .map(it -> Map.of("time", Instant.EPOCH.toString(), "what", it))
                        .toList());
        details.put(
                "recorder",
                ALL.stream()
                        .map(it ->
                                nullable(
                                        "time",
                                        Instant.EPOCH.toString(),
                                        "direction",
                                        "in",
                                        "packet",
                                        "PUBLISH",
                                        "bytes",
                                        1,
                                        "packetId",
                                        null,
                                        "topic",
                                        it))
                        .toList());
        return details;
    }

    private static List<Map<String, @Nullable Object>> subscriptions() {
        return ALL.stream()
                .map(it ->
                        nullable(
                                "client",
                                it,
                                "filter",
                                it,
                                "share",
                                it,
                                "qos",
                                0,
                                "noLocal",
                                false,
                                "retainAsPublished",
                                false,
                                "retainHandling",
                                0,
                                "identifier",
                                null))
                .toList();
    }

    private static List<Map<String, @Nullable Object>> messages() {
        List<Map<String, @Nullable Object>> messages = new ArrayList<>();
        for (String name : ALL) {
            messages.add(Plant.message("plant/" + name, name, Instant.now()));
            messages.add(
                    Plant.message(
                            name,
                            "{\""
                                    + name.replace("\"", "\\\"").replaceAll("\\p{Cntrl}", "")
                                    + "\": \""
                                    + IMAGE.replace("\"", "\\\"")
                                    + "\"}",
                            Instant.now()));
        }
        return messages;
    }

    private static List<String> lines() {
        return ALL.stream()
                .map(it ->
                        CannedApi.event(
                                "line",
                                Map.of(
                                        "time",
                                        Instant.EPOCH.toString(),
                                        "level",
                                        it,
                                        "logger",
                                        it,
                                        "message",
                                        it)))
                .toList();
    }

    private static List<Map<String, @Nullable Object>> bans() {
        return ALL.stream()
                .map(it ->
                        nullable(
                                "address", null, "user", it, "client", it, "until", null, "reason",
                                it))
                .toList();
    }

    private static List<Map<String, @Nullable Object>> listeners() {
        return ALL.stream()
                .map(it ->
                        nullable(
                                "name",
                                it,
                                "type",
                                it,
                                "address",
                                it,
                                "port",
                                1,
                                "connections",
                                0,
                                "path",
                                it))
                .toList();
    }

    private static List<Map<String, @Nullable Object>> certificates() {
        return ALL.stream()
                .map(it ->
                        nullable(
                                "listener",
                                it,
                                "subject",
                                it,
                                "issuer",
                                it,
                                "names",
                                List.of(it),
                                "notBefore",
                                Instant.EPOCH.toString(),
                                "notAfter",
                                Instant.EPOCH.toString(),
                                "daysLeft",
                                1))
                .toList();
    }

    private static Map<String, Object> explanation() {
        return Map.of(
                "allowed",
                false,
                "verdict",
                IMAGE,
                "steps",
                ALL.stream().map(it -> Map.of("place", it, "what", it, "outcome", it)).toList(),
                "recipients",
                ALL.stream()
                        .map(it ->
                                Map.of(
                                        "client",
                                        it,
                                        "filter",
                                        it,
                                        "qos",
                                        0,
                                        "allowed",
                                        true,
                                        "connected",
                                        true))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "clients",
                "client?id=x",
                "subscriptions",
                "retained",
                "topics",
                "log",
                "listeners",
                "certificates",
                "bans",
                "configuration",
                "explain?act=publish&client=x"
            })
    void theyAreTextAndNothingElse(String path) {
        Page page = chromium.open(Look.LIGHT);
        page.navigate(api.url() + "#/" + path);
        page.locator("main >> text=onerror").first().waitFor();
        assertThat(page.locator("main")).containsText(IMAGE);
        assertThat(
                        page.locator("main .unseen", new Page.LocatorOptions().setHasText("U+202E"))
                                .first())
                .isVisible();
        page.locator("main tbody tr, main li, [role=treeitem]").first().hover();
        Chromium.screenshot(page, "hostile-" + path.replaceAll("\\?.*", ""));
        assertThat(
                        page.locator(
                                "img, iframe, object, embed, main script, [onerror], [onmouseover]"))
                .hasCount(0);
        assertThat(page.locator("a[href^='javascript:']")).hasCount(0);
        assertThat(page.evaluate("window.hacked")).isNull();
        assertThat(page.evaluate("document.body.innerText").toString()).doesNotContain("\u202e");
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void theyAreTextInWhatIsOpened() {
        Page page = chromium.open(Look.LIGHT);
        page.navigate(api.url() + "#/retained");
        page.locator("button.name").nth(1).click();
        assertThat(page.locator(".detail .json")).containsText(IMAGE);
        page.locator("text=Delete >> nth=1").click();
        assertThat(page.locator("dialog")).isVisible();
        page.keyboard().press("Escape");
        page.navigate(api.url() + "#/clients");
        page.locator("tbody button").first().click();
        assertThat(page.locator("dialog")).containsText(IMAGE);
        page.keyboard().press("Escape");
        assertThat(page.evaluate("window.hacked")).isNull();
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void theyAreTextInTheAddress() {
        Page page = chromium.open(Look.LIGHT);
        String encoded = URLEncoder.encode(IMAGE, StandardCharsets.UTF_8);
        for (String path :
                List.of("client?id=", "clients?search=", "bans?client=", "explain?client=")) {
            page.navigate(api.url() + "#/" + path + encoded);
            page.locator("main h1").waitFor();
            assertThat(page.locator("img")).hasCount(0);
        }
        page.navigate(api.url() + "#/" + encoded);
        assertThat(page.locator("main")).containsText("There is no such page");
        assertThat(page.evaluate("window.hacked")).isNull();
        assertThat(chromium.troubles()).isEmpty();
    }
}

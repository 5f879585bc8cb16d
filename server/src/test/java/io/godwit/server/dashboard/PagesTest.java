package io.godwit.server.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import io.godwit.server.dashboard.CannedApi.Answer;
import io.godwit.server.dashboard.CannedApi.Asked;
import io.godwit.server.dashboard.Chromium.Look;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each page shows and does, with an API that answers what the test says. */
@TestInstance(Lifecycle.PER_CLASS)
final class PagesTest {

    /** Each page, with what is on it once it has everything. */
    private static final Map<String, String> PAGES =
            Map.ofEntries(
                    Map.entry("", ".chart canvas"),
                    Map.entry("clients", "text=berlin-gateway-000"),
                    Map.entry("client?id=porto-meter-014", "text=CN=porto-meter-014"),
                    Map.entry("subscriptions", "text=plant/berlin/#"),
                    Map.entry("retained", "text=plant/lyon/oven-01/state"),
                    Map.entry("topics", "text=oven-01"),
                    Map.entry("websocket", "text=Clean start"),
                    Map.entry("explain?act=publish&client=d1&topic=devices/d1/x", ".verdict"),
                    Map.entry("log", "text=No space left on device"),
                    Map.entry("listeners", ":text(\"/run/godwit/mqtt.sock\")"),
                    Map.entry("certificates", "text=CN=web.plant.example.org"),
                    Map.entry("bans", "text=old firmware"),
                    Map.entry("configuration", "text=devices/+/secret"));

    /** What has no name that could be read out. */
    private static final String NAMELESS =
            """
            () => [...document.querySelectorAll('a, button, input, select, textarea, [role=treeitem]')]
              .filter((it) => it.offsetParent !== null)
              .filter((it) => !(it.getAttribute('aria-label') || it.textContent.trim() || it.labels?.length))
              .map((it) => it.outerHTML)
            """;

    /** How much of a table one has to scroll to. */
    private static final String BEYOND =
            """
            () => {
              const table = document.querySelector('main .scroll')
              return table.scrollWidth - table.clientWidth
            }
            """;

    private Chromium chromium;
    private CannedApi api;

    @BeforeAll
    void start() {
        chromium = new Chromium();
    }

    @BeforeEach
    void answer() throws IOException {
        api = Plant.answering(new CannedApi(8083));
    }

    @AfterEach
    void stop() {
        chromium.closePages(); // which would miss the API
        api.close();
    }

    @AfterAll
    void end() {
        chromium.close();
    }

    private Page open(Look look, String page) {
        Page opened = chromium.open(look);
        opened.navigate(api.url() + "#/" + page);
        return opened;
    }

    private Page open(String page) {
        return open(Look.LIGHT, page);
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator heading(Page page) {
        return page.locator("main h1");
    }

    @ParameterizedTest
    @EnumSource(Look.class)
    void eachPageIsThere(Look look) {
        PAGES.forEach((path, content) -> {
            Page page = open(look, path);
            page.locator(content).first().waitFor();
            assertThat(heading(page)).hasCount(1);
            assertThat(page.locator("nav a[aria-current=page]")).hasCount(1);
            assertThat((List<?>) page.evaluate(NAMELESS)).as(path).isEmpty();
            assertThat(
                            page.evaluate(
                                    "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"))
                    .as("%s is wider than the window", path)
                    .isEqualTo(0);
            String name = path.isEmpty() ? "overview" : path.replaceAll("\\?.*", "");
            Chromium.screenshot(page, name + "-" + look.name().toLowerCase(Locale.ROOT));
            page.context().close();
        });
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void theOverviewShowsWhatTheBrokerCounts() {
        Page page = open("");
        assertThat(page.locator(".tile").first()).containsText("Connections");
        assertThat(page.locator(".tile").first().locator(".tile-value"))
                .hasText(Pattern.compile("2[01]\\d"));
        assertThat(page.locator("main")).containsText("bad credentials");
        assertThat(page.locator("main")).containsText("Nothing was refused since the start");
        assertThat(page.locator(".pulse")).containsText("up 4 d 3 h");
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void clientsAreSearchedAndTurnedOver() {
        Page page = open("clients");
        assertThat(page.locator(".pager")).containsText("1\u201350 of 234");
        button(page, "Next").click();
        assertThat(page.locator(".pager")).containsText("51\u2013100 of 234");
        button(page, "Previous").click();
        assertThat(page.locator(".pager")).containsText("1\u201350 of 234");
        page.getByLabel("Search").fill("lyon-gateway");
        assertThat(page.locator(".pager")).containsText("1\u201315 of 15");
        assertThat(page).hasURL(api.url() + "#/clients?search=lyon-gateway");
        page.getByLabel("Search").fill("nobody");
        assertThat(page.locator(".empty")).containsText("No clients match");
        button(page, "Clear the search").click();
        assertThat(page.locator(".pager")).containsText("of 234");
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void aClientIsDisconnectedAfterAQuestion() {
        api.answer("POST clients/berlin-gateway-000/disconnect", Map.of("disconnected", true));
        Page page = open("clients");
        button(page, "Disconnect berlin-gateway-000").click();
        assertThat(page.locator("dialog")).containsText("berlin-gateway-000");
        Chromium.screenshot(page, "question-light");
        button(page, "Cancel").click();
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(api.changes()).isEmpty();
        button(page, "Disconnect berlin-gateway-000").click();
        page.locator("dialog")
                .getByText("Disconnect", new Locator.GetByTextOptions().setExact(true))
                .click();
        assertThat(page.locator("#toasts")).containsText("Disconnected berlin-gateway-000");
        List<Asked> changes = api.changes();
        assertThat(changes)
                .extracting(Asked::toString)
                .containsExactly("POST clients/berlin-gateway-000/disconnect {}");
        assertThat(changes.getFirst().headers())
                .containsEntry("x-godwit", "1")
                .containsEntry("content-type", "application/json");
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void retainedMessagesAreReadAndDeleted() {
        api.answer("DELETE retained", Map.of("deleted", 1));
        Page page = open("retained");
        button(page, "plant/lyon/oven-01/state").click();
        Locator detail = page.locator(".detail");
        assertThat(detail.locator(".json")).containsText("4711");
        button(page, "Bytes").click();
        assertThat(detail).containsText("7b 22 73 74 61 74 65");
        button(page, "JSON").click();
        assertThat(page.evaluate(BEYOND)).as("the list beside the message is cut off").isEqualTo(0);
        Chromium.screenshot(page, "retained-detail-light");
        button(page, "Delete").click();
        page.locator("dialog .danger").click();
        assertThat(page.locator("#toasts")).containsText("Deleted 1 message");
        assertThat(api.changes())
                .extracting(Asked::toString)
                .containsExactly("DELETE retained?filter=plant%2Flyon%2Foven-01%2Fstate");
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void theTreeOfTopicsFillsAndIsWalkedWithKeys() {
        Page page = open("topics");
        Locator rows = page.locator("[role=treeitem]");
        rows.filter(new Locator.FilterOptions().setHasText("robot-07")).first().waitFor();
        rows.first().focus();
        page.keyboard().press("End");
        assertThat(page.locator("[role=treeitem]:focus")).containsText("robot-07");
        page.keyboard().press("ArrowRight");
        page.keyboard().press("ArrowRight");
        assertThat(page.locator("[role=treeitem]:focus")).containsText("state");
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");
        assertThat(page.locator(".detail h2")).hasText("plant/porto/robot-07/temperature");
        assertThat(page.locator(".detail .numbers")).containsText("in the last");
        Chromium.screenshot(page, "topics-detail-light");
        page.keyboard().press("ArrowLeft");
        page.keyboard().press("ArrowLeft");
        assertThat(page.locator("[role=treeitem][aria-expanded=false]:focus"))
                .containsText("robot-07");
        page.getByLabel("Search").fill("audit");
        assertThat(rows).hasCount(1);
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void onAPhoneNoColumnOfTheClientsIsCutOff() {
        Page page = open(Look.PHONE, "clients");
        page.locator("text=berlin-gateway-000").first().waitFor();
        assertThat(page.evaluate(BEYOND)).isEqualTo(0);
    }

    @Test
    void onAPhoneWhatIsChosenInTheTreeComesIntoSight() {
        Page page = open(Look.PHONE, "topics");
        Locator last =
                page.locator("[role=treeitem]")
                        .filter(new Locator.FilterOptions().setHasText("robot-07"))
                        .last();
        last.scrollIntoViewIfNeeded();
        last.click();
        assertThat(page.locator(".detail h2")).isInViewport();
        assertThat(page.locator(".detail h2")).hasText("plant/porto/robot-07");
        Chromium.screenshot(page, "topics-detail-phone");
        button(page, "Close").click();
        assertThat(page.locator(".detail")).isHidden();
        assertThat(last).isFocused();
        assertThat(last).isInViewport();
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void theTreeOfTopicsIsBounded() {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 10_050; i++) {
            many.add(CannedApi.event("message", Plant.message("t" + i, "x", Instant.now())));
        }
        many.add(CannedApi.event("dropped", Map.of("count", 77)));
        many.add(CannedApi.event("left", Map.of("count", 990_000)));
        api.stream("subscribe", many, _ -> ": still there\n\n");
        Page page = open("topics");
        assertThat(page.locator(".status"))
                .containsText("990,050 messages on further topics are not shown");
        assertThat(page.locator(".status")).containsText("77 skipped");
        assertThat(page.locator("[role=treeitem]")).hasCount(400);
        page.getByLabel("Search").fill("t9999");
        assertThat(page.locator("[role=treeitem]")).hasCount(1);
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void aBanIsMadeAndLifted() {
        api.answer("POST bans", Map.of("disconnected", 3));
        api.answer("DELETE bans", Map.of("removed", true));
        Page page = open("bans?client=meter-7");
        assertThat(page.getByLabel("Client identifier")).hasValue("meter-7");
        page.getByLabel("For", new Page.GetByLabelOptions().setExact(true)).selectOption("");
        page.getByLabel("Reason").fill("scans");
        button(page, "Ban").click();
        assertThat(page.locator("#toasts")).containsText("Banned; 3 clients disconnected");
        button(page, "Lift").first().click();
        button(page, "Lift it").click();
        assertThat(page.locator("#toasts")).containsText("Lifted");
        assertThat(api.changes())
                .extracting(Asked::toString)
                .containsExactly(
                        "POST bans {\"client\":\"meter-7\",\"reason\":\"scans\"}",
                        "DELETE bans {\"address\":\"192.0.2.0/24\"}");
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void aPlanIsShownAndAReloadIsAskedFor() {
        Page page = open("configuration");
        button(page, "Plan").first().click();
        assertThat(page.locator(".answer")).containsText("It would disconnect 312 clients");
        assertThat(page.locator(".answer")).containsText("needs a restart");
        Chromium.screenshot(page, "plan-light");
        api.answer(
                "POST reload",
                _ ->
                        new Answer(
                                422,
                                Map.of(
                                        "error",
                                        "it has problems",
                                        "problems",
                                        List.of("godwit.conf:7: no such key: bnd"))));
        button(page, "Reload").click();
        page.locator("dialog .primary").click();
        assertThat(page.locator(".answer")).containsText("godwit.conf:7: no such key: bnd");
        assertThat(api.changes())
                .extracting(Asked::toString)
                .containsExactly(
                        "POST plan {\"file\":\"/etc/godwit/godwit.conf\"}", "POST reload {}");
        assertThat(chromium.troubles()).allMatch(it -> it.contains("422"));
    }

    @Test
    void whatIsNotAllowedIsNotOffered() {
        api.answer("GET me", Map.of("user", "vera", "role", "viewer"));
        Page page = open("clients");
        assertThat(page.locator("text=berlin-gateway-000")).isVisible();
        assertThat(page.locator("text=Disconnect")).hasCount(0);
        page.navigate(api.url() + "#/retained");
        assertThat(page.locator("text=plant/lyon/oven-01/state")).isVisible();
        assertThat(page.locator("button.danger")).hasCount(0);
        page.navigate(api.url() + "#/configuration");
        assertThat(page.locator("main")).containsText("Only for admins");
        assertThat(page.locator(".who")).containsText("vera");
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void whoMustLogInLogsIn() {
        api.requireLogin("Basic YWxpY2U6cMOkc3M6d29yZA==", "Bearer t0ken");
        Page page = open("clients");
        assertThat(heading(page)).hasText("Log in to Godwit");
        Chromium.screenshot(page, "login-light");
        page.getByLabel("User name").fill("alice");
        page.getByLabel("Password", new Page.GetByLabelOptions().setExact(true)).fill("wrong");
        button(page, "Log in").click();
        assertThat(page.locator(".form-problem")).hasText("User name or password is wrong");
        page.getByLabel("Password", new Page.GetByLabelOptions().setExact(true))
                .fill("p\u00e4ss:word");
        button(page, "Log in").click();
        assertThat(page.locator("text=berlin-gateway-000")).isVisible();
        page.reload();
        assertThat(page.locator("text=berlin-gateway-000")).isVisible();
        button(page, "Log out").click();
        assertThat(heading(page)).hasText("Log in to Godwit");
        button(page, "Token").click();
        page.locator("input[name=token]").fill("t0ken");
        page.keyboard().press("Enter");
        assertThat(page.locator("text=berlin-gateway-000")).isVisible();
        api.requireLogin("Bearer another");
        button(page, "Next").click();
        assertThat(heading(page)).hasText("Log in to Godwit");
        assertThat(chromium.troubles()).allMatch(it -> it.contains("401"));
    }

    @Test
    void aBrokerThatStopsIsSaidSoAndWaitedFor() throws IOException {
        Page page = open("");
        assertThat(page.locator(".pulse")).containsText("up");
        int port = api.port();
        api.close();
        assertThat(page.locator(".pulse")).containsText("not connected");
        Chromium.screenshot(page, "lost-light");
        page.navigate(api.url() + "#/listeners");
        assertThat(page.locator(".failure")).containsText("The broker does not answer");
        Chromium.screenshot(page, "failure-light");
        api = Plant.answering(CannedApi.at(port));
        assertThat(page.locator(".pulse")).containsText("up");
        button(page, "Try again").click();
        assertThat(page.locator(":text(\"/run/godwit/mqtt.sock\")")).isVisible();
        assertThat(chromium.troubles()).allMatch(it -> it.contains("net::ERR"));
    }

    @Test
    void theColoursAreChosenAndKept() {
        Page page = open(Look.DARK, "listeners");
        Object dark = page.evaluate("getComputedStyle(document.body).backgroundColor");
        button(page, "Switch to light colours").click();
        assertThat(page.locator("html")).hasAttribute("data-theme", "light");
        Object light = page.evaluate("getComputedStyle(document.body).backgroundColor");
        assertThat(light).isNotEqualTo(dark);
        page.reload();
        assertThat(page.locator("html")).hasAttribute("data-theme", "light");
        assertThat(button(page, "Switch to dark colours")).isVisible();
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void aPhoneHasAMenu() {
        Page page = open(Look.PHONE, "listeners");
        assertThat(page.locator("nav")).isHidden();
        button(page, "Menu").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("nav")).isVisible();
        Chromium.screenshot(page, "menu-phone");
        page.keyboard().press("Escape");
        assertThat(page.locator("nav")).isHidden();
        button(page, "Menu").click();
        page.locator("nav").getByText("Bans").click();
        assertThat(page.locator("nav")).isHidden();
        assertThat(heading(page)).hasText("Bans");
        assertThat(heading(page)).isFocused();
        assertThat(chromium.troubles()).isEmpty();
    }

    @Test
    void theKeyboardGoesPastTheMenu() {
        Page page = open("listeners");
        assertThat(page.locator(":text(\"/run/godwit/mqtt.sock\")")).isVisible();
        page.keyboard().press("Tab");
        assertThat(page.locator("#skip")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.locator("main")).isFocused();
        assertThat(page).hasURL(api.url() + "#/listeners");
        assertThat(chromium.troubles()).isEmpty();
    }
}

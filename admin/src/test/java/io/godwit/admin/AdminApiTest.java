package io.godwit.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.broker.control.Bans;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.InvalidConfiguration;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.control.ReloadPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminApiTest {

    private static final Map<String, String> JSON =
            Map.of("content-type", "Application/JSON; charset=utf-8");

    private @Nullable IOException failure;
    private @Nullable Path asked;

    private final BrokerControl broker =
            new BrokerControl() {
                @Override
                public String version() {
                    return "1.2.3";
                }

                @Override
                public Backup backup(Path directory) throws IOException {
                    asked = directory;
                    if (failure != null) {
                        throw failure;
                    }
                    return new Backup(3, 4_000_000_000L, Duration.ofSeconds(5));
                }

                @Override
                public Bans bans() {
                    throw new AssertionError("nothing here is about bans");
                }

                @Override
                public ReloadPlan reload() throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    return new ReloadPlan(
                            List.of(new ReloadPlan.Change("a.b", "1", "2", true)), 3, 4);
                }

                @Override
                public ReloadPlan plan(Path file) throws IOException {
                    asked = file;
                    return reload();
                }

                @Override
                public ReloadPlan plan(String text) throws IOException {
                    asked = Path.of("text", text);
                    return reload();
                }
            };

    private static final Response PLAN =
            Response.ok(
                    Map.of(
                            "changes",
                            List.of(
                                    Map.of(
                                            "key", "a.b", "before", "1", "after", "2", "live",
                                            true)),
                            "disconnects",
                            3L,
                            "revokes",
                            4L));

    @Test
    void aReloadSaysWhatHasChanged() throws BadRequest {
        assertThat(answer("POST", "/api/v1/reload", JSON, "{}")).isEqualTo(PLAN);
        assertThat(statusOf(() -> answer("POST", "/api/v1/reload", JSON, "{\"a\": 1}")))
                .isEqualTo(400);
    }

    @Test
    void aPlanIsOfAFileOrAText() throws BadRequest {
        assertThat(answer("POST", "/api/v1/plan", JSON, "{\"file\": \"/a/../b\"}")).isEqualTo(PLAN);
        assertThat(asked).isEqualTo(Path.of("/b"));
        assertThat(answer("POST", "/api/v1/plan", JSON, "{\"text\": \"x\"}")).isEqualTo(PLAN);
        assertThat(asked).isEqualTo(Path.of("text", "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"file\": \"relative\"}",
                "{\"file\": 1}",
                "{\"text\": null}",
                "{\"file\": \"/a\", \"text\": \"\"}"
            })
    void aPlanNeedsOneOfThem(String body) {
        assertThat(statusOf(() -> answer("POST", "/api/v1/plan", JSON, body))).isEqualTo(400);
        assertThat(asked).isNull();
    }

    @Test
    void whatIsWrongWithAConfigurationIsAList() throws BadRequest {
        failure = new InvalidConfiguration(List.of("a:1: b", "c"));
        Response answer = answer("POST", "/api/v1/reload", JSON, "{}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.content().get("problems")).isEqualTo(List.of("a:1: b", "c"));
        failure = new Refusal("no file");
        assertThat(answer("POST", "/api/v1/reload", JSON, "{}"))
                .isEqualTo(Response.error(409, "no file"));
        failure = new IOException("the port is taken");
        assertThat(answer("POST", "/api/v1/reload", JSON, "{}"))
                .isEqualTo(Response.error(500, "the port is taken"));
    }

    private Response answer(String method, String path, Map<String, String> headers, String body)
            throws BadRequest {
        return AdminApi.of(broker).handle(new Request(method, path, headers, body.getBytes(UTF_8)));
    }

    private Response backup(String body) throws BadRequest {
        return answer("POST", "/api/v1/backup", JSON, body);
    }

    @Test
    void theVersionIsTheBrokers() throws BadRequest {
        assertThat(answer("GET", "/api/v1/version", Map.of(), ""))
                .isEqualTo(Response.ok(Map.of("version", "1.2.3")));
    }

    @Test
    void aBackupIsMadeWhereTheRequestSays() throws BadRequest {
        assertThat(backup("{\"directory\": \"/b/../a \u00e9\"}"))
                .isEqualTo(
                        Response.ok(
                                Map.of(
                                        "directory", "/a \u00e9",
                                        "files", 3L,
                                        "bytes", 4_000_000_000L,
                                        "milliseconds", 5_000L)));
        assertThat(asked).isEqualTo(Path.of("/a \u00e9"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "{}",
                "{\"directory\": null}",
                "{\"directory\": 5}",
                "{\"directory\": \"\"}",
                "{\"directory\": \"relative/x\"}",
                "{\"directory\": \"/a\\u0000b\"}",
                "{\"directory\": \"/a\", \"more\": 1}",
                "{\"directroy\": \"/a\"}"
            })
    void aBackupNeedsAnAbsoluteDirectoryAndNothingElse(String body) {
        assertThat(statusOf(() -> backup(body))).isEqualTo(400);
        assertThat(asked).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text/plain", "application/x-www-form-urlencoded"})
    void aBodyNeedsItsType(String type) {
        Map<String, String> headers = type.isEmpty() ? Map.of() : Map.of("content-type", type);
        String body = "{\"directory\": \"/a\"}";
        assertThat(statusOf(() -> answer("POST", "/api/v1/backup", headers, body))).isEqualTo(415);
        assertThat(asked).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whyThereIsNoBackupIsSaid(boolean isRefused) throws BadRequest {
        failure = isRefused ? new Refusal("refused") : new IOException("broken");
        assertThat(backup("{\"directory\": \"/a\"}"))
                .isEqualTo(
                        isRefused ? Response.error(409, "refused") : Response.error(500, "broken"));
    }

    private interface Asking {
        Response ask() throws BadRequest;
    }

    private static int statusOf(Asking asking) {
        try {
            return asking.ask().status();
        } catch (BadRequest bad) {
            return bad.status();
        }
    }
}

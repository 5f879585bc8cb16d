package io.godwit.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Json;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import io.godwit.broker.control.Bans;
import io.godwit.broker.control.BrokerControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Holds the description that is served, and docs/admin.md, to the requests that there are. */
class OpenApiTest {

    private static final Routes ROUTES =
            AdminApi.of(
                    new BrokerControl() {
                        @Override
                        public String version() {
                            return "1.2.3";
                        }

                        @Override
                        public Backup backup(Path directory) {
                            throw new AssertionError("nobody asks");
                        }

                        @Override
                        public Bans bans() {
                            throw new AssertionError("nobody asks");
                        }
                    });

    private static Map<?, ?> document() throws IOException, BadRequest {
        Response answer =
                ROUTES.handle(new Request("GET", "/api/v1/openapi.json", Map.of(), new byte[0]));
        if (answer.body() instanceof Response.Bytes(String type, byte[] bytes)) {
            assertThat(type).isEqualTo("application/json");
            return Json.read(bytes);
        }
        throw new AssertionError(answer.body());
    }

    private static List<String> described() throws IOException, BadRequest {
        List<String> described = new ArrayList<>();
        ((Map<?, ?>) Objects.requireNonNull(document().get("paths")))
                .forEach((path, methods) ->
                        ((Map<?, ?>) methods)
                                .forEach((method, operation) -> {
                                    Object role = ((Map<?, ?>) operation).get("x-role");
                                    described.add(
                                            "%s %s %s"
                                                    .formatted(
                                                            String.valueOf(method)
                                                                    .toUpperCase(Locale.ROOT),
                                                            path,
                                                            role == null ? "none" : role));
                                }));
        return described;
    }

    /** Those of the API; pages and metrics are for others to describe. */
    private static List<Routes.Route> requests() {
        return ROUTES.all().stream()
                .filter(it ->
                        it.path().startsWith("/api/")
                                || it.path().equals("/live")
                                || it.path().equals("/ready"))
                .toList();
    }

    @Test
    void eachRequestIsDescribedWithItsRole() throws IOException, BadRequest {
        assertThat(described())
                .containsExactlyInAnyOrderElementsOf(
                        requests().stream()
                                .map(it ->
                                        "%s %s %s"
                                                .formatted(
                                                        it.method(), it.path(), it.role().word()))
                                .toList());
    }

    @Test
    void eachReferenceInTheDescriptionLeadsSomewhere() throws IOException, BadRequest {
        Map<?, ?> document = document();
        List<String> references = new ArrayList<>();
        collect(document, references);
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(it -> assertThat(at(document, it)).isNotNull());
    }

    private static void collect(Object value, List<String> references) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> {
                if (key.equals("$ref")) {
                    references.add((String) inner);
                } else if (inner != null) {
                    collect(inner, references);
                }
            });
        } else if (value instanceof List<?> list) {
            list.forEach(it -> collect(it, references));
        }
    }

    private static Object at(Map<?, ?> document, String reference) {
        Object value = document;
        for (String name : reference.substring(2).split("/")) {
            value = Objects.requireNonNull(((Map<?, ?>) value).get(name), reference);
        }
        return value;
    }

    @Test
    void eachRequestIsInTheDocumentForPeople() throws IOException {
        String text =
                Files.readString(
                        Path.of(System.getProperty("godwit.root", ".."), "docs", "admin.md"));
        assertThat(requests())
                .allSatisfy(it -> assertThat(text).contains("`" + it.method() + " " + it.path()));
    }

    @Test
    void onlyHealthAndTheDescriptionNeedNoLogin() {
        assertThat(requests().stream().filter(it -> it.role() == Role.NONE))
                .extracting(Routes.Route::path)
                .containsExactlyInAnyOrder("/live", "/ready", "/api/v1/openapi.json");
    }
}

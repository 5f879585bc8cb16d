package io.godwit.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Json;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.broker.control.Bans;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests about bans, over bans in a list. */
class BanRequestsTest {

    private final List<Bans.Entry> inForce = new ArrayList<>();
    private @Nullable IOException failure;

    private final Bans bans =
            new Bans() {
                @Override
                public List<Entry> list() {
                    return inForce;
                }

                @Override
                public int add(Entry ban) throws IOException {
                    fail();
                    inForce.add(ban);
                    return 7;
                }

                @Override
                public boolean remove(Target target) throws IOException {
                    fail();
                    return inForce.removeIf(ban -> ban.target().equals(target));
                }

                private void fail() throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                }
            };

    private final BrokerControl broker =
            new BrokerControl() {
                @Override
                public String version() {
                    throw new AssertionError("nothing here asks for it");
                }

                @Override
                public Backup backup(Path directory) {
                    throw new AssertionError("nothing here asks for one");
                }

                @Override
                public Bans bans() {
                    return bans;
                }
            };

    private Response answer(String method, String body) throws BadRequest {
        Map<String, String> headers = Map.of("content-type", "application/json");
        return AdminApi.of(broker)
                .handle(new Request(method, "/api/v1/bans", headers, body.getBytes(UTF_8)));
    }

    private int status(String method, String body) {
        try {
            return answer(method, body).status();
        } catch (BadRequest bad) {
            return bad.status();
        }
    }

    @Test
    void banIsAddedListedAndLifted() throws BadRequest {
        String target = "\"address\": \"192.0.2.0/24\", \"user\": \"u\", \"client\": null";
        String ban = "{%s, \"until\": \"2030-01-31T12:00:00Z\", \"reason\": \"scans\"}";
        assertThat(answer("POST", ban.formatted(target)))
                .isEqualTo(Response.ok(Map.of("disconnected", 7)));
        assertThat(inForce)
                .containsExactly(
                        new Bans.Entry(
                                new Bans.Target("192.0.2.0/24", "u", null),
                                Instant.parse("2030-01-31T12:00:00Z"),
                                "scans"));
        String listed = new String(Json.write(answer("GET", "").content()), UTF_8);
        assertThat(listed)
                .isEqualTo(
                        ("{\"bans\":[" + ban.formatted(target) + "]}")
                                .replace(" ", "")
                                .replace("00Z", "00.000Z"));
        assertThat(answer("DELETE", "{\"address\": \"192.0.2.0/24\"}").status()).isEqualTo(404);
        assertThat(answer("DELETE", "{" + target + "}"))
                .isEqualTo(Response.ok(Map.of("removed", true)));
        assertThat(inForce).isEmpty();
    }

    @Test
    void banWithoutEndAndReasonIsForGood() throws BadRequest {
        answer("POST", "{\"client\": \"c*\"}");
        assertThat(inForce)
                .containsExactly(
                        new Bans.Entry(
                                new Bans.Target(null, null, "c*"), null, "by an administrator"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"adress\": \"192.0.2.1\"}",
                "{\"user\": 5}",
                "{\"user\": \"u\", \"until\": \"tomorrow\"}",
                "{\"user\": \"u\", \"until\": 5}",
                "{\"user\": \"u\", \"reason\": []}"
            })
    void whatIsNotUnderstoodChangesNothing(String body) {
        assertThat(status("POST", body)).isEqualTo(400);
        assertThat(inForce).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whyItCannotBeDoneIsSaid(boolean isRefused) throws BadRequest {
        failure = isRefused ? new Refusal("full") : new IOException("broken");
        Response expected = isRefused ? Response.error(409, "full") : Response.error(500, "broken");
        assertThat(answer("POST", "{\"user\": \"u\"}")).isEqualTo(expected);
        assertThat(answer("DELETE", "{\"user\": \"u\"}")).isEqualTo(expected);
    }
}

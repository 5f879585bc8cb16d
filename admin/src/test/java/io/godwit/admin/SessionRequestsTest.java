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
import io.godwit.broker.control.SessionState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests about one session, over sessions in a map. */
class SessionRequestsTest {

    private static final Instant SINCE = Instant.parse("2030-01-31T12:00:00Z");

    private final Map<String, SessionState> sessions = new HashMap<>();
    private @Nullable IOException failure;

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
                    throw new AssertionError("nothing here asks for them");
                }

                @Override
                public Optional<SessionState> session(String clientId) throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    return Optional.ofNullable(sessions.get(clientId));
                }

                @Override
                public Optional<SessionState> endSession(String clientId) throws IOException {
                    Optional<SessionState> known = session(clientId);
                    sessions.remove(clientId);
                    return known;
                }
            };

    private Response answer(String method, String name) throws BadRequest {
        return AdminApi.of(broker)
                .handle(new Request(method, "/api/v1/sessions/" + name, Map.of(), new byte[0]));
    }

    private String text(String method, String name) throws BadRequest {
        Response answer = answer(method, name);
        assertThat(answer.status()).isEqualTo(200);
        return new String(Json.write(answer.content()), UTF_8);
    }

    private void add(String clientId, @Nullable String user, boolean ofClient) {
        boolean isConnected = user == null;
        Duration expiry = ofClient ? null : Duration.ofSeconds(60);
        sessions.put(
                clientId,
                new SessionState(
                        clientId, user, ofClient, isConnected, SINCE, expiry, 3, 2, isConnected));
    }

    @Test
    void sessionIsShown() throws BadRequest {
        add("c", "alice", false);
        add("pump", null, true);
        add("x", null, false);
        String rest =
                "\"since\":\"2030-01-31T12:00:00.000Z\",\"expiry\":%s,\"queued\":3,\"subscriptions\":2";
        assertThat(text("GET", "c"))
                .isEqualTo(
                        "{\"client\":\"c\",\"owner\":{\"user\":\"alice\"},\"connected\":false,"
                                + rest.formatted("60")
                                + ",\"will\":false}");
        assertThat(text("GET", "pump"))
                .isEqualTo(
                        "{\"client\":\"pump\",\"owner\":{\"client\":\"pump\"},\"connected\":true,"
                                + rest.formatted("null")
                                + ",\"will\":true}");
        assertThat(text("GET", "x")).contains("\"owner\":null");
        assertThat(sessions).hasSize(3);
    }

    @Test
    void sessionIsEndedOnce() throws BadRequest {
        add("c", "alice", false);
        assertThat(text("DELETE", "c"))
                .isEqualTo(
                        "{\"disconnected\":false,\"queued\":3,\"subscriptions\":2,\"will\":false}");
        assertThat(answer("DELETE", "c"))
                .isEqualTo(Response.error(404, "there is no session of this client identifier"));
        assertThat(answer("GET", "c").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "a%2Fb, a/b",
        "50%25, 50%",
        "k%c3%A4the, k\u00e4the",
        "a+b, a+b",
        "a%20b, a b",
        "%7BclientId%7D, {clientId}",
        "{clientId}, {clientId}"
    })
    void nameIsPercentEncoded(String encoded, String clientId) throws BadRequest {
        add(clientId, null, false);
        assertThat(text("GET", encoded)).contains("\"connected\":true");
        assertThat(text("DELETE", encoded)).contains("\"queued\":3");
        assertThat(sessions).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a%2", "%zz", "%-1", "%ff", "%c3x"})
    void nameThatIsMalformedIsRefused(String name) {
        for (String method : new String[] {"GET", "DELETE"}) {
            try {
                throw new AssertionError("was answered: " + answer(method, name));
            } catch (BadRequest bad) {
                assertThat(bad.status()).isEqualTo(400);
                assertThat(bad).hasMessageContaining("percent-encoded UTF-8");
            }
        }
    }

    @Test
    void otherPathsAndMethodsAreNone() throws BadRequest {
        add("b", null, false);
        assertThat(answer("GET", "a/b").status()).isEqualTo(404);
        assertThat(answer("GET", "").status()).isEqualTo(404);
        Response answer = answer("POST", "b");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("Allow", "DELETE, GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whyItCannotBeDoneIsSaid(boolean isRefused) throws BadRequest {
        failure = isRefused ? new Refusal("no") : new IOException("broken");
        Response expected = isRefused ? Response.error(409, "no") : Response.error(500, "broken");
        assertThat(answer("GET", "c")).isEqualTo(expected);
        assertThat(answer("DELETE", "c")).isEqualTo(expected);
    }
}

package io.godwit.access.authentication.http;

import static io.godwit.access.authentication.http.Connecting.ask;
import static io.godwit.access.authentication.http.Connecting.await;
import static io.godwit.access.authentication.http.Connecting.begin;
import static io.godwit.access.authentication.http.Connecting.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Passed;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Permit;
import io.godwit.broker.auth.Permit.Action;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jose4j.json.JsonUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service that a real HTTP server stands for. */
class HttpLinkTest {

    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final String ALLOW = "{\"result\":\"allow\"}";

    private final Service service = new Service();
    private final SetClock clock = new SetClock();

    @AfterEach
    void stop() {
        service.close();
    }

    private HttpLink link() throws IOException {
        return link(service.url(), null, Duration.ofSeconds(30), 2, 3);
    }

    private HttpLink link(
            URI url, @Nullable String authorization, Duration timeout, int atOnce, int waiting)
            throws IOException {
        HookSettings settings =
                new HookSettings(
                        url,
                        authorization,
                        null,
                        timeout,
                        atOnce,
                        waiting,
                        3,
                        PAUSE,
                        100,
                        Duration.ofMinutes(5));
        return new HttpLink(settings, clock, new SecureRandom());
    }

    @Test
    void serviceIsToldWhoTheClientIs() throws Exception {
        List<@Nullable String> headers = new ArrayList<>();
        service.on((exchange, _) -> {
            headers.add(exchange.getRequestMethod());
            headers.add(exchange.getRequestHeaders().getFirst("Content-Type"));
            headers.add(exchange.getRequestHeaders().getFirst("Authorization"));
            Service.answer(exchange, 200, ALLOW);
        });
        try (HttpLink link = link(service.url(), "Bearer s3cret", Duration.ofSeconds(30), 2, 3)) {
            assertThat(ask(link, with("b\"ob", "p\u00e4ss\n")))
                    .isInstanceOfSatisfying(
                            Accepted.class,
                            it ->
                                    assertThat(it.identity())
                                            .isEqualTo(new Identity("client", "b\"ob")));
        }
        assertThat(headers).containsExactly("POST", "application/json", "Bearer s3cret");
        assertThat(JsonUtil.parseJson(service.asked().getFirst()))
                .containsOnly(
                        java.util.Map.entry("client-id", "client"),
                        java.util.Map.entry("user-name", "b\"ob"),
                        java.util.Map.entry("password", "p\u00e4ss\n"),
                        java.util.Map.entry("listener", "tcp"),
                        java.util.Map.entry("address", "127.0.0.1"));
    }

    @Test
    void passwordsThatAreNoTextComeInBase64() throws Exception {
        service.says(200, ALLOW);
        try (HttpLink link = link()) {
            ask(link, with("bob", new byte[] {(byte) 0xFF, 0}));
            ask(link, with(null, (byte[]) null));
        }
        assertThat(service.asked().getFirst())
                .contains("\"password-base64\":\"/wA=\"")
                .doesNotContain("\"password\"");
        assertThat(service.asked().getLast()).doesNotContain("password", "user-name");
    }

    @Test
    void answerMayNameUserGroupsPermitsAndEnd() throws Exception {
        service.says(
                200,
                """
                {"result": "allow", "user-name": "ada", "client-id": "c-7",
                 "groups": ["north", "south"], "expires-at": 4000000000,
                 "permits": [{"permission": "deny", "action": "publish", "topic": "x/#"}],
                 "something-else": 1}
                """);
        try (HttpLink link = link()) {
            Accepted accepted = (Accepted) ask(link, with("bob", "x"));
            assertThat(accepted.identity())
                    .isEqualTo(
                            new Identity(
                                    "c-7",
                                    true,
                                    "ada",
                                    Set.of("north", "south"),
                                    List.of(new Permit(false, Action.PUBLISH, "x/#"))));
            assertThat(accepted.expiresAt()).isEqualTo(4_000_000_000_000L);
        }
    }

    @Test
    void otherResults() throws Exception {
        try (HttpLink link = link()) {
            service.says(200, "{\"result\":\"deny\"}");
            assertThat(code(ask(link, with("a", "x")))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            service.says(200, "{\"result\":\"ignore\"}");
            assertThat(ask(link, with("b", "x"))).isInstanceOf(Passed.class);
            service.says(403, "");
            assertThat(code(ask(link, with("c", "x")))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            service.says(200, "{\"result\":\"allow\",\"expires-at\":1}");
            assertThat(code(ask(link, with("d", "x")))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            service.says(200, ALLOW);
            Accepted accepted = (Accepted) ask(link, with("e", "x"));
            assertThat(accepted.expiresAt()).isEqualTo(Authenticator.NEVER);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "allow",
                "[]",
                "{}",
                "{\"result\":true}",
                "{\"result\":\"ALLOW\"}",
                "{\"result\":\"deny\",\"result\":\"allow\"}",
                "{\"result\":\"allow\",\"permits\":\"all\"}",
                "{\"result\":\"allow\",\"permits\":[{\"permission\":\"allow\"}]}",
                "{\"result\":\"allow\",\"groups\":[1]}",
                "{\"result\":\"allow\",\"user-name\":7}",
                "{\"result\":\"allow\",\"user-name\":\"a\\u0000\"}",
                "{\"result\":\"allow\",\"expires-at\":\"soon\"}",
                "{\"result\":\"allow\",\"expires-at\":1e400}",
                "{\"result\":\"allow\",\"cache-seconds\":-1}",
            })
    void answersThatAreNotUnderstoodLetNobodyIn(String body) throws Exception {
        service.says(200, body);
        try (HttpLink link = link()) {
            Decision decision = ask(link, with("bob", "x"));
            assertThat(code(decision)).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
            assertThat(((Refused) decision).why()).contains("not understood");
        }
    }

    @Test
    void trickyAnswersLetNobodyIn() throws Exception {
        try (HttpLink link = link();
                Service other = new Service()) {
            other.says(200, ALLOW);
            service.on((exchange, _) -> {
                exchange.getResponseHeaders().set("Location", other.url().toString());
                Service.answer(exchange, 307, ALLOW);
            });
            assertThat(code(ask(link, with("bob", "x")))).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
            assertThat(other.asked()).as("a redirect is not followed").isEmpty();
            service.says(200, "{\"result\":\"allow\",\"x\":\"" + "x".repeat(300_000) + "\"}");
            assertThat(code(ask(link, with("bob", "x")))).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        }
    }

    @Test
    void answersThatDoNotComeInTimeLetNobodyIn() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        service.on((exchange, _) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush(); // and the rest does not come
            try {
                never.await();
            } catch (InterruptedException stopped) {
                exchange.close();
            }
        });
        try (HttpLink link = link(service.url(), null, Duration.ofMillis(300), 2, 3)) {
            Refused refused = (Refused) ask(link, with("bob", "x"));
            assertThat(refused.reasonCode()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
            assertThat(refused.why()).contains("no answer within 300 ms");
        }
    }

    @Test
    void breakerOpensAfterFailuresAndTriesAgain() throws Exception {
        service.says(500, "");
        try (HttpLink link = link()) {
            for (int i = 0; i < 10; i++) {
                assertThat(code(ask(link, with("bob", "x"))))
                        .isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
            }
            assertThat(service.asked()).hasSize(3);
            clock.pass(PAUSE);
            ask(link, with("bob", "x"));
            ask(link, with("bob", "x"));
            assertThat(service.asked()).as("one try").hasSize(4);
            service.says(200, ALLOW);
            clock.pass(PAUSE);
            assertThat(ask(link, with("bob", "x"))).isInstanceOf(Accepted.class);
            assertThat(ask(link, with("bob", "y"))).isInstanceOf(Accepted.class);
            assertThat(service.asked()).hasSize(6);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 422})
    void refusedClientsDoNotOpenTheBreaker(int status) throws Exception {
        service.says(status, "");
        try (HttpLink link = link()) {
            for (int i = 0; i < 10; i++) {
                assertThat(code(ask(link, with("bob", "x")))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            }
            assertThat(service.asked()).hasSize(10);
        }
    }

    /** Else devices would be banned for guessing, since a service is overloaded. */
    @ParameterizedTest
    @ValueSource(ints = {408, 429})
    void serviceThatIsTooBusyHasSaidNothingOfTheClient(int status) throws Exception {
        service.says(status, "");
        try (HttpLink link = link()) {
            for (int i = 0; i < 10; i++) {
                assertThat(code(ask(link, with("bob", "x"))))
                        .isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
            }
            assertThat(service.asked()).as("it is left alone").hasSize(3);
        }
    }

    /** Two at a time, three that wait, and the rest is told at once to come later. */
    @Test
    void callsAndWaitingClientsAreLimited() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch two = new CountDownLatch(2);
        service.on((exchange, _) -> {
            two.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            Service.answer(exchange, 200, ALLOW);
        });
        try (HttpLink link = link()) {
            List<CompletableFuture<Decision>> decisions = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                decisions.add(begin(link, with("user-" + i, "x")));
            }
            two.await();
            assertThat(service.asked()).hasSize(2);
            assertThat(decisions.subList(5, 8))
                    .allSatisfy(it ->
                            assertThat(code(it.getNow(new Passed("not yet"))))
                                    .isEqualTo(ReasonCode.SERVER_BUSY));
            go.countDown();
            for (var decision : decisions.subList(0, 5)) {
                assertThat(await(decision)).isInstanceOf(Accepted.class);
            }
            assertThat(ask(link, with("user-9", "x"))).isInstanceOf(Accepted.class);
        }
    }

    @Test
    void whoHasWaitedForTooLongIsToldToComeLater() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        service.on((exchange, _) -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            Service.answer(exchange, 200, ALLOW);
        });
        try (HttpLink link = link(service.url(), null, Duration.ofSeconds(30), 1, 1)) {
            var first = begin(link, with("bob", "x"));
            var second = begin(link, with("ada", "x"));
            clock.pass(Duration.ofSeconds(31));
            go.countDown();
            assertThat(await(first)).isInstanceOf(Accepted.class);
            assertThat(code(await(second))).isEqualTo(ReasonCode.SERVER_BUSY);
        }
    }

    @Test
    void positiveAnswersAreKeptAsLongAsTheServiceAndTheLimitSay() throws Exception {
        try (HttpLink link = link()) {
            service.says(200, "{\"result\":\"allow\",\"cache-seconds\":60}");
            ask(link, with("bob", "x"));
            assertThat(ask(link, with("bob", "x"))).isInstanceOf(Accepted.class);
            assertThat(service.asked()).hasSize(1);
            ask(link, with("bob", "y"));
            ask(link, with("ada", "x"));
            assertThat(service.asked()).as("others are others").hasSize(3);
            clock.pass(Duration.ofSeconds(60));
            ask(link, with("bob", "x"));
            assertThat(service.asked()).hasSize(4);

            service.says(200, "{\"result\":\"allow\",\"cache-seconds\":86400}");
            ask(link, with("eve", "x"));
            clock.pass(Duration.ofMinutes(5));
            ask(link, with("eve", "x"));
            assertThat(service.asked()).as("five minutes are the limit").hasSize(6);

            service.says(200, "{\"result\":\"deny\",\"cache-seconds\":60}");
            ask(link, with("max", "x"));
            ask(link, with("max", "x"));
            assertThat(service.asked()).as("only positive ones").hasSize(8);
        }
    }

    @Test
    void serviceThatIsNotThereLetsNobodyIn() throws Exception {
        URI gone = service.url();
        service.close();
        try (HttpLink link = link(gone, "Bearer s3cret", Duration.ofSeconds(30), 1, 1)) {
            Refused refused = (Refused) ask(link, with("bob", "p4ssword"));
            assertThat(refused.reasonCode()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
            assertThat(refused.why()).doesNotContain("s3cret", "p4ssword");
        }
    }

    @Test
    void afterCloseNobodyIsLetIn() throws Exception {
        service.says(200, ALLOW);
        HttpLink link = link();
        link.close();
        assertThat(code(ask(link, with("bob", "x")))).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
    }

    @Test
    void secretsAreNotTold() throws Exception {
        assertThatThrownBy(() -> link(service.url(), "s3cret\n", Duration.ofSeconds(1), 1, 1))
                .hasMessageNotContaining("s3cret");
        HookSettings settings =
                new HookSettings(
                        service.url(), "s3cret", Path.of("ca"), PAUSE, 1, 1, 1, PAUSE, 1, PAUSE);
        assertThat(settings.toString()).doesNotContain("s3cret");
        assertThatThrownBy(() -> new HttpLink(settings, clock, new SecureRandom()))
                .hasMessageContaining("ca can't be used");
    }

    private static ReasonCode code(Decision decision) {
        assertThat(decision).isInstanceOf(Refused.class);
        return ((Refused) decision).reasonCode();
    }
}

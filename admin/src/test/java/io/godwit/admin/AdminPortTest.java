package io.godwit.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.godwit.admin.RawClient.Answer;
import io.godwit.admin.http.HttpLimits;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may come in by the port, and what becomes of their requests. */
@Timeout(60)
class AdminPortTest {

    private static final String JSON = "Content-Type: application/json";
    private static final String LOCAL = "Host: localhost";
    private static final Duration LONG = Duration.ofMinutes(5);

    private final AtomicLong clock = new AtomicLong();
    private final CountDownLatch streamEnded = new CountDownLatch(1);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private HttpLimits limits =
            new HttpLimits(8_192, 16_384, 64, 65_536, 131_072, 16, 2, LONG, LONG);

    @TempDir private Path directory = Path.of("");

    /** Users with their name as the password, and tokens that are called after their role. */
    private static final Accounts ACCOUNTS =
            new Accounts() {
                @Override
                public boolean isEmpty() {
                    return false;
                }

                @Override
                public @Nullable Account ofPassword(String user, byte[] password) {
                    boolean isRight = user.equals(new String(password, UTF_8));
                    return isRight ? new Account(user, Role.valueOf(user)) : null;
                }

                @Override
                public @Nullable Account ofToken(byte[] token) {
                    String text = new String(token, UTF_8);
                    return text.startsWith("token-of-")
                            ? new Account("ci", Role.valueOf(text.substring(9)))
                            : null;
                }
            };

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable it : opened.reversed()) {
            it.close();
        }
    }

    private Routes routes() {
        return new Routes()
                .add("GET", "/open", Role.NONE, _ -> Response.ok(Map.of("it", "open")))
                .add("GET", "/local", Role.LOCAL, _ -> Response.ok(Map.of("it", "local")))
                .add("GET", "/look", Role.VIEWER, _ -> Response.ok(Map.of("it", "look")))
                .add("POST", "/act", Role.OPERATOR, _ -> Response.ok(Map.of("it", "act")))
                .add("DELETE", "/rule/{name}", Role.ADMIN, _ -> Response.error(409, "no"))
                .addAsking("/ask", Role.VIEWER, _ -> Response.ok(Map.of("it", "ask")))
                .add(
                        "GET",
                        "/who",
                        Role.VIEWER,
                        request -> {
                            Map<String, @Nullable Object> who = new LinkedHashMap<>();
                            who.put("name", request.caller().name());
                            who.put("role", request.caller().role().word());
                            who.put("q", request.query("q"));
                            return Response.ok(who);
                        })
                .add(
                        "GET",
                        "/page",
                        Role.NONE,
                        _ -> Response.bytes("text/html", "<p>".getBytes(UTF_8)))
                .add("GET", "/flood", Role.VIEWER, _ -> flood())
                .add(
                        "GET",
                        "/stream",
                        Role.VIEWER,
                        _ ->
                                Response.stream(
                                        "text/event-stream",
                                        sink -> {
                                            try {
                                                sink.event("first", Map.of("a", 1));
                                                new CountDownLatch(1).await();
                                            } finally {
                                                streamEnded.countDown();
                                            }
                                        }));
    }

    /** More than any socket takes. */
    private Response flood() {
        return Response.stream(
                "text/event-stream",
                sink -> {
                    try {
                        while (true) {
                            sink.write(new byte[100_000]);
                        }
                    } finally {
                        streamEnded.countDown();
                    }
                });
    }

    private AdminPort open(String bind, Accounts accounts, String... hosts) throws IOException {
        return open(bind, () -> accounts, hosts);
    }

    private AdminPort open(String bind, Supplier<Accounts> accounts, String... hosts)
            throws IOException {
        AdminPort port =
                AdminPort.open(
                        new InetSocketAddress(bind, 0),
                        () -> null,
                        () -> new AdminPort.Terms(Set.of(hosts), accounts.get()),
                        routes(),
                        Audit.to(directory.resolve("audit.log")),
                        limits,
                        clock::get);
        opened.add(port);
        return port;
    }

    private RawClient client(AdminPort port) throws IOException {
        return client("127.0.0.1", port);
    }

    private RawClient client(String from, AdminPort port) throws IOException {
        InetSocketAddress at = new InetSocketAddress("127.0.0.1", port.address().getPort());
        RawClient client = RawClient.connect(from, at);
        opened.add(client);
        return client;
    }

    private static String basic(String user, String password) {
        String pair = user + ":" + password;
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    private List<String> audit() throws IOException {
        Path file = directory.resolve("audit.log");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    // --- without users --------------------------------------------------------------------------

    @Test
    void withoutUsersEverybodyOnThisMachineIsAdministrator() throws IOException {
        RawClient client = client(open("127.0.0.1", Accounts.NONE));
        assertThat(client.ask("GET", "/who?q=a%2Fb+c", "", LOCAL).body())
                .isEqualTo("{\"name\":null,\"role\":\"admin\",\"q\":\"a/b c\"}");
        assertThat(client.ask("DELETE", "/rule/x", "", LOCAL, "X-Godwit: 1").status())
                .isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST:18083, 200",
        "127.0.0.1, 200",
        "127.0.0.7:1, 200",
        "[::1], 200",
        "[::1]:18083, 200",
        "evil.example, 421",
        "evil.example:18083, 421",
        "localhost.evil.example, 421",
        "127.0.0.1.evil.example, 421",
        "192.0.2.1, 421",
        "[2001:db8::1], 421",
        "0.0.0.0, 421"
    })
    void aNameThatWasMadeToLeadHereIsNotServed(String host, int status) throws IOException {
        RawClient client = client(open("127.0.0.1", Accounts.NONE));
        assertThat(client.ask("GET", "/look", "", "Host: " + host).status()).isEqualTo(status);
        assertThat(client.ask("GET", "/open", "", "Host: " + host).status()).isEqualTo(status);
    }

    @Test
    void offLoopbackNobodyIsServedWithoutALogin() throws IOException {
        RawClient client = client(open("0.0.0.0", Accounts.NONE));
        assertThat(client.ask("GET", "/look", "", LOCAL).status()).isEqualTo(401);
        assertThat(client.ask("GET", "/local", "", LOCAL).status()).isEqualTo(401);
        assertThat(client.ask("GET", "/open", "", LOCAL).status()).isEqualTo(200);
        assertThat(client.ask("POST", "/act", "{}", LOCAL, JSON).status()).isEqualTo(401);
        assertThat(audit()).isEmpty();
    }

    // --- with users -----------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"VIEWER, 200, 403, 403", "OPERATOR, 200, 200, 403", "ADMIN, 200, 200, 409"})
    void eachRoleMayWhatThoseBeforeItMay(String role, int look, int act, int rule)
            throws IOException {
        RawClient client = client(open("127.0.0.1", ACCOUNTS));
        for (String login :
                new String[] {basic(role, role), "Authorization: Bearer token-of-" + role}) {
            assertThat(client.ask("GET", "/look", "", LOCAL, login).status()).isEqualTo(look);
            assertThat(client.ask("POST", "/ask", "{}", LOCAL, login, JSON).status())
                    .isEqualTo(look);
            assertThat(client.ask("POST", "/act", "{}", LOCAL, login, JSON).status())
                    .isEqualTo(act);
            assertThat(client.ask("DELETE", "/rule/x", "{}", LOCAL, login, JSON).status())
                    .isEqualTo(rule);
        }
    }

    @Test
    void whoHasNotLoggedInIsAskedTo() throws IOException {
        RawClient client = client(open("127.0.0.1", ACCOUNTS));
        Answer answer = client.ask("GET", "/look", "", LOCAL);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.head()).contains("WWW-Authenticate: Basic realm=\"Godwit\"");
        answer = client.ask("GET", "/look", "", LOCAL, "X-Godwit: 1");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.head()).contains("WWW-Authenticate: Bearer").doesNotContain("Basic");
        assertThat(client.ask("GET", "/open", "", LOCAL).status()).isEqualTo(200);
        assertThat(client.ask("GET", "/local", "", LOCAL).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Basic",
                "Authorization: Basic !!!",
                "Authorization: Basic bm9jb2xvbg==",
                "Authorization: Digest VklFV0VS",
                "Authorization: Bearer",
                "Authorization: Bearer nonsense",
                "Authorization: x"
            })
    void whatIsNoLoginLetsNobodyIn(String login) throws IOException {
        RawClient client = client(open("127.0.0.1", ACCOUNTS));
        assertThat(client.ask("GET", "/look", "", LOCAL, login).status()).isEqualTo(401);
        assertThat(client.ask("GET", "/open", "", LOCAL, login).status()).isEqualTo(401);
    }

    @Test
    void whoFailsTooOftenIsNotListenedToForAWhile() throws IOException {
        RawClient client = client(open("127.0.0.1", ACCOUNTS));
        for (int i = 0; i < LoginLimit.MOST; i++) {
            assertThat(client.ask("GET", "/look", "", LOCAL, basic("ADMIN", "x")).status())
                    .isEqualTo(401);
        }
        Answer answer = client.ask("GET", "/look", "", LOCAL, basic("ADMIN", "ADMIN"));
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.head()).contains("Retry-After: 60");
        assertThat(client.ask("GET", "/open", "", LOCAL).status()).isEqualTo(200);
        clock.set(LoginLimit.WINDOW.toNanos());
        assertThat(client.ask("GET", "/look", "", LOCAL, basic("ADMIN", "ADMIN")).status())
                .isEqualTo(200);
    }

    @Test
    void aHostThatIsNamedIsServedToWhoLogsIn() throws IOException {
        RawClient client = client(open("127.0.0.1", ACCOUNTS, "broker.example"));
        String host = "Host: Broker.example:8443";
        assertThat(client.ask("GET", "/look", "", host).status()).isEqualTo(401);
        assertThat(client.ask("GET", "/local", "", host).status()).isEqualTo(401);
        assertThat(client.ask("GET", "/look", "", host, basic("VIEWER", "VIEWER")).status())
                .isEqualTo(200);
        assertThat(client.ask("GET", "/look", "", "Host: other.example").status()).isEqualTo(421);
    }

    // --- pages of others ------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "http://localhost, 200",
        "https://localhost, 200",
        "http://localhost:1, 403",
        "http://evil.example, 403",
        "null, 403",
        "localhost, 403"
    })
    void aPageOfAnotherSiteIsRefused(String origin, int status) throws IOException {
        RawClient client = client(open("127.0.0.1", Accounts.NONE));
        String line = "Origin: " + origin;
        assertThat(client.ask("POST", "/act", "{}", LOCAL, JSON, line).status()).isEqualTo(status);
        assertThat(client.ask("GET", "/look", "", LOCAL, line).status()).isEqualTo(status);
    }

    /** Of what a page embeds or fetches without asking first a browser sends no Origin. */
    @ParameterizedTest
    @CsvSource({
        "same-origin, cors, empty, 200",
        "none, navigate, document, 200",
        "cross-site, navigate, document, 200",
        "cross-site, no-cors, image, 403",
        "cross-site, no-cors, empty, 403",
        "cross-site, navigate, iframe, 403",
        "same-site, no-cors, script, 403"
    })
    void aPageOfAnotherSiteCannotKeepTheBrokerBusy(
            String site, String mode, String destination, int status) throws IOException {
        RawClient client = client(open("127.0.0.1", Accounts.NONE));
        Answer answer =
                client.ask(
                        "GET",
                        "/look",
                        "",
                        LOCAL,
                        "Sec-Fetch-Site: " + site,
                        "Sec-Fetch-Mode: " + mode,
                        "Sec-Fetch-Dest: " + destination);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.head()).contains("Cross-Origin-Resource-Policy: same-origin\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: text/plain",
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Type: multipart/form-data",
                "X-Godwit: 0",
                "Accept: application/json"
            })
    void whatAFormCanSendChangesNothing(String header) throws IOException {
        RawClient client = client(open("127.0.0.1", Accounts.NONE));
        assertThat(client.ask("POST", "/act", "{}", LOCAL, header).status()).isEqualTo(415);
        assertThat(client.ask("DELETE", "/rule/x", "", LOCAL, header).status()).isEqualTo(415);
        assertThat(audit()).isEmpty();
    }

    // --- the audit log --------------------------------------------------------------------------

    @Test
    void eachChangeIsWrittenDownWithItsOutcome() throws IOException {
        RawClient client = client(open("127.0.0.1", ACCOUNTS));
        String operator = basic("OPERATOR", "OPERATOR");
        String body =
                "{\"topic\": \"a/b\", \"text\": \"s3cret\", \"qos\": 1, \"messages\": [1, 2]}";
        client.ask("GET", "/look?a=b", "", LOCAL, operator);
        client.ask("POST", "/ask", "{}", LOCAL, operator, JSON);
        client.ask("POST", "/act?x=y", body, LOCAL, operator, JSON);
        client.ask("DELETE", "/rule/a%2Fb", "", LOCAL, operator, "X-Godwit: 1");
        client.ask("DELETE", "/rule/c", "", LOCAL, basic("ADMIN", "ADMIN"), "X-Godwit: 1");
        assertThat(audit()).hasSize(3);
        assertThat(audit().getFirst())
                .matches("\\{\"time\":\"\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}\\.\\d{3}Z\",.*")
                .contains(
                        "\"user\":\"OPERATOR\",\"role\":\"operator\",\"from\":\"127.0.0.1:",
                        "\"method\":\"POST\",\"path\":\"/act\",\"query\":\"x=y\"",
                        "\"topic\":\"a/b\",\"text\":\"6 characters\",\"qos\":1",
                        "\"messages\":\"2 elements\"",
                        "\"status\":200")
                .doesNotContain("s3cret");
        assertThat(audit().get(1)).contains("\"path\":\"/rule/a%2Fb\"", "\"status\":403");
        assertThat(audit().get(2)).contains("\"role\":\"admin\"", "\"status\":409", "\"no\"");
    }

    // --- responses ------------------------------------------------------------------------------

    @Test
    void bytesHaveTheirType() throws IOException {
        Answer answer = client(open("127.0.0.1", Accounts.NONE)).ask("GET", "/page", "", LOCAL);
        assertThat(answer.head())
                .contains("Content-Type: text/html\r\n", "X-Content-Type-Options: nosniff");
        assertThat(answer.body()).isEqualTo("<p>");
    }

    private Stream<String> stream(AdminPort port) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        opened.add(client::shutdownNow);
        URI uri = URI.create("http://127.0.0.1:" + port.address().getPort() + "/stream");
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofLines()).body();
    }

    @Test
    void aStreamGoesOnUntilItsReaderCloses() throws Exception {
        AdminPort port = open("127.0.0.1", Accounts.NONE);
        RawClient reader = client(port).send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Answer answer = reader.answer();
        assertThat(answer.head())
                .contains("Content-Type: text/event-stream", "Connection: close")
                .doesNotContain("Content-Length");
        reader.close();
        streamEnded.await();
    }

    @Test
    void aStreamSendsEvents() throws Exception {
        Iterator<String> lines = stream(open("127.0.0.1", Accounts.NONE)).iterator();
        assertThat(lines.next()).isEqualTo("event: first");
        assertThat(lines.next()).isEqualTo("data: {\"a\":1}");
        assertThat(lines.next()).isEmpty();
    }

    @Test
    void aStreamSendsNoMoreOnceOthersMayLogIn() throws Exception {
        AtomicReference<Accounts> accounts = new AtomicReference<>(Accounts.NONE);
        AdminPort port = open("127.0.0.1", accounts::get);
        RawClient reader = client(port).send("GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(reader.answer().status()).isEqualTo(200);
        accounts.set(ACCOUNTS);
        reader.readToTheEnd();
        streamEnded.await();
        assertThat(client(port).ask("GET", "/flood", "", LOCAL).status()).isEqualTo(401);
    }

    @Test
    void closingEndsStreams() throws Exception {
        AdminPort port = open("127.0.0.1", Accounts.NONE);
        Iterator<String> lines = stream(port).iterator();
        assertThat(lines.next()).isEqualTo("event: first");
        port.close();
        streamEnded.await();
    }

    @Test
    void streamsLeaveConnectionsToOthers() throws Exception {
        AdminPort port = open("127.0.0.1", Accounts.NONE);
        String request = "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n";
        List<RawClient> readers = List.of(client(port), client(port));
        for (RawClient reader : readers) {
            assertThat(reader.send(request).answer().status()).isEqualTo(200);
        }
        assertThat(client(port).send(request).answer().status()).isEqualTo(503);
        readers.getFirst().close();
        await().until(() -> client(port).send(request).answer().status() == 200);
    }

    @Test
    void aReaderThatDoesNotReadIsLeft() throws Exception {
        limits =
                new HttpLimits(
                        8_192, 16_384, 64, 65_536, 131_072, 16, 2, Duration.ofMillis(200), LONG);
        RawClient reader = client(open("127.0.0.1", Accounts.NONE));
        reader.send("GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n");
        streamEnded.await();
    }

    @Test
    void aPortThatIsTakenIsNamedWithItsKey() throws IOException {
        int taken = open("127.0.0.1", Accounts.NONE).address().getPort();
        assertThatThrownBy(() ->
                        AdminPort.open(
                                new InetSocketAddress("127.0.0.1", taken),
                                () -> null,
                                () -> new AdminPort.Terms(Set.of(), Accounts.NONE),
                                routes(),
                                Audit.to(null)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + taken)
                .hasMessageContaining("admin.port")
                .hasMessageContaining("admin.enabled = false");
    }
}

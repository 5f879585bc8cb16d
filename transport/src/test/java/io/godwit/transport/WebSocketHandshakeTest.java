package io.godwit.transport;

import static io.godwit.transport.FrameClient.echo;
import static io.godwit.transport.websocket.WebSocketClient.BINARY;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Network;
import io.godwit.broker.auth.Origin;
import io.godwit.spec.Spec;
import io.godwit.transport.websocket.WebOrigin;
import io.godwit.transport.websocket.WebSocketClient;
import io.godwit.transport.websocket.WebSocketClient.Response;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests open a WebSocket, and what the others are told, on real sockets. */
class WebSocketHandshakeTest {

    private static final String GET = "GET /mqtt HTTP/1.1";

    private static WebSocketSettings settings(
            boolean subprotocolRequired, List<String> origins, List<String> proxies) {
        return new WebSocketSettings(
                "/mqtt",
                origins.stream().map(it -> WebOrigin.parse(it).orElseThrow()).toList(),
                subprotocolRequired,
                Duration.ofSeconds(30),
                proxies.stream().map(Network::parse).toList(),
                100_000);
    }

    private static TestServer server(WebSocketSettings settings) {
        return new TestServer(
                new NettyTransport(1, 1_000, SocketKind.best()),
                ListenerSettings.tcp("ws", "127.0.0.1", 0).withWebSocket(settings));
    }

    private static TestServer server() {
        return server(settings(true, List.of(), List.of()));
    }

    /** The usual headers; one that begins with a name replaces that. */
    private static List<String> headers(String... changes) {
        List<String> headers = WebSocketClient.headers();
        headers.add("Sec-WebSocket-Protocol: mqtt");
        for (String change : changes) {
            String name = change.substring(0, change.indexOf(':') + 1);
            headers.removeIf(line -> line.startsWith(name));
            if (change.length() > name.length()) {
                headers.add(change);
            }
        }
        return headers;
    }

    private static Response ask(TestServer server, String line, List<String> headers)
            throws Exception {
        try (WebSocketClient client = new WebSocketClient(server.address())) {
            Response response = client.ask(line, headers);
            if (response.status() != 101) {
                assertThat(client.isEnded()).isTrue();
            }
            return response;
        }
    }

    @Test
    void theAnswerProvesThatTheRequestWasUnderstood() throws Exception {
        try (TestServer server = server()) {
            Response response = ask(server, GET, headers());
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.header("Upgrade")).isEqualTo("websocket");
            assertThat(response.header("Connection")).isEqualTo("Upgrade");
            assertThat(response.header("Sec-WebSocket-Accept")) // that of RFC 6455 §1.3
                    .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(response.header("Sec-WebSocket-Extensions")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    mqtt             | mqtt
                    mqttv3.1         | mqttv3.1
                    mqtt, mqttv3.1   | mqtt
                    mqttv3.1, mqtt   | mqtt
                    wamp,mqtt        | mqtt
                    """)
    @Spec({"v5 MQTT-6.0.0-4", "v3 MQTT-6.0.0-4"})
    void theSubprotocolIsSelected(String offered, String selected) throws Exception {
        try (TestServer server = server()) {
            Response response = ask(server, GET, headers("Sec-WebSocket-Protocol: " + offered));
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.header("Sec-WebSocket-Protocol")).isEqualTo(selected);
        }
    }

    @Test
    void ofSeveralHeadersTheSubprotocolIsSelectedAsOfOne() throws Exception {
        List<String> headers = headers("Sec-WebSocket-Protocol: wamp");
        headers.add("Sec-WebSocket-Protocol: mqtt");
        try (TestServer server = server()) {
            Response response = ask(server, GET, headers);
            assertThat(response.header("Sec-WebSocket-Protocol")).isEqualTo("mqtt");
        }
    }

    @Test
    void withoutASubprotocolItIsRefusedUnlessToldOtherwise() throws Exception {
        List<String> none = headers("Sec-WebSocket-Protocol:");
        List<String> unknown = headers("Sec-WebSocket-Protocol: MQTT");
        try (TestServer strict = server();
                TestServer tolerant = server(settings(false, List.of(), List.of()))) {
            Response refused = ask(strict, GET, none);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).contains("subprotocol mqtt", "none");
            assertThat(ask(strict, GET, unknown).status()).isEqualTo(400);
            Response taken = ask(tolerant, GET, none);
            assertThat(taken.status()).isEqualTo(101);
            assertThat(taken.header("Sec-WebSocket-Protocol")).isEmpty();
            assertThat(ask(tolerant, GET, unknown).status()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GET /mqtt HTTP/1.1          | Upgrade:                             | 426
                    GET /mqtt HTTP/1.1          | Connection: keep-alive               | 426
                    GET /mqtt HTTP/1.1          | Upgrade: h2c                         | 426
                    GET /mqtt HTTP/1.1          | Sec-WebSocket-Version: 8             | 426
                    GET /mqtt HTTP/1.1          | Sec-WebSocket-Key:                   | 400
                    GET /mqtt HTTP/1.1          | Sec-WebSocket-Key: c2hvcnQ=          | 400
                    GET /mqtt HTTP/1.1          | Host:                                | 400
                    GET /mqtt HTTP/1.1          | Content-Length: 5                    | 400
                    GET /mqtt HTTP/1.1          | Transfer-Encoding: chunked           | 400
                    GET /mqtt HTTP/1.0          | X: x                                 | 400
                    POST /mqtt HTTP/1.1         | X: x                                 | 405
                    GET / HTTP/1.1              | X: x                                 | 404
                    GET /mqtt/ HTTP/1.1         | X: x                                 | 404
                    GET /MQTT?a=/mqtt HTTP/1.1  | X: x                                 | 404
                    nonsense                    | X: x                                 | 400
                    """)
    void otherRequestsAreRefusedInWords(String line, String change, int status) throws Exception {
        try (TestServer server = server()) {
            Response response = ask(server, line, headers(change));
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.body()).endsWith(".\n").hasSizeGreaterThan(10);
            assertThat(response.header("Connection")).contains("close");
        }
    }

    @Test
    void aBrowserThatIsLedThereGetsAHint() throws Exception {
        try (TestServer server = server()) {
            Response response = ask(server, GET, List.of("Host: localhost"));
            assertThat(response.status()).isEqualTo(426);
            assertThat(response.header("Upgrade")).isEqualTo("websocket");
            assertThat(response.header("Sec-WebSocket-Version")).isEqualTo("13");
            assertThat(response.body()).contains("ws://");
            assertThat(ask(server, "GET / HTTP/1.1", headers()).body()).contains("is at /mqtt");
        }
    }

    /** What a stranger sends is a refusal, and no fault of the server. */
    @ParameterizedTest
    @ValueSource(strings = {"%zz", "%", "%a", "a=%F", "a=b%"})
    void aQueryThatIsMalformedIsRefused(String query) throws Exception {
        try (TestServer server = server()) {
            Response response = ask(server, "GET /mqtt?" + query + " HTTP/1.1", headers());
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("query").doesNotContain(query);
            assertThat(server.listener().incidents()).containsEntry(Incident.WEBSOCKET_REFUSED, 1L);
        }
    }

    @Test
    void aRequestThatIsTooLongIsRefused() throws Exception {
        try (TestServer server = server()) {
            String address = "/mqtt?" + "a".repeat(9_000);
            assertThat(ask(server, "GET " + address + " HTTP/1.1", headers()).status())
                    .isEqualTo(414);
            assertThat(ask(server, GET, headers("X: " + "a".repeat(9_000))).status())
                    .isEqualTo(431);
        }
    }

    /** Two bytes of a header become a hundred, for which the client has ten seconds. */
    @Test
    void aRequestWithTooManyHeadersIsRefusedBeforeItIsComplete() throws Exception {
        List<String> headers = headers();
        headers.addAll(Collections.nCopies(100 - headers.size(), "x: y"));
        try (TestServer server = server()) {
            assertThat(ask(server, GET, headers).status()).isEqualTo(101);
            headers.add("x: y");
            assertThat(ask(server, GET, headers).status()).isEqualTo(431);
        }
    }

    @Test
    void onlyTheFirstParametersOfAQueryAreKept() throws Exception {
        StringBuilder line = new StringBuilder("GET /mqtt?token=t");
        for (int i = 0; i < 1_000; i++) {
            line.append("&p").append(i);
        }
        try (TestServer server = server();
                WebSocketClient client = new WebSocketClient(server.address())) {
            assertThat(client.ask(line + " HTTP/1.1", headers()).status()).isEqualTo(101);
            assertThat(server.accepted().wire().origin().query())
                    .hasSize(16)
                    .containsEntry("token", "t");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    https://app.example.org      | broker.example.org:8084 | 101
                    https://app.example.org:443  | broker.example.org:8084 | 101
                    HTTPS://App.Example.org      | broker.example.org:8084 | 101
                    http://localhost:3000        | broker.example.org:8084 | 101
                    capacitor://localhost        | broker.example.org:8084 | 101
                    http://app.example.org       | broker.example.org:8084 | 403
                    https://app.example.org:8443 | broker.example.org:8084 | 403
                    https://app.example.org.evil.example | broker.example.org:8084 | 403
                    https://broker.example.org   | broker.example.org:8084 | 403
                    https://app.example.org/     | broker.example.org:8084 | 403
                    https://app.example.org@evil.example | broker.example.org:8084 | 403
                    null                         | broker.example.org:8084 | 403
                    http://localhost:18083       | broker.example.org:8084 | 403
                    """)
    void anOriginIsAllowedExactly(String origin, String host, int status) throws Exception {
        WebSocketSettings settings =
                settings(
                        true,
                        List.of(
                                "https://app.example.org",
                                "http://localhost:3000",
                                "capacitor://localhost"),
                        List.of());
        try (TestServer server = server(settings)) {
            Response response = ask(server, GET, headers("Origin: " + origin, "Host: " + host));
            assertThat(response.status()).isEqualTo(status);
            if (status == 403) {
                assertThat(response.body()).contains("'" + origin + "'", "allowed-origins");
            }
        }
    }

    /** The connections come in on loopback. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    http://localhost:18083  | localhost:8083     | 101
                    http://127.0.0.1:3000   | localhost:8083     | 101
                    http://[::1]:18083      | [::1]:8083         | 101
                    http://localhost:18083  | 127.0.0.1          | 101
                    https://example.org     | localhost:8083     | 403
                    null                    | localhost:8083     | 403
                    http://rebound.example  | rebound.example    | 403
                    http://localhost.evil.example | localhost    | 403
                    """)
    void withoutAListLoopbackIsOpenToItsOwnPagesOnly(String origin, String host, int status)
            throws Exception {
        try (TestServer server = server()) {
            Response response = ask(server, GET, headers("Origin: " + origin, "Host: " + host));
            assertThat(response.status()).isEqualTo(status);
        }
    }

    @Test
    void twoOriginsAreNone() throws Exception {
        List<String> headers = headers("Origin: http://localhost");
        headers.add("Origin: http://localhost");
        try (TestServer server = server()) {
            assertThat(ask(server, GET, headers).status()).isEqualTo(403);
            assertThat(server.listener().incidents()).containsEntry(Incident.WEBSOCKET_REFUSED, 1L);
        }
    }

    @Test
    void theQueryIsKeptForAuthentication() throws Exception {
        try (TestServer server = server();
                WebSocketClient client = new WebSocketClient(server.address())) {
            String line = "GET /mqtt?token=a%2Bb%20c&user=x&user=y&empty HTTP/1.1";
            assertThat(client.ask(line, headers()).status()).isEqualTo(101);
            Origin origin = server.accepted().wire().origin();
            assertThat(origin.query())
                    .isEqualTo(Map.of("token", "a+b c", "user", "x", "empty", ""));
            assertThat(origin.toString()).doesNotContain("a+b c"); // so that no log has it
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    203.0.113.7                             | 203.0.113.7
                    203.0.113.7:4711                        | 203.0.113.7
                    2001:db8::7                             | 2001:db8::7
                    [2001:db8::7]:4711                      | 2001:db8::7
                    198.51.100.1, 203.0.113.7               | 203.0.113.7
                    198.51.100.1, 203.0.113.7, 10.1.2.3     | 203.0.113.7
                    10.1.2.4, 10.1.2.3                      | 10.1.2.4
                    unknown                                 | 127.0.0.1
                    evil.example, 10.1.2.3                  | 10.1.2.3
                    """)
    void theClientsAddressIsTakenFromProxiesThatAreTrusted(String told, String address)
            throws Exception {
        List<String> proxies = List.of("127.0.0.0/8", "10.0.0.0/8");
        assertThat(addressOf(told, proxies)).isEqualTo(InetAddress.ofLiteral(address));
    }

    @Test
    void othersAreNotBelieved() throws Exception {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        assertThat(addressOf("203.0.113.7", List.of())).isEqualTo(loopback);
        assertThat(addressOf("203.0.113.7", List.of("10.0.0.0/8"))).isEqualTo(loopback);
    }

    private static @Nullable InetAddress addressOf(String told, List<String> proxies)
            throws Exception {
        try (TestServer server = server(settings(true, List.of(), proxies));
                WebSocketClient client = new WebSocketClient(server.address())) {
            client.ask(GET, headers("X-Forwarded-For: " + told));
            client.send(BINARY, echo("in"));
            assertThat(client.read().payload()).asString(US_ASCII).endsWith("in");
            return server.accepted().wire().origin().address();
        }
    }
}

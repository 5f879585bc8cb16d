package io.godwit.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What depends on the address that a connection came in on, and on the certificate. */
class HandshakeTest {

    private static final Handshake HANDSHAKE =
            new Handshake(
                    new HandshakeRules(
                            "/mqtt",
                            List.of(),
                            true,
                            "broker.example.org"::equals, // what its certificate is for
                            address -> false));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    http://broker.example.org       | broker.example.org:8083 | true
                    https://broker.example.org:8443 | Broker.example.org      | true
                    http://192.0.2.1:8080           | 192.0.2.1:8083          | true
                    http://[2001:db8::1]            | [2001:db8::1]:8083      | true
                    http://localhost:18083          | broker.example.org:8083 | true
                    http://localhost:3000           | broker.example.org:8083 | false
                    http://example.org              | broker.example.org:8083 | false
                    http://evil.example             | localhost:8083          | false
                    http://evil.example             | 192.0.2.1:8083          | false
                    http://evil.example             | broker.example.org:8083 | false
                    http://rebound.example          | rebound.example         | false
                    http://rebound.example:8083     | rebound.example:8083    | false
                    http://broker.example.org.      | broker.example.org.     | false
                    http://192.0.2.1.evil.example   | 192.0.2.1.evil.example  | false
                    http://192.0.2                  | 192.0.2                 | false
                    http://localhost.evil.example   | localhost.evil.example  | false
                    null                            | broker.example.org:8083 | false
                    """)
    void withoutAListPagesOfTheSameHostMayConnectIfNoOtherCanHaveItsName(
            String origin, String host, boolean allowed) {
        assertThat(isAllowed(origin, host, false)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"false, true", "true, false"})
    void onLoopbackEveryOtherHostIsForeign(boolean onLoopback, boolean allowed) {
        for (String host : List.of("broker.example.org", "192.0.2.1")) {
            assertThat(isAllowed("http://" + host, host, onLoopback)).isEqualTo(allowed);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    http://rebound.example:3000 | to let them, add "http://rebound.example:3000" to allowed-origins
                    HTTPS://Rebound.example:443 | to let them, add "https://rebound.example" to allowed-origins
                    null                        | no allowed-origins can name that
                    http://rebound.example/     | no allowed-origins can name that
                    """)
    void theRefusalNamesTheKeyAndItsValue(String origin, String words) {
        assertThat(answer(origin, "rebound.example", false))
                .isInstanceOfSatisfying(
                        Handshake.Refused.class,
                        refused -> assertThat(refused.why()).contains("'" + origin + "'", words));
    }

    private static boolean isAllowed(String origin, String host, boolean onLoopback) {
        return answer(origin, host, onLoopback) instanceof Handshake.Accepted;
    }

    private static Handshake.Answer answer(String origin, String host, boolean onLoopback) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/mqtt");
        WebSocketClient.headers().stream()
                .filter(line -> !line.startsWith("Host:"))
                .map(line -> line.split(": "))
                .forEach(header -> request.headers().add(header[0], header[1]));
        request.headers()
                .add("Host", host)
                .add("Origin", origin)
                .add("Sec-WebSocket-Protocol", "mqtt");
        InetAddress peer = InetAddress.ofLiteral("192.0.2.9");
        return HANDSHAKE.answer(request, peer, onLoopback);
    }
}

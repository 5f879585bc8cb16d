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

/** What depends on the address that a connection came in on. */
class HandshakeTest {

    private static final Handshake HANDSHAKE =
            new Handshake(new HandshakeRules("/mqtt", List.of(), true, address -> false));

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
                    null                            | broker.example.org:8083 | false
                    """)
    void withoutAListPagesOfTheSameHostMayConnect(String origin, String host, boolean allowed) {
        assertThat(isAllowed(origin, host, false)).isEqualTo(allowed);
    }

    /** A page whose name was led to this machine's loopback is of the same host, too. */
    @ParameterizedTest
    @CsvSource({"false, true", "true, false"})
    void onLoopbackANameThatIsNotItsOwnIsForeign(boolean onLoopback, boolean allowed) {
        assertThat(isAllowed("http://rebound.example", "rebound.example", onLoopback))
                .isEqualTo(allowed);
    }

    private static boolean isAllowed(String origin, String host, boolean onLoopback) {
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
        return HANDSHAKE.answer(request, peer, onLoopback) instanceof Handshake.Accepted;
    }
}

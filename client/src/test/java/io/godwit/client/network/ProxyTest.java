package io.godwit.client.network;

import static io.godwit.client.network.Opened.readText;
import static io.godwit.client.network.Opened.through;
import static io.godwit.client.network.Opened.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections through proxies. */
@Timeout(60)
class ProxyTest {

    private static void echo(Socket socket) throws IOException {
        socket.getInputStream().transferTo(socket.getOutputStream());
    }

    @ParameterizedTest
    @CsvSource({
        "http, localhost, localhost",
        "http, 127.0.0.1, 127.0.0.1",
        "socks5h, localhost, localhost",
        "socks5h, 127.0.0.1, 127.0.0.1",
        "socks5, 127.0.0.1, 127.0.0.1",
    })
    void goesThrough(String scheme, String host, String asked) throws Exception {
        try (ScriptedServer server = new ScriptedServer(ProxyTest::echo);
                RecordingProxy proxy = new RecordingProxy("", "");
                Link link =
                        Links.open(
                                ServerAddress.parse("mqtt://" + host + ":" + server.port()),
                                through(scheme + "://localhost:" + proxy.port()))) {
            write(link, "hello");
            assertThat(readText(link, 5)).isEqualTo("hello");
            assertThat(proxy.asked).containsExactly(asked + ":" + server.port());
        }
    }

    /** Which one depends on the machine, but it is an address. */
    @Test
    void resolvesNamesByItselfForSocks5() throws Exception {
        try (ServerSocket listener = new ServerSocket(0);
                ScriptedServer server = new ScriptedServer(listener, ProxyTest::echo);
                RecordingProxy proxy = new RecordingProxy("", "");
                Link link =
                        Links.open(
                                ServerAddress.parse("mqtt://localhost:" + server.port()),
                                through("socks5://localhost:" + proxy.port()))) {
            write(link, "hello");
            assertThat(readText(link, 5)).isEqualTo("hello");
            assertThat(proxy.asked).first().asString().matches("(127|0:0:).*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "socks5h"})
    void carriesTlsAndWebSocket(String scheme, @TempDir Path directory) throws Exception {
        TlsFixture fixture = new TlsFixture(directory);
        try (ScriptedServer server =
                        fixture.server(
                                "server",
                                socket -> {
                                    String head = ScriptedServer.readHead(socket);
                                    String key =
                                            head.replaceFirst(
                                                    "(?s).*Sec-WebSocket-Key: (\\S+).*", "$1");
                                    ScriptedServer.send(
                                            socket,
                                            """
                                            HTTP/1.1 101 OK\r
                                            Upgrade: websocket\r
                                            Connection: Upgrade\r
                                            Sec-WebSocket-Protocol: mqtt\r
                                            Sec-WebSocket-Accept: %s\r
                                            \r
                                            \u0082\u0005hello\
                                            """
                                                    .formatted(WebSocketRequest.accept(key)));
                                    ScriptedServer.awaitEnd(socket);
                                });
                RecordingProxy proxy = new RecordingProxy("anna", "secret");
                Link link =
                        Links.open(
                                server.address("wss"),
                                new NetworkSettings(
                                        Duration.ofSeconds(30),
                                        fixture.trusting(),
                                        ProxySettings.parse(
                                                scheme
                                                        + "://anna:secret@localhost:"
                                                        + proxy.port()),
                                        null,
                                        Map.of(),
                                        NetworkThreads.VIRTUAL))) {
            assertThat(readText(link, 5)).isEqualTo("hello");
            assertThat(proxy.asked).containsExactly("localhost:" + server.port());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost, wants a user name",
        "http://anna:wrong@localhost, are wrong",
        "socks5h://localhost, wants a user name",
        "socks5h://anna:wrong@localhost, does not accept",
    })
    void saysThatAProxyWantsToKnowWhoItIs(String uri, String why) throws Exception {
        try (RecordingProxy proxy = new RecordingProxy("anna", "secret")) {
            assertThatThrownBy(() ->
                            Links.open(
                                    ServerAddress.parse("mqtt://server.test"),
                                    through(uri + ":" + proxy.port())))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("mqtt://server.test:1883: the proxy ")
                    .hasMessageContaining(why)
                    .hasMessageNotContaining("wrong@");
        }
    }

    @ParameterizedTest
    @CsvSource({"http, can't reach the server", "socks5h, refuses the connection"})
    void saysThatAProxyDoesNotReachTheServer(String scheme, String why) throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = unused.getLocalPort();
        }
        try (RecordingProxy proxy = new RecordingProxy("", "")) {
            assertThatThrownBy(() ->
                            Links.open(
                                    ServerAddress.parse("mqtt://127.0.0.1:" + port),
                                    through(scheme + "://localhost:" + proxy.port())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(why);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http, 'HTTP/1.1 403 Forbidden\r\n\r\n', does not allow",
        "http, 'HTTP/1.1 200 OK\r\n\r\nhello', before the server is spoken to",
        "http, 'SSH-2.0\r\n', does not speak HTTP",
        "http, '', closed the connection",
    })
    void saysWhatAnHttpProxyDoesWrong(String scheme, String answer, String why) throws Exception {
        try (ScriptedServer proxy =
                new ScriptedServer(socket -> {
                    ScriptedServer.readHead(socket);
                    ScriptedServer.send(socket, answer);
                })) {
            assertThatThrownBy(() ->
                            Links.open(
                                    ServerAddress.parse("mqtt://server.test"),
                                    through(scheme + "://localhost:" + proxy.port())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(why);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "485454502f, does not speak SOCKS 5",
        "05ff, wants a user name",
        "0502, not offered",
        "05000502000100000000, does not allow",
        "0500050000070000, unknown kind of address",
        "0500050900, closed the connection",
        "'', closed the connection",
    })
    void saysWhatASocksProxyDoesWrong(String answer, String why) throws Exception {
        try (ScriptedServer proxy =
                new ScriptedServer(socket -> {
                    socket.getOutputStream().write(HexFormat.of().parseHex(answer));
                    socket.shutdownOutput();
                    ScriptedServer.awaitEnd(socket);
                })) {
            assertThatThrownBy(() ->
                            Links.open(
                                    ServerAddress.parse("mqtt://server.test"),
                                    through("socks5h://localhost:" + proxy.port())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(why);
        }
    }
}

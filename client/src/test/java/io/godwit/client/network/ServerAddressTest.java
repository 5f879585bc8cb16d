package io.godwit.client.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.client.Credentials;
import io.godwit.client.network.ServerAddress.Scheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {

    @ParameterizedTest
    @CsvSource({
        "mqtt://localhost, MQTT, localhost, 1883, ''",
        "tcp://localhost, MQTT, localhost, 1883, ''",
        "mqtt://localhost/, MQTT, localhost, 1883, ''",
        "' mqtt://localhost:1884 ', MQTT, localhost, 1884, ''",
        "MQTTS://broker.example.org, MQTTS, broker.example.org, 8883, ''",
        "ssl://127.0.0.1:65535, MQTTS, 127.0.0.1, 65535, ''",
        "mqtt://[::1], MQTT, ::1, 1883, ''",
        "mqtt://[2001:db8::7]:1884, MQTT, 2001:db8::7, 1884, ''",
        "mqtt://under_score, MQTT, under_score, 1883, ''",
        "mqtt://bücher.example, MQTT, xn--bcher-kva.example, 1883, ''",
        "ws://localhost, WS, localhost, 80, /mqtt",
        "ws://localhost/, WS, localhost, 80, /",
        "wss://localhost, WSS, localhost, 443, /mqtt",
        "wss://[::1]:8084/a%20b?token=x%2Fy, WSS, ::1, 8084, /a%20b?token=x%2Fy",
        "ws://localhost?token=x, WS, localhost, 80, /mqtt?token=x",
        "unix:///run/mqtt.sock, UNIX, '', 0, /run/mqtt.sock",
        "unix:/run/mqtt.sock, UNIX, '', 0, /run/mqtt.sock",
        "unix:mqtt.sock, UNIX, '', 0, mqtt.sock",
        "unix:///run/a%20b/c@d.sock, UNIX, '', 0, /run/a b/c@d.sock",
    })
    void namesAServer(String uri, Scheme scheme, String host, int port, String path) {
        assertThat(ServerAddress.parse(uri))
                .isEqualTo(new ServerAddress(scheme, host, port, path, null));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "mqtt://anna:secret@localhost, anna, secret",
                "mqtt://anna@localhost, anna, none",
                "mqtt://anna:@localhost, anna, ''",
                "mqtt://:token@localhost, none, token",
                "wss://a%40b.c:p%3A%2F%23%C3%A4@[::1]:1/x, a@b.c, p:/#ä",
                "mqtt://anna:a:b@localhost, anna, a:b",
                "mqtt://anna:a@b@localhost, anna, a@b",
                "unix://anna:secret@/run/mqtt.sock, anna, secret",
            })
    void namesCredentials(String uri, String userName, String password) {
        Credentials credentials = requireNonNull(ServerAddress.parse(uri).credentials());
        assertThat(credentials.userName()).isEqualTo(userName);
        byte[] bytes = credentials.password();
        assertThat(bytes == null ? null : new String(bytes, UTF_8)).isEqualTo(password);
    }

    @Test
    void aPasswordMayBeAnyBytes() {
        assertThat(ServerAddress.parse("mqtt://u:%00%FF@h").credentials())
                .extracting(it -> requireNonNull(it).password())
                .isEqualTo(new byte[] {0, -1});
    }

    @Test
    void nobodyIsNobody() {
        assertThat(ServerAddress.parse("mqtt://@localhost").credentials()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, scheme",
        "localhost:1883, scheme",
        "'', scheme",
        "://localhost, scheme",
        "http://localhost, 'http'",
        "mqtt://, names no host",
        "mqtt://:1883, names no host",
        "mqtt://localhost:, port",
        "mqtt://localhost:0, port",
        "mqtt://localhost:65536, port",
        "mqtt://localhost:+1, port",
        "mqtt://localhost:x, port 'x'",
        "mqtt://::1, brackets",
        "mqtt://::1:1883, brackets",
        "mqtt://[::1, brackets",
        "mqtt://[localhost], no IPv6 address",
        "mqtt://[127.0.0.1], no IPv6 address",
        "mqtt://a b, no name",
        "mqtt://a%, %25",
        "mqtt://a%2, %25",
        "mqtt://a%zz, %25",
        "mqtt://%FF, UTF-8",
        "mqtt://localhost/topic, path",
        "ws://localhost/#a, %23",
        "ws://localhost/a b, %20",
        "unix://, no path",
        "unix:, no path",
        "unix://run/mqtt.sock, unix:///path",
    })
    void saysWhyItIsNone(String uri, String why) {
        assertThatThrownBy(() -> ServerAddress.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(uri)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mqtt://anna:secret@localhost:x",
                "mqtt://anna:secret@",
                "http://anna:secret@localhost",
                "mqtt://anna:secret/@localhost",
                "mqtt://anna:sec?secret@localhost",
                "mqtt://anna:secret%zz@localhost",
                "ws://anna:pass@localhost/#?token=secret",
            })
    void neverShowsAPassword(String uri) {
        assertThatThrownBy(() -> ServerAddress.parse(uri))
                .hasMessageNotContaining("secret")
                .hasMessageContaining(uri.substring(0, uri.indexOf("://")));
    }

    @ParameterizedTest
    @CsvSource({
        "mqtt://anna:secret@localhost, mqtt://localhost:1883",
        "wss://[::1]/mqtt?token=secret, wss://[::1]:443/mqtt?...",
        "unix:/run/mqtt.sock, unix:///run/mqtt.sock",
        "unix:mqtt.sock, unix:mqtt.sock",
    })
    void isShownWithoutSecrets(String uri, String shown) {
        assertThat(ServerAddress.parse(uri)).hasToString(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "http://proxy, HTTP, proxy, 80, true",
        "http://proxy:3128/, HTTP, proxy, 3128, true",
        "socks5://[::1], SOCKS5, ::1, 1080, false",
        "socks5h://proxy:1, SOCKS5, proxy, 1, true",
    })
    void namesAProxy(
            String uri, ProxySettings.Kind kind, String host, int port, boolean resolvesNames) {
        assertThat(ProxySettings.parse(uri))
                .isEqualTo(new ProxySettings(kind, host, port, resolvesNames, null));
    }

    @Test
    void aProxyHasCredentialsOfItsOwn() {
        ProxySettings proxy = ProxySettings.parse("socks5h://anna:sec%20ret@proxy");
        Credentials credentials = requireNonNull(proxy.credentials());
        assertThat(credentials.userName()).isEqualTo("anna");
        assertThat(credentials.password()).isEqualTo("sec ret".getBytes(UTF_8));
        assertThat(proxy).hasToString("socks5h://proxy:1080");
    }

    @ParameterizedTest
    @CsvSource({
        "proxy:3128, scheme",
        "https://proxy, 'https'",
        "socks4://proxy, 'socks4'",
        "http://, no host",
        "http://proxy/x, path",
    })
    void saysWhyItIsNoProxy(String uri, String why) {
        assertThatThrownBy(() -> ProxySettings.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(uri)
                .hasMessageContaining(why);
    }
}

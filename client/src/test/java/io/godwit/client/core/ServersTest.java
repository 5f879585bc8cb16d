package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.network.ServerAddress;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ReasonCode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where Server References lead, and whose turn it is. */
class ServersTest {

    private static List<String> references(String from, String reference) {
        return Servers.references(
                        ServerAddress.parse(from),
                        ReasonCode.USE_ANOTHER_SERVER,
                        Properties.of(Property.SERVER_REFERENCE, reference))
                .stream()
                .map(ServerAddress::toString)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "mqtt://a:1884, b, mqtt://b:1883",
        "mqtt://a:1884, b:99, mqtt://b:99",
        "mqtts://a, b, mqtts://b:8883",
        "mqtt://a, ::1, mqtt://[::1]:1883",
        "mqtt://a, [::1]:99, mqtt://[::1]:99",
        "mqtt://a, mqtts://b, mqtts://b:8883",
        "ws://a:8083/mqtt, b:8083, ws://b:8083/mqtt"
    })
    void referenceIsReadAsItIsMeant(String from, String reference, String to) {
        assertThat(references(from, reference)).containsExactly(to);
    }

    @Test
    void severalReferencesAreTakenInOrderAndUnreadableOnesPassedOver() {
        assertThat(references("mqtt://a", "b:1 c:x :5 d:70000 [ [f [f:1 []:1 g/h e"))
                .containsExactly("mqtt://b:1", "mqtt://e:1883");
    }

    @Test
    void whatWasSecureStaysSo() {
        assertThat(references("mqtts://a", "mqtt://b wss://c/mqtt"))
                .containsExactly("wss://c:443/mqtt");
    }

    @Test
    void serverDoesNotSendTheClientToASocketOfItsMachine() {
        assertThat(references("mqtt://a", "unix:///run/docker.sock b"))
                .containsExactly("mqtt://b:1883");
        assertThat(references("unix:///run/mqtt.sock", "unix:///run/docker.sock b mqtt://c"))
                .containsExactly("mqtt://c:1883");
    }

    @Test
    void noMoreReferencesAreFollowedThanAreOfUse() {
        String many =
                IntStream.range(0, 1_000).mapToObj(i -> "h" + i).collect(Collectors.joining(" "));
        assertThat(references("mqtt://a", many)).hasSize(Servers.MOST_REFERENCES);
        assertThat(references("mqtt://a", "b b b b:1883")).containsExactly("mqtt://b:1883");
    }

    @Test
    void serversThatMoveAgainAndAgainDoNotBecomeEverMore() {
        ServerAddress a = ServerAddress.parse("mqtt://a");
        ServerAddress b = ServerAddress.parse("mqtt://b");
        Servers servers = new Servers(List.of(a, b));
        for (int i = 0; i < 100; i++) {
            ServerAddress from = servers.turn().getFirst();
            int number = i;
            servers.moved(
                    from,
                    IntStream.range(0, 10)
                            .mapToObj(j -> ServerAddress.parse("mqtt://h" + number + "-" + j))
                            .toList());
        }
        assertThat(servers.turn()).hasSize(2 + Servers.MOST_REFERENCES);
        servers.moved(servers.turn().getFirst(), List.of(b));
        assertThat(servers.turn()).doesNotHaveDuplicates();
    }

    @Test
    void turnBeginsWithTheServerThatWasReached() {
        ServerAddress a = ServerAddress.parse("mqtt://a");
        ServerAddress b = ServerAddress.parse("mqtt://b");
        ServerAddress c = ServerAddress.parse("mqtt://c");
        Servers servers = new Servers(List.of(a, b));
        assertThat(servers.turn()).containsExactly(a, b);
        servers.reached(b);
        assertThat(servers.turn()).containsExactly(b, a);
        servers.detour(List.of(c));
        assertThat(servers.turn()).containsExactly(c, b, a);
        assertThat(servers.turn()).containsExactly(b, a);
        servers.moved(b, List.of(c));
        assertThat(servers.turn()).containsExactly(c, a);
    }
}

package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.ListenerLimits;
import io.godwit.broker.limits.ListenerLimits.OfSession;
import io.godwit.broker.protection.ListenerPolicy;
import io.godwit.broker.protection.ListenerPolicy.ClientRate;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The block {@code limits} of a listener. */
class ListenerLimitsConfigurationTest {

    @TempDir private Path directory = Path.of("");
    private ConfigurationFolder folder = new ConfigurationFolder(directory);

    @BeforeEach
    void openFolder() {
        folder = new ConfigurationFolder(directory);
    }

    private static ListenerPolicy policy(Configuration configuration, String listener) {
        return Optional.ofNullable(configuration.protection().listeners().get(listener))
                .orElseThrow();
    }

    @Test
    void everyKeyReachesItsLimit() throws Exception {
        Configuration configuration =
                folder.load(
                        """
                        listeners.it {
                          type = tcp
                          max-connections = 1, connect-rate = 2
                          limits {
                            packet-size = 3 kB, connect-timeout = 14 s
                            topic-alias-maximum = 4, topic-aliases-assigned = 5
                            keep-alive-maximum = 6 s, maximum-qos = 1, retain-available = false
                            session {
                              in-flight = 7, receive-maximum = 8, subscriptions = 9
                              maximum-expiry = 10 s
                            }
                            client {
                              messages-per-second = 11, bytes-per-second = 12 kB
                              burst = 13 s, exceeded = disconnect
                            }
                          }
                        }
                        """);
        assertThat(policy(configuration, "it"))
                .isEqualTo(
                        new ListenerPolicy(
                                1,
                                2,
                                new ListenerLimits(
                                        Optional.of(3_000),
                                        Optional.of(Duration.ofSeconds(14)),
                                        Optional.of(4),
                                        Optional.of(5),
                                        Optional.of(6),
                                        Optional.of(1),
                                        Optional.of(false),
                                        new OfSession(
                                                Optional.of(7),
                                                Optional.of(8),
                                                Optional.of(9),
                                                Optional.of(10L))),
                                new ClientRate(
                                        Optional.of(11),
                                        Optional.of(12_000L),
                                        Optional.of(Duration.ofSeconds(13)),
                                        Optional.of(true))));
    }

    @Test
    void whatIsNotSaidIsAsForTheBroker() throws Exception {
        Configuration configuration =
                folder.load(
                        """
                        limits { packet-size = 1 MB, session.in-flight = 5, client.burst = 2 s }
                        listeners.plain { type = tcp }
                        listeners.it { type = tcp, port = 1884
                          limits.session.in-flight = 7, limits.client.messages-per-second = 3 }
                        """);
        Limits broker = configuration.limits();
        PublishRate rate = configuration.protection().publishRate();
        ListenerPolicy plain = policy(configuration, "plain");
        assertThat(plain.limits().over(broker)).isSameAs(broker);
        assertThat(plain.client().over(rate)).isEqualTo(rate);
        ListenerPolicy it = policy(configuration, "it");
        assertThat(it.limits().over(broker)).isEqualTo(broker.toBuilder().inFlight(7).build());
        assertThat(it.client().over(rate))
                .isEqualTo(new PublishRate(3, 0, Duration.ofSeconds(2), false));
    }

    @Test
    void variableOverridesThem() throws Exception {
        folder.write("godwit.conf", "listeners.it { type = tcp, limits { packet-size = 1 MB } }");
        Configuration configuration =
                folder.load(
                        Map.of(
                                "GODWIT_LISTENERS__IT__LIMITS__PACKET_SIZE", "5 kB",
                                "GODWIT_LISTENERS__IT__LIMITS__SESSION__IN_FLIGHT", "6"));
        ListenerLimits limits = policy(configuration, "it").limits();
        assertThat(limits.packetSize()).contains(5_000);
        assertThat(limits.session().inFlight()).contains(6);
    }

    @Test
    void whatIsWrongIsSaid() throws IOException {
        assertThat(
                        folder.problems(
                                """
                                listeners.it {
                                  type = tcp
                                  limits {
                                    packet-size = 1
                                    packet-sise = 1 kB
                                    session = 5
                                    client { exceeded = maybe }
                                  }
                                }
                                """))
                .containsExactlyInAnyOrder(
                        "godwit.conf:4: listeners.it.limits.packet-size is 1; it takes a size such"
                                + " as 2 MB (2000000 bytes) or 2 MiB (2097152 bytes): 64 to"
                                + " 268435460 bytes",
                        "godwit.conf:5: no such key: listeners.it.limits.packet-sise; the nearest"
                                + " is listeners.it.limits.packet-size",
                        "godwit.conf:6: listeners.it.limits.session is 5; it takes a block:"
                                + " listeners.it.limits.session { ... }",
                        "godwit.conf:7: listeners.it.limits.client.exceeded is \"maybe\"; it takes"
                                + " one of some words: disconnect, pause");
        folder.write("godwit.conf", "");
        assertThat(
                        folder.problems(
                                Map.of(
                                        "GODWIT_LISTENERS__IT__LIMITS", "5",
                                        "GODWIT_LISTENERS__TCP__LIMITS__MEMORY", "5 MB")))
                .containsExactlyInAnyOrder(
                        "environment variable GODWIT_LISTENERS__IT__LIMITS: listeners.it.limits is"
                                + " a block of keys: a variable sets one key, as"
                                + " GODWIT_LISTENERS__IT__LIMITS__PACKET_SIZE",
                        "environment variable GODWIT_LISTENERS__TCP__LIMITS__MEMORY: no such key;"
                                + " the nearest is GODWIT_LIMITS__MEMORY");
    }

    @Test
    void nullTakesThemAway() throws Exception {
        Configuration configuration =
                folder.load("listeners.it { type = tcp, limits = null }\nlisteners.it.port = 1");
        assertThat(policy(configuration, "it")).isEqualTo(ListenerPolicy.OPEN);
    }

    /** Each is called as the key of the broker, and takes the same. */
    @ParameterizedTest
    @MethodSource("io.godwit.server.configuration.ListenerLimitKeys#keys")
    void keyTakesWhatThatOfTheBrokerDoes(Key<Draft.Listener, ?> key) {
        Key<Draft, ?> ofBroker = Keys.find(key.path()).orElseThrow();
        assertThat(key.kind().range()).isEqualTo(ofBroker.kind().range());
        assertThat(key.kind().what()).isEqualTo(ofBroker.kind().what());
        assertThat(key.standard()).isEqualTo("as " + key.path());
    }
}

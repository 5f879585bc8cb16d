package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.QueueFull;
import io.godwit.transport.ListenerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the keys of a file set. */
class ConfigurationFileTest {

    @TempDir private Path directory = Path.of("");
    private ConfigurationFolder folder = new ConfigurationFolder(directory);

    @BeforeEach
    void openFolder() {
        folder = new ConfigurationFolder(directory);
    }

    @Test
    void everyKeySetsItsOwnValue() throws Exception {
        Configuration configuration =
                folder.load(
                        """
                        data-dir = "/d"
                        event-loops = 3
                        sys-interval = 1 m
                        persistence {
                          mode = memory, durability = power
                          minimum-free-space = 21 MB, restart-grace = 22 s
                        }
                        listeners {
                          tcp   { type = tcp, bind = "127.0.0.1", port = 1884 }
                          other { type = tcp, port = 0 }
                        }
                        limits {
                          connections = 1, packet-size = 2 kB, connect-size = 2100, connect-rate = 3
                          connect-timeout = 4 s, topic-levels = 5, topic-length = 6
                          memory = 25%, queue-full = drop-oldest, topic-alias-maximum = 8
                          topic-aliases-assigned = 9, keep-alive-maximum = 10 s
                          session {
                            queued-messages = 12, queued-bytes = 13, in-flight = 14
                            receive-maximum = 15, subscriptions = 16, outbox-bytes = 17 kB
                            maximum-expiry = 18 s
                          }
                        }
                        retained { messages = 19, bytes = 20 }, authentication.anonymous = true
                        """);
        Limits expected =
                Limits.builder()
                        .connections(1)
                        .packetSize(2_000)
                        .connectSize(2_100)
                        .connectRate(3)
                        .connectTimeout(Duration.ofSeconds(4))
                        .topicLevels(5)
                        .topicLength(6)
                        .memory(ConfigurationFolder.HEAP / 4)
                        .queueFull(QueueFull.DROP_OLDEST)
                        .topicAliasMaximum(8)
                        .topicAliasesAssigned(9)
                        .keepAliveMaximum(10)
                        .sysInterval(Duration.ofMinutes(1))
                        .queuedMessages(12)
                        .queuedBytes(13)
                        .inFlight(14)
                        .receiveMaximum(15)
                        .subscriptions(16)
                        .outboxBytes(17_000)
                        .maximumSessionExpiry(18)
                        .retainedMessages(19)
                        .retainedBytes(20)
                        .build();
        assertThat(configuration.limits()).isEqualTo(expected);
        assertThat(configuration.dataDir()).isEqualTo(Path.of("/d"));
        assertThat(configuration.eventLoops()).isEqualTo(3);
        assertThat(configuration.authentication().anonymous()).isTrue();
        assertThat(configuration.persistence())
                .isEqualTo(
                        new Persistence(
                                Persistence.Mode.MEMORY,
                                Persistence.Durability.POWER,
                                21_000_000,
                                Duration.ofSeconds(22)));
        assertThat(configuration.listeners())
                .containsExactlyInAnyOrder(
                        ListenerSettings.tcp("tcp", "127.0.0.1", 1884),
                        ListenerSettings.tcp("other", "0.0.0.0", 0));
    }

    @Test
    void anEmptyFileChangesNoLimit() throws Exception {
        assertThat(folder.load("").limits()).isEqualTo(Limits.defaults(ConfigurationFolder.HEAP));
    }

    @ParameterizedTest
    @CsvSource({
        "2 MB, 2000000",
        "'\"2 MB\"', 2000000",
        "2MB, 2000000",
        "2 MiB, 2097152",
        "2 megabytes, 2000000",
        "1.5 kB, 1500",
        "1 kB, 1000",
        "1 KiB, 1024",
        "1k, 1024",
        "4096, 4096",
        "'\"4096\"', 4096"
    })
    void sizesAreThoseOfHocon(String size, int bytes) throws Exception {
        assertThat(folder.load("limits.packet-size = " + size).limits().packetSize())
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "10 s, 10000",
        "1500ms, 1500",
        "2 minutes, 120000",
        "1.5 m, 90000",
        "'\"1 h\"', 3600000"
    })
    void timesHaveUnits(String time, long milliseconds) throws Exception {
        assertThat(folder.load("limits.connect-timeout = " + time).limits().connectTimeout())
                .isEqualTo(Duration.ofMillis(milliseconds));
    }

    @ParameterizedTest
    @CsvSource({"never, 4294967295", "7 d, 604800", "0, 0", "0 s, 0", "4294967294 s, 4294967294"})
    void sessionsEndAfterATimeOrNever(String expiry, long seconds) throws Exception {
        Configuration configuration = folder.load("limits.session.maximum-expiry = " + expiry);
        assertThat(configuration.limits().session().maximumExpiry()).isEqualTo(seconds);
    }

    @Test
    void memoryIsAPercentageOfTheHeapOrASize() throws Exception {
        assertThat(folder.load("limits.memory = 50%").limits().memory()).isEqualTo(4_000_000_000L);
        assertThat(folder.load("limits.memory = \"7 %\"").limits().memory())
                .isEqualTo(560_000_000L);
        assertThat(folder.load("limits.memory = 1 GB").limits().memory()).isEqualTo(1_000_000_000L);
        assertThat(folder.load("retained.bytes = 10%").limits().retained().bytes())
                .isEqualTo(800_000_000L);
    }

    @Test
    void namedListenersReplaceTheDefaultOne() throws Exception {
        assertThat(folder.load("listeners.inside { type = tcp, port = 7 }").listeners())
                .containsExactly(ListenerSettings.tcp("inside", "0.0.0.0", 7));
    }

    @Test
    void aListenerThatIsCalledTcpNeedsNoType() throws Exception {
        assertThat(folder.load("listeners.tcp.port = 1999").listeners())
                .containsExactly(ListenerSettings.tcp("tcp", "0.0.0.0", 1999));
    }

    @Test
    void nullTakesAKeyAway() throws Exception {
        Configuration configuration =
                folder.load(
                        """
                        event-loops = 5
                        limits { connections = 5, connections = null }
                        listeners { tcp = null, other { type = tcp, port = 4 } }
                        admin = null
                        """);
        assertThat(configuration.limits().connections()).isEqualTo(20_000);
        assertThat(configuration.eventLoops()).isEqualTo(5);
        assertThat(configuration.listeners())
                .extracting(ListenerSettings::name)
                .containsExactly("other");
    }

    @Test
    void substitutionsReadKeysAndTheEnvironment() throws Exception {
        folder.write(
                "godwit.conf",
                """
                limits.session { queued-messages = 77, subscriptions = ${limits.session.queued-messages} }
                listeners.tcp { port = ${MY_PORT}, bind = ${?NOT_THERE} }
                """);
        Configuration configuration = folder.load(Map.of("MY_PORT", "1999"));
        assertThat(configuration.limits().session().subscriptions()).isEqualTo(77);
        assertThat(configuration.listeners())
                .containsExactly(ListenerSettings.tcp("tcp", "0.0.0.0", 1999));
    }

    @Test
    void includedFilesAreRelativeToTheOneThatIncludesThem() throws Exception {
        folder.write("parts/limits.conf", "include \"more.conf\"\nlimits.connections = 5");
        folder.write("parts/more.conf", "limits.connect-rate = 6");
        folder.write("whole.conf", "retained.messages = 7");
        Configuration configuration =
                folder.load(
                        "include \"parts/limits.conf\"\n"
                                + "include \"parts/missing.conf\"\n"
                                + "include file(\""
                                + directory.resolve("whole.conf")
                                + "\")");
        assertThat(configuration.limits().connections()).isEqualTo(5);
        assertThat(configuration.limits().connectRate()).isEqualTo(6);
        assertThat(configuration.limits().retained().messages()).isEqualTo(7);
    }
}

package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.transport.Endpoint;
import io.godwit.transport.ListenerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What environment variables set. */
class EnvironmentOverridesTest {

    @TempDir private Path directory = Path.of("");
    private ConfigurationFolder folder = new ConfigurationFolder(directory);

    @BeforeEach
    void openFolder() {
        folder = new ConfigurationFolder(directory);
    }

    @Test
    void aVariableOverridesTheFileAndIsNamedAsASource() throws Exception {
        Path file =
                folder.write(
                        "godwit.conf", "data-dir = a\nlisteners.tcp.port = 1, event-loops = 2");
        Configuration configuration =
                folder.load(
                        Map.of(
                                "GODWIT_DATA_DIR", "b",
                                "GODWIT_LISTENERS__TCP__PORT", "1884",
                                "GODWIT_LIMITS__QUEUE_FULL", "drop-oldest",
                                "GODWIT_LIMITS__SESSION__QUEUED_BYTES", "3 MB",
                                "PATH", "/bin"));
        assertThat(configuration.dataDir()).isEqualTo(directory.resolve("b"));
        assertThat(configuration.listeners())
                .containsExactly(ListenerSettings.tcp("tcp", "0.0.0.0", 1884));
        assertThat(configuration.limits().session().queuedBytes()).isEqualTo(3_000_000);
        assertThat(configuration.eventLoops()).isEqualTo(2);
        assertThat(configuration.sources())
                .containsExactly(
                        file.toString(),
                        "GODWIT_DATA_DIR",
                        "GODWIT_LIMITS__QUEUE_FULL",
                        "GODWIT_LIMITS__SESSION__QUEUED_BYTES",
                        "GODWIT_LISTENERS__TCP__PORT");
    }

    @Test
    void aVariableWorksWithoutAFile() throws Exception {
        Configuration configuration = folder.load(Map.of("GODWIT_LISTENERS__TCP__PORT", "1884"));
        assertThat(configuration.listeners())
                .containsExactly(ListenerSettings.tcp("tcp", "127.0.0.1", 1884));
        assertThat(configuration.authentication().anonymous()).isTrue();
    }

    @Test
    void aSubstitutionSeesAnOverride() throws Exception {
        folder.write(
                "godwit.conf",
                "limits { connections = 1, session.subscriptions = ${limits.connections} }");
        Configuration configuration = folder.load(Map.of("GODWIT_LIMITS__CONNECTIONS", "9"));
        assertThat(configuration.limits().session().subscriptions()).isEqualTo(9);
    }

    @Test
    void aValueCanBeReadFromAFile() throws Exception {
        folder.write("secrets/port", "1885\n");
        Configuration configuration =
                folder.load(Map.of("GODWIT_LISTENERS__TCP__PORT__FILE", "secrets/port"));
        assertThat(configuration.listeners())
                .extracting(ListenerSettings::endpoint)
                .containsExactly(new Endpoint.Tcp("127.0.0.1", 1885));
        assertThat(configuration.sources()).contains("GODWIT_LISTENERS__TCP__PORT__FILE");
    }

    @Test
    void aValueWhoseFileCantBeReadIsRefused() throws IOException {
        folder.write("large", "x".repeat(65_537));
        assertThat(
                        folder.problems(
                                Map.of(
                                        "GODWIT_EVENT_LOOPS__FILE", "missing",
                                        "GODWIT_DATA_DIR__FILE", "large")))
                .containsExactly(
                        "environment variable GODWIT_DATA_DIR__FILE: large is larger than 65536"
                                + " bytes",
                        "environment variable GODWIT_EVENT_LOOPS__FILE: can't read the file"
                                + " missing: no such file");
    }

    @Test
    void aKeySetTwiceIsRefused() throws IOException {
        folder.write("loops", "3");
        assertThat(
                        folder.problems(
                                Map.of(
                                        "GODWIT_EVENT_LOOPS",
                                        "3",
                                        "GODWIT_EVENT_LOOPS__FILE",
                                        "loops")))
                .containsExactly(
                        "environment variable GODWIT_EVENT_LOOPS__FILE: sets event-loops again,"
                                + " after GODWIT_EVENT_LOOPS");
    }

    @ParameterizedTest
    @CsvSource({
        "GODWIT_LISTENER__TCP__PORT, GODWIT_LISTENERS__TCP__PORT",
        "GODWIT_LISTENERS__INNER__PROT, GODWIT_LISTENERS__INNER__PORT",
        "GODWIT_LIMITS_CONNECTIONS, GODWIT_LIMITS__CONNECTIONS",
        "GODWIT_DATADIR, GODWIT_DATA_DIR",
        "GODWIT_LIMITS__CONECTIONS__FILE, GODWIT_LIMITS__CONNECTIONS"
    })
    void anUnknownVariableIsRefusedWithTheNearest(String unknown, String nearest) {
        assertThat(folder.problems(Map.of(unknown, "1")))
                .containsExactly(
                        "environment variable "
                                + unknown
                                + ": no such key; the nearest is "
                                + nearest);
    }

    @Test
    void aBlockIsNotSetByAVariable() {
        assertThat(folder.problems(Map.of("GODWIT_RETAINED", "1")))
                .containsExactly(
                        "environment variable GODWIT_RETAINED: retained is a block of keys: a"
                                + " variable sets one key, as GODWIT_RETAINED__MESSAGES");
        assertThat(folder.problems(Map.of("GODWIT_LISTENERS", "1")))
                .containsExactly(
                        "environment variable GODWIT_LISTENERS: listeners is a block of keys: a"
                                + " variable sets one key, as GODWIT_LISTENERS__TCP__TYPE");
    }

    @Test
    void aWrongValueIsReportedAtItsVariable() {
        assertThat(
                        folder.problems(
                                Map.of(
                                        "GODWIT_LISTENERS__TCP__PORT", "http",
                                        "GODWIT_ADMIN__PORT", "http",
                                        "GODWIT_LISTENERS__TCP__CERTIFICATE", "x.pem",
                                        "GODWIT_PERSISTENCE__DURABILITY", "none")))
                .containsExactly(
                        "environment variable GODWIT_ADMIN__PORT: admin.port is \"http\"; it takes"
                                + " a whole number: 0 to 65535",
                        "environment variable GODWIT_LISTENERS__TCP__CERTIFICATE:"
                                + " listeners.tcp.certificate is not for a listener of type tcp, but"
                                + " for tls, websocket, mqtt-sn",
                        "environment variable GODWIT_LISTENERS__TCP__PORT: listeners.tcp.port is"
                                + " \"http\"; it takes a whole number: 0 to 65535",
                        "environment variable GODWIT_PERSISTENCE__DURABILITY:"
                                + " persistence.durability is \"none\"; it takes one of some"
                                + " words: power, process");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GODWIT_JAVA_OPTS",
                "GODWIT_LOG_FORMAT",
                "GODWIT_LOG_LEVEL",
                "GODWIT_SERVICE_HOST",
                "GODWIT_SERVICE_PORT_MQTT",
                "GODWIT_PORT",
                "GODWIT_PORT_1883_TCP_ADDR",
                "GODWITX"
            })
    void whatIsNotOursIsLeftAlone(String variable) {
        assertThat(folder.problems(Map.of(variable, "tcp://10.0.0.1:1883"))).isEmpty();
    }
}

package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.transport.ListenerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which file counts, and what holds when there is none. */
class ConfigurationSearchTest {

    @TempDir private Path directory = Path.of("");
    private ConfigurationFolder folder = new ConfigurationFolder(directory);

    @BeforeEach
    void openFolder() {
        folder = new ConfigurationFolder(directory);
    }

    @Test
    void withoutAFileOnlyThisMachineIsServedAndAnonymousClientsAreAllowed() throws Exception {
        Configuration configuration = folder.load(Map.of());
        assertThat(configuration.listeners())
                .containsExactly(ListenerSettings.tcp("tcp", "127.0.0.1", 1883));
        assertThat(configuration.gateways())
                .singleElement()
                .satisfies(gateway -> {
                    assertThat(gateway.isLoopback()).isTrue();
                    assertThat(gateway.port()).isEqualTo(1884);
                });
        assertThat(configuration.authentication().anonymous()).isTrue();
        assertThat(configuration.dataDir()).isEqualTo(directory.resolve("data"));
        assertThat(configuration.sources()).containsExactly("built-in defaults");
        assertThat(configuration.notices()).isEmpty();
    }

    @Test
    void theDefaultsInCodeAreThoseWithoutAFile() {
        Configuration defaults = Configuration.defaults();
        assertThat(defaults.listeners())
                .containsExactly(ListenerSettings.tcp("tcp", "127.0.0.1", 1883));
        assertThat(defaults.gateways()).isEmpty(); // several may be embedded on one machine
        assertThat(defaults.authentication().anonymous()).isTrue();
        assertThat(defaults.sources()).containsExactly(Configuration.BUILT_IN);
    }

    @Test
    void withAFileEveryAddressIsServedAndAnonymousClientsAreRefused() throws Exception {
        Configuration configuration = folder.load("");
        assertThat(configuration.listeners())
                .containsExactly(ListenerSettings.tcp("tcp", "0.0.0.0", 1883));
        assertThat(configuration.gateways()).isEmpty();
        assertThat(configuration.authentication().anonymous()).isFalse();
        assertThat(configuration.sources())
                .containsExactly(directory.resolve("godwit.conf").toString());
        assertThat(configuration.notices())
                .anySatisfy(notice -> assertThat(notice).startsWith("Nobody can connect"));
    }

    @Test
    void aPortOpenToTheNetworkByAnOverrideAloneRefusesAnonymousClients() throws Exception {
        Configuration configuration =
                folder.load(Map.of("GODWIT_LISTENERS__TCP__BIND", "192.168.1.5"));
        assertThat(configuration.authentication().anonymous()).isFalse();
    }

    @Test
    void whoNamesAListenerHasThatAlone() throws Exception {
        Configuration configuration = folder.load(Map.of("GODWIT_LISTENERS__TCP__PORT", "1889"));
        assertThat(configuration.listeners())
                .containsExactly(ListenerSettings.tcp("tcp", "127.0.0.1", 1889));
        assertThat(configuration.gateways()).isEmpty();
    }

    @Test
    void anonymousClientsFromTheNetworkAreMentioned() throws Exception {
        assertThat(folder.load("authentication.anonymous = true").notices())
                .anySatisfy(notice -> assertThat(notice).contains("from the network"));
    }

    @Test
    void theFirstFileOfTheSearchCounts() throws Exception {
        folder.write("system/godwit.conf", "event-loops = 4");
        assertThat(folder.load(Map.of()).eventLoops()).isEqualTo(4);
        folder.write("godwit.conf", "event-loops = 3");
        assertThat(folder.load(Map.of()).eventLoops()).isEqualTo(3);
        folder.write("variable.conf", "event-loops = 2");
        Map<String, String> environment = Map.of("GODWIT_CONFIG", "variable.conf");
        assertThat(folder.load(environment).eventLoops()).isEqualTo(2);
        Path named = folder.write("named.conf", "event-loops = 1");
        assertThat(folder.loader(environment).load(named).eventLoops()).isEqualTo(1);
    }

    @Test
    void aNamedFileThatIsMissingIsAProblemAndNotPassedOver() throws IOException {
        folder.write("godwit.conf", "");
        assertThat(folder.problems(Map.of("GODWIT_CONFIG", "elsewhere.conf")))
                .containsExactly("elsewhere.conf: no such file (named by GODWIT_CONFIG)");
        assertThatThrownBy(() -> folder.loader(Map.of()).load(Path.of("missing.conf")))
                .isInstanceOf(ConfigurationProblems.class)
                .hasMessage(
                        directory.resolve("missing.conf") + ": no such file (named by --config)");
    }

    @Test
    void aDirectoryIsNoFile() throws IOException {
        Files.createDirectories(directory.resolve("godwit.conf"));
        assertThat(folder.problems(Map.of()))
                .containsExactly("godwit.conf: is a directory, not a file");
    }

    @Test
    void aFileBeyondAMegabyteIsRefused() throws IOException {
        assertThat(folder.problems("#".repeat(1_000_001)))
                .containsExactly("godwit.conf: is larger than 1000000 bytes");
    }

    @Test
    void relativeDataDirectoriesStartFromTheWorkingDirectory() throws Exception {
        assertThat(folder.load("data-dir = ../there").dataDir())
                .isEqualTo(directory.resolveSibling("there"));
        assertThat(folder.load("data-dir = /var/lib/godwit").dataDir())
                .isEqualTo(Path.of("/var/lib/godwit"));
    }

    @Test
    void partsCanBeReplacedInCode() throws Exception {
        Configuration configuration = folder.load(Map.of());
        var listener = ListenerSettings.tcp("test", "localhost", 0);
        Configuration other =
                configuration
                        .withDataDir(Path.of("/x/../y"))
                        .withListeners(List.of(listener))
                        .withEventLoops(7)
                        .withLimits(configuration.limits().toBuilder().inFlight(3).build());
        assertThat(other.dataDir()).isEqualTo(Path.of("/y"));
        assertThat(other.listeners()).containsExactly(listener);
        assertThat(other.eventLoops()).isEqualTo(7);
        assertThat(other.limits().session().inFlight()).isEqualTo(3);
        assertThat(other.authentication()).isEqualTo(configuration.authentication());
    }
}

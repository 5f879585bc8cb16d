package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of listeners for MQTT-SN. */
class SnConfigurationTest {

    @TempDir private Path directory = Path.of("");
    private ConfigurationFolder folder = new ConfigurationFolder(directory);

    @BeforeEach
    void openFolder() {
        folder = new ConfigurationFolder(directory);
    }

    private Configuration load(String keys) throws Exception {
        return folder.load("listeners.it { type = mqtt-sn\n" + keys + " }");
    }

    private List<String> problems(String keys) throws IOException {
        return folder.problems("listeners.it { type = mqtt-sn\n" + keys + " }");
    }

    @Test
    void usersOfDevicesAreRead() throws Exception {
        Authentication authentication =
                load("users = [\"a b = c d\", \"m-*=n\", \"* = o\"]").authentication();
        assertThat(Objects.requireNonNull(authentication.listeners().get("it")).users())
                .isEqualTo(Map.of("a b", "c d", "m-*", "n", "*", "o"));
        assertThat(authentication.ways()).containsExactly("users of devices (listener it)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "a*b = c", "= c", "a =", "* * = c"})
    void aUserThatIsNoneIsNamedWithItsLine(String wrong) throws Exception {
        assertThat(problems("users = [\n\"ok = ok\"\n\"" + wrong + "\"\n]"))
                .singleElement()
                .asString()
                .startsWith(
                        "godwit.conf:4: listeners.it.users has \"%s\"; it takes a list"
                                .formatted(wrong))
                .contains("\"sensor-7 = alice\"");
    }

    @Test
    void aClientIdentifierHasOneUser() throws Exception {
        assertThat(problems("users = [\"a = b\", \"c = b\", \"a = c\"]"))
                .containsExactly(
                        "godwit.conf:2: listeners.it.users gives the client identifier a two"
                                + " users");
    }

    @Test
    void usersWithoutEncryptionAreTalkedAbout() throws Exception {
        String users = "users = [\"a = b\"]";
        assertThat(load(users).notices())
                .singleElement()
                .asString()
                .contains("listeners.it.users", "say any client identifier");
        assertThat(load(users + ", bind = \"127.0.0.1\"").notices()).isEmpty();
    }
}

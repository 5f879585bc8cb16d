package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.sn.SnSettings;
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

    private static final String KEY = "000102030405060708090a0b0c0d0e0f";

    @Test
    void preSharedKeysMakeItDtls() throws Exception {
        folder.write("psk", "a:" + KEY);
        Configuration configuration = load("psk-file = psk, dtls-sessions = 7");
        SnSettings settings = configuration.gateways().getFirst();
        assertThat(settings.port()).isEqualTo(SnSettings.DTLS_PORT);
        assertThat(settings.dtls())
                .isEqualTo(
                        new SnSettings.Dtls(
                                directory.resolve("psk"),
                                null,
                                null,
                                SnSettings.ClientCertificates.NONE,
                                List.of(),
                                List.of(),
                                7));
        assertThat(configuration.authentication().ways())
                .containsExactly("pre-shared keys (listener it)");
    }

    @Test
    void theFilesOfDtlsAreLookedAt() throws Exception {
        folder.write("psk", "a:" + KEY + "\nb:00");
        assertThat(problems("psk-file = psk"))
                .containsExactly(
                        "godwit.conf:2: listeners.it.psk-file: psk:2: the key of b has 1 bytes; it takes 16 to 64, two digits each");
        folder.write("psk", "");
        assertThat(problems("psk-file = psk"))
                .singleElement()
                .asString()
                .endsWith("psk: holds no keys");
        assertThat(problems("certificate = gone.pem, key = gone.key"))
                .singleElement()
                .asString()
                .startsWith("godwit.conf:2: listeners.it.certificate: ")
                .endsWith("gone.pem no such file");
    }

    @Test
    void whatDtlsHasNotIsRefused() throws Exception {
        folder.write("psk", "a:" + KEY);
        assertThat(problems("psk-file = psk\nqos-minus-one = true\nadvertise = 10.0.0.255"))
                .containsExactlyInAnyOrder(
                        "godwit.conf:3: listeners.it.qos-minus-one has no effect with DTLS, which"
                                + " needs a handshake first",
                        "godwit.conf:4: listeners.it.advertise has no effect with DTLS, which"
                                + " reaches one device at a time");
    }

    @Test
    void protectionTakesVersion20AndAFileOfKeys() throws Exception {
        String line = "a:0102030405060708:aes-gcm-128:" + KEY;
        folder.write("senders", line);
        Configuration configuration = load("versions = [2.0], protection-file = senders");
        assertThat(configuration.gateways().getFirst().protectionFile())
                .isEqualTo(directory.resolve("senders"));
        assertThat(configuration.authentication().ways())
                .containsExactly("pre-shared keys (listener it)");
        assertThat(problems("protection-file = senders"))
                .containsExactly(
                        "godwit.conf:2: listeners.it.protection-file has no effect without version"
                                + " 2.0: set versions = [1.2, 2.0]");
        folder.write("psk", "a:" + KEY);
        assertThat(problems("versions = [2.0], psk-file = psk, protection-file = senders"))
                .containsExactly(
                        "godwit.conf:2: listeners.it.protection-file has no effect with DTLS, which"
                                + " protects everything");
        folder.write("senders", line.replace("128", "256"));
        assertThat(problems("versions = [2.0], protection-file = senders"))
                .containsExactly(
                        "godwit.conf:2: listeners.it.protection-file: senders:1: the key of a has"
                                + " 16 bytes; its scheme takes 32, two digits each");
    }
}

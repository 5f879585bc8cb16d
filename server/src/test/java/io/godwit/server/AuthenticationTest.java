package io.godwit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.server.configuration.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A running broker with password files that Debian's mosquitto_passwd has written. */
@Timeout(120)
class AuthenticationTest {

    private static final int BAD_USER_NAME_OR_PASSWORD_V3 = 4;
    private static final int BAD_USER_NAME_OR_PASSWORD_V5 = 0x86;

    @TempDir private Path directory = Path.of("");

    private record Ended(int exit, String said) {}

    private static Ended run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), said);
    }

    private static void mosquittoPasswd(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("mosquitto_passwd"));
        command.addAll(List.of(arguments));
        Ended ended = run(command.toArray(String[]::new));
        assertThat(ended.exit).as(ended.said).isZero();
    }

    private Configuration configuration(String text) throws Exception {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file, "data-dir = \"" + directory.resolve("data") + "\", event-loops = 1\n" + text);
        return Configuration.load(file, Map.of("GODWIT_ADMIN__ENABLED", "false"));
    }

    private GodwitServer start(String authentication) throws Exception {
        return GodwitServer.start(
                configuration(
                        """
                        listeners.tcp { type = tcp, bind = "127.0.0.1", port = 0 }
                        authentication { %s }
                        """
                                .formatted(authentication)));
    }

    private static Ended publish(GodwitServer server, String listener, String... arguments)
            throws Exception {
        int port = requireNonNull(server.addresses().get(listener)).getPort();
        List<String> command =
                new ArrayList<>(List.of("mosquitto_pub", "-h", "127.0.0.1", "-p", "" + port));
        command.addAll(List.of("-t", "a/b", "-m", "x"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha512", "sha512-pbkdf2"})
    void filesOfMosquittoPasswdWork(String hash) throws Exception {
        String file = directory.resolve("passwd").toString();
        mosquittoPasswd("-H", hash, "-c", "-b", file, "anna", "correct horse");
        mosquittoPasswd("-H", hash, "-b", file, "J\u00fcrg", "sch\u00f6n:$6$");
        try (GodwitServer server = start("password-file = \"" + file + "\"")) {
            for (String version : List.of("mqttv31", "mqttv311", "mqttv5")) {
                int refused =
                        version.equals("mqttv5")
                                ? BAD_USER_NAME_OR_PASSWORD_V5
                                : BAD_USER_NAME_OR_PASSWORD_V3;
                assertThat(
                                publish(
                                        server,
                                        "tcp",
                                        "-V",
                                        version,
                                        "-u",
                                        "anna",
                                        "-P",
                                        "correct horse"))
                        .isEqualTo(new Ended(0, ""));
                assertThat(
                                publish(
                                        server,
                                        "tcp",
                                        "-V",
                                        version,
                                        "-u",
                                        "J\u00fcrg",
                                        "-P",
                                        "sch\u00f6n:$6$"))
                        .isEqualTo(new Ended(0, ""));
                assertThat(publish(server, "tcp", "-V", version, "-u", "anna", "-P", "wrong").exit)
                        .isEqualTo(refused);
                assertThat(publish(server, "tcp", "-V", version, "-u", "carl", "-P", "wrong").exit)
                        .isEqualTo(refused);
                assertThat(publish(server, "tcp", "-V", version, "-u", "anna").exit)
                        .isEqualTo(refused);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"mqttv311, 5", "mqttv5, 135"})
    void whoSaysNothingIsNotAuthorized(String version, int refused) throws Exception {
        String file = directory.resolve("passwd").toString();
        mosquittoPasswd("-c", "-b", file, "anna", "secret");
        try (GodwitServer server = start("password-file = \"" + file + "\"")) {
            assertThat(publish(server, "tcp", "-V", version).exit).isEqualTo(refused);
        }
        try (GodwitServer server = start("anonymous = true, password-file = \"" + file + "\"")) {
            assertThat(publish(server, "tcp", "-V", version)).isEqualTo(new Ended(0, ""));
            assertThat(publish(server, "tcp", "-V", version, "-u", "anna", "-P", "x").exit)
                    .isNotZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"mqttv311, 2", "mqttv5, 133"})
    void clientIdentifiersCanBeBound(String version, int refused) throws Exception {
        String file = directory.resolve("passwd").toString();
        mosquittoPasswd("-c", "-b", file, "anna", "secret");
        try (GodwitServer server =
                start("client-id = starts-with-user-name, password-file = \"" + file + "\"")) {
            String[] anna = {"-V", version, "-u", "anna", "-P", "secret", "-i", "anna-1"};
            assertThat(publish(server, "tcp", anna)).isEqualTo(new Ended(0, ""));
            String[] other = {"-V", version, "-u", "anna", "-P", "secret", "-i", "bob"};
            assertThat(publish(server, "tcp", other).exit).isEqualTo(refused);
        }
    }

    @Test
    void aListenerMayLetAnonymousClientsIn() throws Exception {
        Configuration configuration =
                configuration(
                        """
                        listeners {
                          open { type = tcp, bind = "127.0.0.1", port = 0, anonymous = true }
                          tcp { type = tcp, bind = "127.0.0.1", port = 0 }
                        }
                        """);
        try (GodwitServer server = GodwitServer.start(configuration)) {
            assertThat(publish(server, "open")).isEqualTo(new Ended(0, ""));
            assertThat(publish(server, "tcp").exit).isNotZero();
        }
    }

    @Test
    void aPasswordFileWithAMistakeIsNamedWithItsLineAndNothingStarts() throws Exception {
        Path file = Files.writeString(directory.resolve("passwd"), "# users\nanna:secret\n");
        assertThatThrownBy(() -> start("password-file = \"" + file + "\""))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        file
                                + ":2: user 'anna': the password is not hashed; 'godwit passwd -U"
                                + " FILE' hashes all that are not");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void theNoticesSayWhoCanConnect() throws Exception {
        String open = "listeners.tcp { type = tcp, anonymous = true }";
        assertThat(configuration(open).notices())
                .singleElement()
                .asString()
                .startsWith("Anonymous clients are allowed from the network");
        assertThat(configuration("authentication.password-file = passwd").notices()).isEmpty();
        assertThat(configuration("authentication.password-file = passwd").authentication().ways())
                .containsExactly("passwords (" + Path.of("passwd").toAbsolutePath() + ")");
        assertThat(configuration("authentication.unix-peers = [\"root=house\"]").notices())
                .isEmpty();
        assertThat(configuration("").notices())
                .singleElement()
                .asString()
                .startsWith("Nobody can connect")
                .contains("authentication.password-file");
    }
}

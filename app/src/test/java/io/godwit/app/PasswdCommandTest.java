package io.godwit.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code godwit passwd}, and Debian's mosquitto and mosquitto_passwd with its files. */
@Timeout(120)
class PasswdCommandTest {

    private static final String ARGON2 = "\\$argon2id\\$v=19\\$m=47104,t=1,p=1\\$[^$]+\\$[^$]+";

    @TempDir private Path directory = Path.of("");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private String file() {
        return directory.resolve("passwd").toString();
    }

    private int passwd(String... words) {
        List<String> command = new ArrayList<>(List.of("passwd"));
        command.addAll(List.of(words));
        CommandLine godwit = GodwitCommand.commandLine();
        godwit.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return godwit.execute(command.toArray(String[]::new));
    }

    /** The same with this standard input, which is no terminal. */
    private int passwdWithInput(String input, String... words) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(UTF_8)));
        try {
            return passwd(words);
        } finally {
            System.setIn(before);
        }
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Runs a program, and gives its exit code. */
    private static int run(String... command) throws Exception {
        Process process = start(command);
        process.getOutputStream().close();
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void aNewFileIsItsOwnersAloneAndHasArgon2id() throws Exception {
        assertThat(passwd("-c", "-b", file(), "anna", "secret")).isZero();
        assertThat(Files.readString(Path.of(file()))).matches("anna:" + ARGON2 + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file()))))
                .isEqualTo("rw-------");
        assertThat(out + "" + err).isEmpty();
    }

    @Test
    void thePasswordIsTheFirstLineOfTheInput() throws Exception {
        assertThat(passwdWithInput("secret\r\nmore", "-c", "-H", "sha512", file(), "anna"))
                .isZero();
        assertThat(passwdWithInput("", file(), "bob")).isEqualTo(1);
        assertThat(err.toString()).contains("the password is empty");
        assertThat(Files.readAllLines(Path.of(file()))).hasSize(1);
        assertMosquittoAccepts("anna", "secret");
    }

    @ParameterizedTest
    @CsvSource({"secret, 0", "other, 1"})
    void onATerminalThePasswordIsAskedForTwiceAndNotShown(String again, int exit) throws Exception {
        String command =
                "'%s' -cp '%s' %s passwd -c -H sha512 '%s' anna"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                file());
        // It gives the command a terminal.
        Process terminal = start("script", "-qec", command, "/dev/null");
        try (var keys = terminal.outputWriter(UTF_8);
                var screen = terminal.inputReader(UTF_8)) {
            StringBuilder shown = new StringBuilder();
            readTo("Password: ", screen, shown);
            keys.append("secret\n").flush();
            readTo("Reenter password: ", screen, shown);
            keys.append(again).append("\n").flush();
            screen.lines().forEach(shown::append);
            assertThat(shown).doesNotContain("secret", "other");
            assertThat(terminal.waitFor()).as("%s", shown).isEqualTo(exit);
            assertThat(Path.of(file()).toFile().exists()).isEqualTo(exit == 0);
        }
    }

    private static void readTo(String end, Reader from, StringBuilder read) throws IOException {
        while (read.indexOf(end) < 0) {
            int next = from.read();
            assertThat(next).as("%s", read).isNotNegative();
            read.append((char) next);
        }
    }

    @Test
    void usersAreRemovedAndMissingOnesNamed() throws Exception {
        Files.writeString(Path.of(file()), "# staff\nanna:x\n");
        assertThat(passwd("-D", file(), "anna")).isZero();
        assertThat(Path.of(file())).hasContent("# staff\n");
        assertThat(passwd("-D", file(), "anna")).isEqualTo(1);
        assertThat(err.toString()).contains(file() + ": no such user: anna");
    }

    @Test
    void aFileThatIsNotThereIsNotMadeWithoutC() {
        assertThat(passwd("-b", file(), "anna", "secret")).isEqualTo(1);
        assertThat(err.toString()).contains(file() + ": no such file; -c makes one");
        assertThat(Path.of(file())).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "F anna secret | takes -b: other users can see it",
                "-b F anna | -b takes the password behind the user",
                "-H md5 F anna | -H takes argon2id, scram-sha-256, scram-sha-512, sha512, sha512-pbkdf2; it is md5",
                "F | Say which user",
                "-U F anna | -U takes the file alone",
                "-D -c F anna | -D takes the file and the user alone",
                "-b F an:na secret | holds a colon"
            })
    void aWrongCommandLineChangesNothing(String words, String why) throws Exception {
        Path file = Files.writeString(Path.of(file()), "anna:x\n");
        assertThat(passwd(words.replace("F", file()).split(" "))).isEqualTo(1);
        assertThat(err.toString()).contains(why);
        assertThat(file).hasContent("anna:x\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha512", "sha512-pbkdf2"})
    void mosquittoTakesTheFiles(String hash) throws Exception {
        assertThat(passwd("-H", hash, "-c", "-b", file(), "anna", "correct horse")).isZero();
        assertThat(passwd("-H", hash, "-b", file(), "J\u00fcrg", "sch\u00f6n:$7$")).isZero();
        assertMosquittoAccepts("anna", "correct horse", "J\u00fcrg", "sch\u00f6n:$7$");
    }

    @Test
    void plainPasswordsAreHashedForMosquitto() throws Exception {
        Files.writeString(Path.of(file()), "# staff\nanna:correct horse\nbob:se:cret\n");
        assertThat(passwd("-U", "-H", "sha512-pbkdf2", file())).isZero();
        assertThat(out.toString()).contains("2 passwords hashed");
        assertThat(Files.readString(Path.of(file()))).doesNotContain("horse", "cret");
        assertMosquittoAccepts("anna", "correct horse", "bob", "se:cret");
    }

    @Test
    void mosquittoPasswdAndGodwitEditOneFile() throws Exception {
        assertThat(run("mosquitto_passwd", "-c", "-b", file(), "anna", "one")).isZero();
        assertThat(passwd("-b", "-H", "sha512-pbkdf2", file(), "bob", "two")).isZero();
        assertThat(run("mosquitto_passwd", "-b", file(), "carl", "three")).isZero();
        assertThat(passwd("-b", "-H", "sha512-pbkdf2", file(), "anna", "four")).isZero();
        assertMosquittoAccepts("anna", "four", "bob", "two", "carl", "three");
    }

    /** Starts mosquitto with the file, and lets these users and passwords in, but no others. */
    private void assertMosquittoAccepts(String... usersAndPasswords) throws Exception {
        String socket = directory.resolve("mqtt.sock").toString();
        Path configuration =
                Files.writeString(
                        directory.resolve("mosquitto.conf"),
                        "user root\nlistener 0 %s\nallow_anonymous false\npassword_file %s\n"
                                .formatted(socket, file()));
        Process mosquitto = start("mosquitto", "-v", "-c", configuration.toString());
        try (var log = mosquitto.inputReader(UTF_8)) {
            String line;
            do {
                line = log.readLine();
                assertThat(line).as("mosquitto has ended").isNotNull();
            } while (!line.endsWith(" running"));
            for (int i = 0; i < usersAndPasswords.length; i += 2) {
                String user = usersAndPasswords[i];
                String password = usersAndPasswords[i + 1];
                assertThat(publish(socket, user, password)).as(user).isZero();
                assertThat(publish(socket, user, password + "x")).as(user).isNotZero();
            }
        } finally {
            mosquitto.destroyForcibly().waitFor();
        }
    }

    private static int publish(String socket, String user, String password) throws Exception {
        return run(
                "mosquitto_pub",
                "--unix",
                socket,
                "-u",
                user,
                "-P",
                password,
                "-t",
                "a",
                "-m",
                "x");
    }
}

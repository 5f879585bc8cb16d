package io.godwit.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.server.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void versionIsThatOfTheBuild() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString().strip()).isEqualTo("godwit " + Version.current());
        assertThat(Version.current()).matches("[0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?");
    }

    @Test
    void helpNamesEverySubcommand() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString())
                .contains("run", "pub", "sub", "rr", "bench", "shell", "doctor")
                .contains("passwd", "check", "cert", "ctl", "sn")
                .contains(
                        "--config=FILE",
                        "--data-dir=DIR",
                        "--mosquitto-conf=FILE",
                        "--test-config");
    }

    @Test
    void snAloneSaysWhatThereIs() {
        assertThat(execute("sn")).isEqualTo(1);
        assertThat(err.toString()).contains("godwit sn pub -t", "godwit sn --help");
        assertThat(execute("sn", "sub", "--help")).isZero();
        assertThat(out.toString()).contains("--sleep=SECONDS", "--predefined=N");
    }

    @Test
    void unknownSubcommandIsRefusedWithTheNearestOne() {
        assertThat(execute("pubb")).isEqualTo(1);
        assertThat(err.toString()).contains("pubb", "pub", "godwit --help");
    }

    @Test
    void optionInFrontOfASubcommandIsRefused() {
        assertThat(execute("--data-dir", "x", "run")).isEqualTo(1);
        assertThat(err.toString())
                .contains("Options go after the subcommand: godwit run --data-dir");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--test-config", "run --test-config", "check"})
    void aMosquittoConfIsCheckedAndSaysWhatHasNoEffect(String command, @TempDir Path directory)
            throws IOException {
        Path file = directory.resolve("mosquitto.conf");
        Files.writeString(file, "listener 1884 127.0.0.1\npid_file /run/m.pid\n");
        String line = command + " --mosquitto-conf " + file;
        assertThat(execute(line.split(" ", -1))).isZero();
        assertThat(out.toString())
                .contains(file + ":2: pid_file: has no effect here", "in order", file.toString());
        Files.writeString(file, "listner 1884\n");
        assertThat(execute(line.split(" ", -1))).isEqualTo(1);
        assertThat(err.toString()).contains(file + ":1: listner: ", "the nearest is listener");
    }

    @Test
    void aConfigurationIsInOneFile() {
        assertThat(execute("--config", "a", "--mosquitto-conf", "b")).isEqualTo(1);
        assertThat(err.toString()).contains("--config or --mosquitto-conf");
        assertThat(execute("check", "a", "--mosquitto-conf", "b")).isEqualTo(1);
        assertThat(err.toString()).contains("godwit check FILE");
    }

    @Test
    void checkAcceptsAFileThatIsInOrder(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(file, "listeners { tcp { type = tcp, port = 0 } }");
        assertThat(execute("check", file.toString())).isZero();
        assertThat(out.toString()).contains("in order", file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "run --test-config --config", "--test-config --config"})
    void checkNamesFileAndLineOfAMistake(String command, @TempDir Path directory)
            throws IOException {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(file, "limits {\n  conections = 5\n}\n");
        assertThat(execute((command + " " + file).split(" ", -1))).isEqualTo(1);
        assertThat(err.toString()).contains("godwit.conf:2", "conections", "connections");
    }

    @Test
    void checkReadsThePasswordFileAsWell(@TempDir Path directory) throws IOException {
        Path passwords = Files.writeString(directory.resolve("passwd"), "\nanna:secret\n");
        Path file = directory.resolve("godwit.conf");
        Files.writeString(file, "authentication.password-file = \"" + passwords + "\"");
        assertThat(execute("check", file.toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("passwd:2: user 'anna': the password is not hashed")
                .doesNotContain("secret");
    }

    @Test
    void ctlAloneSaysWhatThereIs() {
        assertThat(execute("ctl")).isEqualTo(1);
        assertThat(err.toString()).contains("godwit ctl backup DIR", "godwit ctl --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void completionKnowsSubcommandsAndTheirFlags(String shell) throws Exception {
        assertThat(execute("completion", shell)).isZero();
        assertThat(out.toString()).contains("--will-topic", "--retained-only", "--data-dir");
        Path script =
                Files.writeString(Files.createTempFile("completion", ".bash"), out.toString());
        try {
            Process bash =
                    new ProcessBuilder(
                                    "bash",
                                    "-c",
                                    "source "
                                            + script
                                            + "; COMP_WORDS=(godwit sub --retained-o) COMP_CWORD=2;"
                                            + " _complete_godwit; echo ${COMPREPLY[@]}")
                            // compopt complains where there is no completion under way
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8).strip())
                    .isEqualTo("--retained-only");
        } finally {
            Files.delete(script);
        }
    }

    @Test
    void completionKnowsTheKindsOfBench() {
        assertThat(execute("completion", "bash")).isZero();
        assertThat(out.toString())
                .contains("_picocli_godwit_bench_pair()", "--subscribers", "--connect-rate")
                .contains("_picocli_godwit_doctor()", "_picocli_godwit_shell()", "--auth-method");
    }

    @Test
    void completionIsForShellsThatItKnows() {
        assertThat(execute("completion", "fish")).isEqualTo(1);
        assertThat(err.toString()).contains("bash or zsh");
    }

    private int execute(String... words) {
        CommandLine godwit = GodwitCommand.commandLine();
        godwit.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return godwit.execute(words);
    }
}

package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process that is told to read its configuration again. */
@Timeout(300)
class HangUpTest {

    @TempDir private Path directory = Path.of("");
    private @Nullable Running broker;

    private Running start(String option, Path file) throws IOException {
        // A test run under nohup would hand on that HUP is ignored.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP"));
        command.addAll(
                Running.command(
                        option,
                        file.toString(),
                        "--data-dir",
                        directory.resolve("data").toString()));
        Running running =
                new Running(
                        new ProcessBuilder(command)
                                .directory(directory.toFile())
                                .redirectErrorStream(true)
                                .start());
        broker = running;
        return running;
    }

    @AfterEach
    void end() throws InterruptedException {
        if (broker != null) {
            broker.process.destroyForcibly().waitFor();
        }
    }

    private static void hangUp(Running running) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-HUP", "" + running.process.pid())
                .inheritIO()
                .start()
                .waitFor();
    }

    private String ctl(String... words) {
        StringWriter out = new StringWriter();
        var godwit = GodwitCommand.commandLine();
        godwit.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(out, true));
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--data-dir", directory.resolve("data").toString()));
        godwit.execute(all.toArray(String[]::new));
        return out.toString().strip();
    }

    @Test
    void hangUpReloadsAndNeverEndsIt() throws Exception {
        Path file = directory.resolve("godwit.conf");
        String base = "persistence.mode = memory\nlisteners.tcp { bind = 127.0.0.1, port = 0 }\n";
        Files.writeString(file, base);
        Running running = start("--config", file);
        running.until("is ready");

        Files.writeString(file, base + "authentication.anonymous = true\nevent-loops = 7\n");
        assertThat(ctl("ctl", "plan", file.toString()))
                .contains("authentication.anonymous: false -> true (applied live)")
                .contains("event-loops: ", " -> 7 (needs a restart)")
                .endsWith("Disconnects 0 clients, revokes 0 subscriptions.");
        hangUp(running);
        running.until(
                "reload (HUP): applied live: authentication.anonymous, listeners.tcp.anonymous;"
                        + " needs a restart: event-loops; disconnects 0 clients, revokes 0"
                        + " subscriptions");

        Files.writeString(file, base + "nonsense = 1\n");
        hangUp(running);
        running.until("reload (HUP) has changed nothing, since the configuration has problems: ");
        assertThat(ctl("ctl", "reload"))
                .startsWith("The broker says: the configuration has problems, and nothing was")
                .contains(file + ":3: no such key: nonsense");

        running.process.destroy();
        assertThat(running.exitCode()).isZero();
    }

    @Test
    void aMosquittoConfIsRunAndReloaded() throws Exception {
        Path file = directory.resolve("mosquitto.conf");
        Files.writeString(file, "pid_file /run/m.pid\nport 0\nbind_address 127.0.0.1\n");
        Running running = start("--mosquitto-conf", file);
        assertThat(running.until("pid_file: has no effect here"))
                .anyMatch(line -> line.contains("is ready (configuration: " + file))
                .anyMatch(line -> line.contains("  default: MQTT"));

        Files.writeString(file, "port 0\nbind_address 127.0.0.1\nallow_anonymous true\n");
        assertThat(ctl("ctl", "reload"))
                .startsWith("authentication.anonymous: false -> true (applied)\n")
                .endsWith("Disconnected 0 clients, revoked 0 subscriptions.");
    }
}

package io.godwit.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./godwit}, as a newcomer runs it, with the commands that it says to try. */
class GodwitScriptTest {

    /** It may have to build first. */
    private static final long START_MINUTES = 5;

    private static final long PATIENCE_SECONDS = 30;

    private static final Pattern TRY_IT = Pattern.compile("Try it: (.+?) +and +(.+)");

    private static final String SCRIPT =
            Path.of("../godwit").toAbsolutePath().normalize().toString();

    private final List<Running> started = new ArrayList<>();

    @TempDir private Path folder;

    @AfterEach
    void endAll() throws Exception {
        for (Running running : started) {
            running.process.destroyForcibly().waitFor();
        }
    }

    @Test
    void startsServesAndEndsAtTerm() throws Exception {
        Running godwit = godwit();
        List<String> said = godwit.until("Try it:");
        assertThat(said).anyMatch(line -> line.matches("Godwit .* is ready.*"));
        assertThat(said)
                .anyMatch(line ->
                        line.matches(".*MQTT 3\\.1, 3\\.1\\.1 and 5\\.0 on .*:[1-9][0-9]*"));
        assertThat(said).anyMatch(line -> line.startsWith("  persistence: "));
        assertThat(said).anyMatch(line -> line.contains("may connect"));
        assertThat(folder.resolve("data")).isDirectory();

        Matcher tryIt = TRY_IT.matcher(said.getLast());
        assertThat(tryIt.find()).as(said.getLast()).isTrue();
        // Unbuffered and with its debug lines, so that the test sees when it has subscribed.
        Running sub = start("sh", "-c", "exec stdbuf -oL " + tryIt.group(1) + " -d -V 5");
        sub.until("Subscribed");
        assertThat(start("sh", "-c", tryIt.group(2)).exitCode()).isZero();
        assertThat(sub.until("hello/world hi").getLast()).isEqualTo("hello/world hi");

        godwit.process.destroy();
        // 0x8B, Server shutting down
        assertThat(sub.until("Received DISCONNECT").getLast()).endsWith("(139)");
        assertThat(godwit.exitCode()).isZero();
    }

    @Test
    void refusesADataDirectoryThatIsInUse() throws Exception {
        Running first = godwit();
        first.until("Try it:");
        Running second = godwit();
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.rest())
                .anyMatch(line -> line.contains(folder.resolve("data").toString()));

        first.process.destroy();
        assertThat(first.exitCode()).isZero();
        Running third = godwit();
        third.until("Try it:");
    }

    @Test
    void ctlSaysWhyItCannotReachABroker() throws Exception {
        Path data = folder.resolve("data");
        assertThat(ctlBackup()).contains("there is no such directory");

        Running killed = godwit();
        killed.until("Try it:");
        Path socket = data.resolve("godwit.sock");
        Files.setPosixFilePermissions(socket, Set.of());
        // Root without the capabilities that let it pass over a file's mode.
        assertThat(ctlBackup("setpriv", "--bounding-set=-dac_override,-dac_read_search"))
                .contains("may not use " + socket);
        killed.process.destroyForcibly().waitFor();
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        assertThat(ctlBackup()).contains("is what a killed one left");

        Running next = godwit();
        next.until("Try it:");
        next.process.destroy();
        assertThat(next.exitCode()).isZero();
        assertThat(ctlBackup()).contains("there is no " + socket);
    }

    /** Runs {@code godwit ctl backup}, which is to fail; returns what it says. */
    private String ctlBackup(String... before) throws Exception {
        List<String> command = new ArrayList<>(isRoot() ? List.of(before) : List.of());
        command.addAll(
                List.of(
                        SCRIPT,
                        "ctl",
                        "backup",
                        "to",
                        "--data-dir",
                        folder.resolve("data").toString()));
        Running ctl = start(command.toArray(String[]::new));
        assertThat(ctl.exitCode()).isEqualTo(1);
        return String.join("\n", ctl.rest());
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Starts it away from its folder, on a port that the system chooses. */
    private Running godwit() throws IOException {
        var builder = new ProcessBuilder(SCRIPT, "--data-dir", folder.resolve("data").toString());
        builder.environment().put("GODWIT_LISTENERS__TCP__PORT", "0");
        return start(builder);
    }

    private Running start(String... command) throws IOException {
        return start(new ProcessBuilder(command));
    }

    private Running start(ProcessBuilder builder) throws IOException {
        builder.directory(Files.createDirectories(folder.resolve("elsewhere")).toFile());
        var running = new Running(builder.redirectErrorStream(true).start());
        started.add(running);
        return running;
    }

    /** A process, and the lines that it says. */
    private static final class Running {

        private static final String ENDED = "(it ended)";

        final Process process;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Running(Process process) {
            this.process = process;
            Thread.ofPlatform().daemon().start(this::read);
        }

        private void read() {
            try (BufferedReader reader = process.inputReader(UTF_8)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(line);
                }
            } catch (IOException e) {
                lines.add("(killed: " + e.getMessage() + ")");
            } finally {
                lines.add(ENDED);
            }
        }

        /** Waits for a line with this in it; returns all lines up to it. */
        List<String> until(String part) throws InterruptedException {
            var said = new ArrayList<String>();
            while (true) {
                String line = lines.poll(START_MINUTES, TimeUnit.MINUTES);
                if (line == null || (line.equals(ENDED) && !part.equals(ENDED))) {
                    throw new AssertionError("It did not say '" + part + "', but: " + said);
                }
                said.add(line);
                if (line.contains(part)) {
                    return said;
                }
            }
        }

        int exitCode() throws InterruptedException {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("ended within %d s; it said %s", PATIENCE_SECONDS, lines)
                    .isTrue();
            return process.exitValue();
        }

        /** All that it has said since, up to its end. */
        List<String> rest() throws InterruptedException {
            return until(ENDED);
        }
    }
}

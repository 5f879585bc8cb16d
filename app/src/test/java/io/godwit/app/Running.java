package io.godwit.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process, and the lines that it says. */
public final class Running {

    private static final String ENDED = "(it ended)";

    /** It may have to build first. */
    private static final long START_MINUTES = 5;

    private static final long PATIENCE_SECONDS = 60;

    public final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /** The command by which this build's {@code godwit} is a process of its own. */
    public static List<String> command(String... words) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(List.of(words));
        return command;
    }

    public Running(Process process) {
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
    public List<String> until(String part) throws InterruptedException {
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

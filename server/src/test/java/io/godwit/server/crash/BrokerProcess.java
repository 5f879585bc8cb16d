package io.godwit.server.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A broker in a process of its own, which can be killed. */
final class BrokerProcess implements AutoCloseable {

    private static final int LAST_LINES = 30;

    private final Process process;
    private final BufferedReader out;
    private final Path log;

    private BrokerProcess(Process process, Path log) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.log = log;
    }

    /**
     * Starts a process.
     *
     * @param log what it says goes to the end of this file
     * @param environment variables besides those of this process
     */
    static BrokerProcess start(
            Path log, Map<String, String> environment, Class<?> main, String... arguments)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new BrokerProcess(builder.start(), log);
    }

    /** Waits until it listens. */
    int port() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the broker did not start:\n" + lastLines());
        }
        return Integer.parseInt(line);
    }

    /** The copies of messages that it does not know the whereabouts of; while it runs. */
    long residual() throws IOException {
        Writer in = process.outputWriter(StandardCharsets.UTF_8);
        in.write('\n');
        in.flush();
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the broker does not answer:\n" + lastLines());
        }
        return Long.parseLong(line);
    }

    /** As {@code kill -9}; waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    String lastLines() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    @Override
    public void close() throws IOException {
        try {
            kill();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        out.close();
    }
}

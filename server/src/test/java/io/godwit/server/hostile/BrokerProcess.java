package io.godwit.server.hostile;

import io.godwit.broker.limits.QueueFull;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A broker in a process of its own, whose heap is small and which ends when that is exhausted. */
final class BrokerProcess implements AutoCloseable {

    private static final long GIVE_UP_SECONDS = 60;

    private static final int CONNECT_SECONDS = 10;

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream questions;
    private final Path log;
    private final int port;

    /**
     * What it says of itself.
     *
     * @param memoryUsed bytes that it counts as held for its clients
     * @param sent PUBLISH packets, to all clients
     * @param waiting messages in all queues
     * @param droppedSlow messages at QoS 0 that clients missed since they read too slowly
     * @param dropped messages that sessions missed, for whatever reason
     * @param heap bytes of the Java heap that are in use, garbage included
     */
    record State(
            long memoryUsed,
            int connections,
            long failedActions,
            long sent,
            long waiting,
            long droppedSlow,
            long dropped,
            long heap) {

        /** Whether what sessions were to get was sent or dropped, down to the last message. */
        boolean isSettled(long expected) {
            return waiting == 0 && sent + dropped == expected;
        }

        String line() {
            return "%d %d %d %d %d %d %d %d"
                    .formatted(
                            memoryUsed,
                            connections,
                            failedActions,
                            sent,
                            waiting,
                            droppedSlow,
                            dropped,
                            heap);
        }

        static State of(String line) {
            long[] all = Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
            return new State(all[0], (int) all[1], all[2], all[3], all[4], all[5], all[6], all[7]);
        }
    }

    private BrokerProcess(Process process, Path log) throws IOException {
        this.process = process;
        this.log = log;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the broker did not start: " + Files.readString(log));
        }
        this.port = Integer.parseInt(line);
    }

    static BrokerProcess start(Path directory, int loops, String heap) throws IOException {
        return start(directory, loops, heap, 100_000, QueueFull.REJECT_NEWEST);
    }

    static BrokerProcess start(
            Path directory, int loops, String heap, int queuedMessages, QueueFull queueFull)
            throws IOException {
        return start(
                directory,
                loops,
                heap,
                queuedMessages,
                queueFull,
                SmallBroker.NO_PASSWORDS,
                CONNECT_SECONDS);
    }

    /**
     * One whose clients log in.
     *
     * @param seconds how long a CONNECT may take to come, and its password to be verified
     */
    static BrokerProcess withPasswords(
            Path directory, int loops, String heap, Path passwordFile, int seconds)
            throws IOException {
        return start(
                directory,
                loops,
                heap,
                1,
                QueueFull.REJECT_NEWEST,
                passwordFile.toString(),
                seconds);
    }

    private static BrokerProcess start(
            Path directory,
            int loops,
            String heap,
            int queuedMessages,
            QueueFull queueFull,
            String passwordFile,
            int seconds)
            throws IOException {
        Path log = directory.resolve("log");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + heap,
                                "-XX:+UseSerialGC",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SmallBroker.class.getName(),
                                directory.resolve("data").toString(),
                                Integer.toString(loops),
                                Integer.toString(queuedMessages),
                                queueFull.name(),
                                passwordFile,
                                Integer.toString(seconds))
                        .redirectError(log.toFile())
                        .start();
        return new BrokerProcess(process, log);
    }

    int port() {
        return port;
    }

    State state() {
        return ask("");
    }

    /** Its state without garbage in the heap. */
    State collect() {
        return ask(SmallBroker.COLLECT);
    }

    private State ask(String question) {
        try {
            questions.println(question);
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException(
                        "the broker has ended: " + String.join("\n", log()));
            }
            return State.of(line);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The most memory that was resident at once, in bytes. */
    long peakResident() throws IOException {
        return Files.readAllLines(Path.of("/proc/%d/status".formatted(process.pid()))).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    /** Asks again and again until it is so. */
    State await(Predicate<State> wanted) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(GIVE_UP_SECONDS);
        State state = state();
        while (!wanted.test(state)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it never came to that: " + state);
            }
            state = state();
        }
        return state;
    }

    List<String> log() {
        try {
            return Files.readAllLines(log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() throws IOException {
        questions.close();
        try {
            if (!process.waitFor(GIVE_UP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        answers.close();
    }
}

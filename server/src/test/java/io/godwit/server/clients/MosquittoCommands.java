package io.godwit.server.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.ProtocolVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code mosquitto_pub} and {@code mosquitto_sub}, each run a process, in one protocol version.
 *
 * @param more options of all of them
 */
record MosquittoCommands(String host, int port, ProtocolVersion version, List<String> more) {

    private static final String ADVICE = "Run ./test at the top: it installs the clients.";

    /** Publishes one message, and checks that the command succeeds. */
    void pub(String... arguments) throws Exception {
        expectSuccess(start(command("mosquitto_pub", arguments), null, null));
    }

    /** Publishes every line of a file, through one connection. */
    void pubLines(Path file, String... arguments) throws Exception {
        List<String> command = command("mosquitto_pub", arguments);
        command.add("-l");
        expectSuccess(start(command, file, null));
    }

    /** Begins to ask, and to wait for the answer. */
    Process rr(String... arguments) throws IOException {
        return start(command("mosquitto_rr", arguments), null, null);
    }

    private static void expectSuccess(Process process) throws Exception {
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    /** Subscribes, and returns when the server has acknowledged. */
    Subscriber sub(String... arguments) throws Exception {
        var subscriber = new Subscriber(this, null, new LinkedBlockingQueue<>(), arguments);
        subscriber.await("Subscribed (mid: ");
        return subscriber;
    }

    /** As {@link #sub}, with what it says among what another one says. */
    Subscriber subInto(Subscriber other, String... arguments) throws Exception {
        var subscriber = new Subscriber(this, null, other.lines, arguments);
        subscriber.await("Subscribed (mid: ");
        return subscriber;
    }

    /** Subscribes, and writes what comes to a file, as it comes. */
    Subscriber subToFile(Path file, String... arguments) throws Exception {
        return new Subscriber(this, file, new LinkedBlockingQueue<>(), arguments);
    }

    private List<String> command(String name, String... arguments) {
        var command = new ArrayList<String>();
        // Without stdbuf the command keeps its debug output until a message comes.
        command.addAll(List.of("stdbuf", "-oL", name, "-h", host, "-p", "" + port, "-V"));
        command.add("mqttv" + version.toString().replace(".", "").replace("50", "5"));
        command.addAll(more);
        command.addAll(List.of(arguments));
        return command;
    }

    private static Process start(List<String> command, @Nullable Path input, @Nullable Path output)
            throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        if (output != null) {
            builder.redirectOutput(output.toFile());
        }
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException(
                    "Cannot start " + command + " (" + e.getMessage() + "). " + ADVICE, e);
        }
    }

    /** A running {@code mosquitto_sub}. */
    static final class Subscriber implements AutoCloseable {

        private static final String MESSAGE = "MESSAGE ";
        private static final String ENDED = "(it ended)";

        private final Process process;
        private final BlockingQueue<String> lines;

        private Subscriber(
                MosquittoCommands commands,
                @Nullable Path file,
                BlockingQueue<String> lines,
                String... arguments)
                throws IOException {
            this.lines = lines;
            var all = new ArrayList<>(List.of(arguments));
            if (file == null) {
                all.addAll(0, List.of("-d", "-F", MESSAGE + "%q %r %t %p"));
            }
            process =
                    start(
                            commands.command("mosquitto_sub", all.toArray(String[]::new)),
                            null,
                            file);
            if (file == null) {
                // Not a virtual one: reading a pipe would hold its carrier.
                Thread.ofPlatform().daemon().start(this::read);
            }
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

        /** Waits for a line that begins so. */
        String await(String beginning) throws Exception {
            var others = new ArrayList<String>();
            while (true) {
                String line = lines.poll(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (line == null || line.equals(ENDED)) {
                    throw new AssertionError(
                            "mosquitto_sub did not say '"
                                    + beginning
                                    + "', but "
                                    + others
                                    + ". If it is missing: "
                                    + ADVICE);
                }
                if (line.startsWith(beginning)) {
                    return line;
                }
                others.add(line);
            }
        }

        /** The next message: QoS, retain flag, topic and payload, with spaces between. */
        String next() throws Exception {
            return await(MESSAGE).substring(MESSAGE.length());
        }

        /** Waits for the messages up to and with one of this payload, which the list leaves out. */
        List<String> until(String payload) throws Exception {
            var before = new ArrayList<String>();
            for (String next = next(); !next.endsWith(" " + payload); next = next()) {
                before.add(next);
            }
            return before;
        }

        /** Ends it as a person does: it says DISCONNECT. */
        void terminate() throws Exception {
            process.destroy();
            awaitEnd();
        }

        /** Ends it as a crash does: the connection closes without a word. */
        void kill() throws Exception {
            process.destroyForcibly();
            awaitEnd();
        }

        int awaitEnd() throws Exception {
            assertThat(process.waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}

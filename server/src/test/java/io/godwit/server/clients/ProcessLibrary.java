package io.godwit.server.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.codec.ProtocolVersion;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A client library that runs in a process of its own, driven by a small program in its language.
 *
 * <p>The program reads commands from its standard input and writes answers and events to its
 * standard output, each a line of fields separated by TAB: a word, the number of the connection,
 * and {@code key=value} fields ({@link Fields}). The commands are {@code connect}, {@code
 * subscribe}, {@code unsubscribe}, {@code publish}, {@code disconnect} and {@code close}; each is
 * answered by {@code ok} or {@code failed}. Events are {@code message} and {@code lost}; {@code
 * ready} comes once, first. The program ends with exit code 0 when its input ends.
 */
final class ProcessLibrary implements ClientLibrary {

    private static final String ADVICE = "Run ./test at the top: it installs the clients.";

    private final String name;
    private final List<ProtocolVersion> versions;
    private final Set<Feature> features;
    private final Process process;
    private final Path errors;
    private final BufferedWriter commands;
    private final Thread reader;
    private final BlockingQueue<Fields> answers = new LinkedBlockingQueue<>();
    private final Map<Integer, Inbox> inboxes = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();

    ProcessLibrary(
            String name,
            List<ProtocolVersion> versions,
            Set<Feature> features,
            ProcessBuilder program)
            throws Exception {
        this.name = name;
        this.versions = versions;
        this.features = features;
        this.errors = Files.createTempFile("godwit-client", ".err");
        try {
            this.process = program.redirectError(errors.toFile()).start();
        } catch (IOException e) {
            throw new IOException(
                    "Cannot start " + name + " (" + e.getMessage() + "). " + ADVICE, e);
        }
        this.commands = process.outputWriter(UTF_8);
        // Not a virtual one: reading a pipe would hold its carrier.
        this.reader = Thread.ofPlatform().daemon().start(this::read);
        Fields first = answers.poll(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (first == null || !first.word().equals("ready")) {
            process.destroyForcibly().waitFor();
            throw new IOException(
                    name + " did not get ready. " + ADVICE + "\n" + Files.readString(errors));
        }
    }

    @Override
    public List<ProtocolVersion> versions() {
        return versions;
    }

    @Override
    public Set<Feature> features() {
        return features;
    }

    @Override
    public Connection connect(ConnectOptions options, Inbox inbox) throws Exception {
        int number = connections.incrementAndGet();
        inboxes.put(number, inbox);
        return new ProcessConnection(number, ask(Fields.connect(number, options)));
    }

    @Override
    public void close() throws Exception {
        commands.close();
        boolean ended = process.waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        reader.join();
        String said = Files.readString(errors);
        Files.delete(errors);
        if (!ended || process.exitValue() != 0) {
            throw new IOException(
                    name
                            + (ended ? " ended with exit code " + process.exitValue() : " hung")
                            + ":\n"
                            + said);
        }
    }

    /** One command at a time; its answer depends on the broker alone. */
    private synchronized Fields ask(Fields command) throws Exception {
        commands.write(command.line());
        commands.newLine();
        commands.flush();
        Fields answer = answers.poll(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (answer == null || !answer.word().equals("ok")) {
            throw new IOException(
                    name
                            + " on '"
                            + command.word()
                            + "' to connection "
                            + command.connection()
                            + ": "
                            + (answer == null ? "no answer" : answer.line())
                            + "\n"
                            + Files.readString(errors));
        }
        return answer;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(Fields.parse(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            answers.add(new Fields("ended", 0, List.of()));
        }
    }

    private void take(Fields fields) {
        switch (fields.word()) {
            case "message" -> inbox(fields).arrived(fields.message());
            case "lost" -> inbox(fields).lost(fields.loss());
            default -> answers.add(fields);
        }
    }

    private Inbox inbox(Fields fields) {
        Inbox inbox = inboxes.get(fields.connection());
        if (inbox == null) {
            throw new IllegalStateException(name + " speaks of no connection: " + fields.line());
        }
        return inbox;
    }

    /** A connection that the program holds under a number. */
    private final class ProcessConnection implements Connection {

        private final int number;
        private final Fields connAck;

        ProcessConnection(int number, Fields connAck) {
            this.number = number;
            this.connAck = connAck;
        }

        @Override
        public boolean sessionPresent() {
            return connAck.number("present", 0) == 1;
        }

        @Override
        public @Nullable String assignedClientId() {
            return connAck.text("assigned");
        }

        @Override
        public int subscribe(Subscription subscription) throws Exception {
            return ask(Fields.subscribe(number, subscription)).number("code", -1);
        }

        @Override
        public void unsubscribe(String filter) throws Exception {
            ask(Fields.of("unsubscribe", number, "filter=" + filter));
        }

        @Override
        public int publish(Message message) throws Exception {
            return ask(Fields.publish(number, message)).number("code", 0);
        }

        @Override
        public void disconnect(@Nullable Long sessionExpirySeconds) throws Exception {
            ask(
                    sessionExpirySeconds == null
                            ? Fields.of("disconnect", number)
                            : Fields.of("disconnect", number, "expiry=" + sessionExpirySeconds));
        }

        @Override
        public void close() throws Exception {
            ask(Fields.of("close", number));
        }
    }

    /** A program of this module's {@code src/test/clients}; the tests run in the module. */
    static Path script(String path) {
        return Path.of("src/test/clients").resolve(path).toAbsolutePath();
    }

    /** A builder for a command that finds Node's modules where {@code ./test} puts them. */
    static ProcessBuilder program(String... command) {
        var builder = new ProcessBuilder(Arrays.asList(command));
        builder.environment()
                .put(
                        "NODE_PATH",
                        Path.of("../target/clients/node_modules").toAbsolutePath().toString());
        return builder;
    }
}

package io.godwit.app.messages;

import io.godwit.client.Connected;
import io.godwit.client.ConnectionListener;
import io.godwit.client.Counts;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttException;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.Subscribed;
import io.godwit.client.Subscription;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubscriptionRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The client of a shell, and what its commands do. One thread at a time executes; any may close.
 */
final class ShellClient implements AutoCloseable {

    /** What the shell understands. */
    static final List<String> COMMANDS =
            List.of(
                    "connect",
                    "disconnect",
                    "sub",
                    "unsub",
                    "pub",
                    "wait",
                    "status",
                    "help",
                    "quit");

    private static final String HELP =
            """
            connect [FLAGS]               with the flags of the command line, which stay
            disconnect
            sub FILTER... [-q QOS]        prints what comes
            unsub FILTER...
            pub TOPIC [TEXT...] [-q QOS] [-r]
            wait N [SECONDS]              until N messages have come, 10 s at most
            status
            help
            quit
            Quotes keep spaces in a word; words that begin with - stand behind --. # begins a comment.\
            """;

    private static final int RECEIVE_MAXIMUM = 20;
    private static final int PATIENCE = 10;
    private static final int LONGEST_WAIT = 86_400;

    private final ClientCommand command;
    private final Flags connectFlags = new Flags();
    private final MessagePrinter printer;
    private final boolean isInteractive;

    /** Messages that came and that no {@code wait} has taken yet. */
    private final Semaphore arrived = new Semaphore(0);

    /** With the QoS that the server has granted, in words. */
    private final Map<String, String> subscriptions = new LinkedHashMap<>();

    private final Set<String> listening = new LinkedHashSet<>();
    private volatile @Nullable MqttClient client;
    private @Nullable Connected connected;
    private boolean hasEnded;

    ShellClient(ClientCommand command, MessagePrinter printer, boolean isInteractive) {
        this.command = command;
        this.printer = printer;
        this.isInteractive = isInteractive;
        command.connection.addTo(connectFlags, null);
    }

    /** Whether {@code quit} was said. */
    boolean hasEnded() {
        return hasEnded;
    }

    /**
     * Does what a line says.
     *
     * @throws MqttException if it fails
     */
    void execute(List<String> words) throws WrongUsage, IOException {
        if (words.getFirst().equals("connect")) {
            connect(words.subList(1, words.size()));
            return;
        }
        ShellLine line = ShellLine.of(words);
        switch (line.command()) {
            case "disconnect" -> disconnect();
            case "sub" -> subscribe(line);
            case "unsub" -> unsubscribe(line);
            case "pub" -> publish(line);
            case "wait" -> await(line);
            case "status" -> status();
            case "help" -> printer.line(HELP);
            case "quit", "exit" -> hasEnded = true;
            default ->
                    throw new WrongUsage(
                            "There is no command %s; there are %s"
                                    .formatted(line.command(), String.join(", ", COMMANDS)));
        }
    }

    /** Says something to whoever sits there. */
    private void note(String text) {
        if (isInteractive) {
            try {
                printer.line(text);
            } catch (IOException nobodyReads) {
                // the next message finds out
            }
        }
    }

    private MqttClient connected() throws WrongUsage {
        MqttClient now = client;
        if (now == null) {
            throw new WrongUsage("There is no connection; 'connect' makes one");
        }
        return now;
    }

    private void connect(List<String> words) throws WrongUsage {
        if (client != null) {
            throw new WrongUsage("There is a connection already; 'disconnect' ends it");
        }
        connectFlags.read(Words.of(words));
        MqttClient made = command.connection.client(ClientCommand.EACH_SECOND, RECEIVE_MAXIMUM);
        client = made;
        listening.clear();
        subscriptions.clear();
        listen(made, "#");
        listen(made, "$SYS/#");
        try {
            Connected now = ClientCommand.await(made.connect());
            connected = now;
            note(
                    "connected to %s as %s, MQTT %s%s"
                            .formatted(
                                    now.server(),
                                    now.clientId(),
                                    now.version(),
                                    now.sessionPresent() ? ", with the session it had" : ""));
            made.onConnection(new Connections(made));
        } catch (MqttException failure) {
            client = null;
            made.close();
            throw failure;
        }
    }

    /** Says what becomes of the connection after its begin. */
    private final class Connections implements ConnectionListener {
        private final MqttClient made;

        private Connections(MqttClient made) {
            this.made = made;
        }

        @Override
        public void connected(Connected again) {
            note("connected again");
        }

        @Override
        public void disconnected(@Nullable MqttException cause, @Nullable Duration retryIn) {
            if (cause == null) {
                return;
            }
            if (retryIn == null) { // so that 'connect' makes another one
                client = null;
                made.close();
            }
            String words = cause.getMessage() + (retryIn == null ? "" : "; trying again in 1 s");
            if (isInteractive) {
                note(words);
            } else {
                command.complain(words);
            }
        }
    }

    private void listen(MqttClient made, String filter) {
        if (listening.add(filter)) {
            made.onMessage(filter, this::take);
        }
    }

    private void take(ReceivedMessage message) throws IOException {
        printer.print(command.shown(message.publish()));
        message.acknowledge();
        arrived.release();
    }

    private void disconnect() throws WrongUsage {
        MqttClient now = connected();
        client = null;
        connected = null;
        subscriptions.clear();
        try {
            ClientCommand.await(now.disconnect());
        } finally {
            now.close();
        }
        note("disconnected");
    }

    private void subscribe(ShellLine line) throws WrongUsage {
        MqttClient now = connected();
        line.word(0, "FILTER...");
        List<Subscription> wanted = new ArrayList<>();
        for (String filter : line.words()) {
            wanted.add(
                    new Subscription(
                            new SubscriptionRequest(Topics.filter(filter), line.qos()),
                            null,
                            true));
            if (filter.startsWith("$") && !filter.startsWith("$share/")) {
                listen(now, filter.split("/", 2)[0] + "/#");
            }
        }
        Subscribed subscribed = answer(now.subscribe(wanted));
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < line.words().size(); i++) {
            ReasonCode code = subscribed.reasonCodes().get(i);
            String filter = line.words().get(i);
            if (code.isError()) {
                refused.add("%s was not subscribed to: %s".formatted(filter, code));
            } else {
                subscriptions.put(filter, "QoS " + code.value());
                note("subscribed to %s, QoS %d".formatted(filter, code.value()));
            }
        }
        if (!refused.isEmpty()) {
            throw new WrongUsage(String.join("; ", refused));
        }
    }

    private void unsubscribe(ShellLine line) throws WrongUsage {
        MqttClient now = connected();
        line.word(0, "FILTER...");
        for (String filter : line.words()) {
            var _ = Topics.filter(filter);
        }
        var _ = answer(now.unsubscribe(line.words()));
        line.words().forEach(subscriptions::remove);
        note("unsubscribed");
    }

    private void publish(ShellLine line) throws WrongUsage {
        MqttClient now = connected();
        String topic = Topics.name(line.word(0, "TOPIC [TEXT...]"));
        List<String> text = line.words().subList(1, line.words().size());
        Properties properties =
                command.connection
                        .properties(PropertyOptions.Carrier.PUBLISH)
                        .only(it -> it != Property.TOPIC_ALIAS);
        Message message =
                new Message(
                        Message.to(topic).build().topic(),
                        String.join(" ", text).getBytes(StandardCharsets.UTF_8),
                        line.qos(),
                        line.retain(),
                        properties);
        ReasonCode code = answer(now.publish(message)).reasonCode();
        if (code != ReasonCode.SUCCESS) {
            note("published: " + code);
        }
    }

    /**
     * What the server answers.
     *
     * @throws MqttException if it does not in time, as where the connection is lost meanwhile
     */
    private static <T> T answer(CompletableFuture<T> future) {
        CompletableFuture<T> inTime = future.copy().orTimeout(PATIENCE, TimeUnit.SECONDS);
        try {
            return ClientCommand.await(inTime);
        } catch (CompletionException late) {
            if (late.getCause() instanceof TimeoutException) {
                throw new MqttException(
                        "No answer has come in %d s; it goes on where there is a connection again"
                                .formatted(PATIENCE),
                        late);
            }
            throw late;
        }
    }

    private void await(ShellLine line) throws WrongUsage, IOException {
        int count = line.number(0, "N [SECONDS]", 1, Integer.MAX_VALUE);
        int seconds =
                line.words().size() > 1 ? line.number(1, "N [SECONDS]", 0, LONGEST_WAIT) : PATIENCE;
        try {
            if (!arrived.tryAcquire(count, seconds, TimeUnit.SECONDS)) {
                throw new WrongUsage(
                        "%d of %d messages have come in %d s"
                                .formatted(arrived.availablePermits(), count, seconds));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    private void status() throws IOException {
        MqttClient now = client;
        Connected last = connected;
        if (now == null || last == null) {
            printer.line("not connected");
            return;
        }
        Counts counts = now.counts();
        StringBuilder text = new StringBuilder();
        text.append(
                "%s to %s as %s, MQTT %s\n"
                        .formatted(
                                now.state().name().toLowerCase(Locale.ROOT),
                                last.server(),
                                last.clientId(),
                                last.version()));
        text.append(
                "published %d, received %d, waiting %d, connected again %d times"
                        .formatted(
                                counts.published(),
                                counts.received(),
                                counts.waiting(),
                                counts.reconnects()));
        subscriptions.forEach((filter, granted) ->
                text.append("\nsubscribed to ").append(filter).append(", ").append(granted));
        printer.line(text.toString());
    }

    /** Ends the connection, if there is one. */
    @Override
    public void close() {
        MqttClient now = client;
        client = null;
        if (now != null) {
            now.close();
        }
    }
}

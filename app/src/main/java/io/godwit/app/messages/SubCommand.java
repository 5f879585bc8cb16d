package io.godwit.app.messages;

import io.godwit.client.ConnectionListener;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttException;
import io.godwit.client.Published;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.RequestRefused;
import io.godwit.client.Subscribed;
import io.godwit.client.Subscription;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** {@code godwit sub}: prints messages as they come. */
final class SubCommand extends ClientCommand {

    /** How many messages of QoS 1 and 2 are on their way at most, as with Mosquitto. */
    private static final int RECEIVE_MAXIMUM = 20;

    /** How long it waits at its end for the answer to the next of its removals, when none comes. */
    private static final int REMOVAL_SECONDS = 5;

    private final OutputOptions output = new OutputOptions();
    private final RetainOptions retained = new RetainOptions();
    private final Set<TopicFilter> filters = new LinkedHashSet<>();
    private final List<String> unsubscribed = new ArrayList<>();
    private final List<TopicFilter> hidden = new ArrayList<>();
    private int qos;
    private int count = Integer.MAX_VALUE;
    private int seconds;
    private double percent = 100;
    private boolean endsWhenSubscribed;
    private boolean endsAfterRetained;
    private boolean removesRetained;
    private boolean isWatch;

    /** How it ends, when it does. */
    private final CompletableFuture<End> end = new CompletableFuture<>();

    /** Retained messages that are being removed. */
    private final List<CompletableFuture<Published>> removals = new ArrayList<>();

    private int taken;

    /**
     * How it ends.
     *
     * @param reasonCode of its DISCONNECT
     */
    private record End(int exitCode, ReasonCode reasonCode) {}

    SubCommand(Streams streams) {
        super("sub", "Subscribes and prints messages", ProtocolVersion.V3_1_1, streams);
        flags.text(
                "FILTER", this::filter, "What to subscribe to; may be repeated.", "-t", "--topic");
        flags.number(
                "QOS",
                0,
                2,
                value -> qos = value,
                "The most that messages come at; 0 by default.",
                "-q",
                "--qos");
        output.addTo(flags);
        addChoice();
        retained.addTo(flags);
        addRetained();
        addEnd();
        addCommonFlags(this::filter);
    }

    private void addEnd() {
        flags.number(
                "N",
                1,
                Integer.MAX_VALUE,
                value -> count = value,
                "Ends when it has so many messages.",
                "-C");
        flags.on(
                () -> endsWhenSubscribed = true,
                "Ends when the server has acknowledged the subscriptions.",
                "-E");
        flags.number(
                "SECONDS",
                1,
                Integer.MAX_VALUE,
                value -> seconds = value,
                "Ends after that time, with exit code 27.",
                "-W");
    }

    private void addChoice() {
        flags.text(
                "FILTER",
                value -> hidden.add(Topics.filter(value)),
                "Hides topics; may be repeated.",
                "-T",
                "--filter-out");
        flags.text(
                "FILTER",
                value -> unsubscribed.add(Topics.filter(value).toString()),
                "Unsubscribes, after it has subscribed; may be repeated.",
                "-U",
                "--unsubscribe");
        flags.text(
                "PERCENT",
                this::percent,
                "Prints about that part of the messages, 0.1 to 100.",
                "--random-filter");
        flags.on(
                () -> isWatch = true,
                "On a terminal, keeps a line for each topic.",
                "-w",
                "--watch");
    }

    private void addRetained() {
        flags.on(
                () -> endsAfterRetained = true,
                "Ends at the first message that is not retained.",
                "--retained-only");
        flags.on(
                () -> removesRetained = true,
                "Removes the retained messages that come, those of -T excepted.",
                "--remove-retained");
    }

    private void filter(String value) throws WrongUsage {
        filters.add(Topics.filter(value));
    }

    private void percent(String value) throws WrongUsage {
        try {
            percent = Double.parseDouble(value);
        } catch (NumberFormatException notOne) {
            percent = Double.NaN;
        }
        if (!(percent >= 0.1 && percent <= 100)) {
            throw new WrongUsage(
                    "--random-filter takes a percentage from 0.1 to 100, not " + value);
        }
    }

    @Override
    int execute() throws WrongUsage, IOException {
        if (filters.isEmpty() && unsubscribed.isEmpty()) {
            throw new WrongUsage(
                    "It takes a topic filter to subscribe to (-t) or to unsubscribe from (-U)");
        }
        if (retained.areHidden() && endsAfterRetained) {
            throw new WrongUsage("-R hides what --retained-only asks for");
        }
        MessagePrinter printer = output.printer(streams);
        WatchTable table = isWatch && WatchTable.isPossible() ? new WatchTable(printer) : null;
        try (MqttClient client = connection.client(EACH_SECOND, Math.min(count, RECEIVE_MAXIMUM))) {
            listen(client, printer, table);
            CompletableFuture<Boolean> over = over(seconds);
            var _ = over.thenAccept(_ -> end.complete(stopped(TIME_IS_OVER)));
            boolean isConnected = connect(client, printer, over);
            if (isConnected) {
                streams.stopping().accept(() -> end.complete(stopped(0)));
                subscribe(client, printer);
            }
            End ended = ended();
            awaitRemovals();
            if (isConnected) {
                disconnect(client, printer, ended.reasonCode);
            }
            return ended.exitCode;
        }
    }

    /** As Mosquitto's does, which leaves the server to publish the will (version 5). */
    private End stopped(int exitCode) {
        return new End(
                exitCode,
                connection.version().isV5()
                        ? ReasonCode.DISCONNECT_WITH_WILL_MESSAGE
                        : ReasonCode.SUCCESS);
    }

    private End ended() {
        End ended = await(end);
        if (ended.exitCode == TIME_IS_OVER) {
            complain("The time is over");
        }
        return ended;
    }

    /** Before it connects, so that nothing is lost that the server has kept for the session. */
    private void listen(MqttClient client, MessagePrinter printer, @Nullable WatchTable table) {
        for (String filter : allTopics()) {
            client.onMessage(filter, message -> take(client, message, printer, table));
        }
        client.onConnection(
                new ConnectionListener() {
                    @Override
                    public void disconnected(
                            @Nullable MqttException cause, @Nullable Duration retryIn) {
                        if (cause != null && retryIn == null) {
                            end.completeExceptionally(cause);
                        }
                    }
                });
    }

    /**
     * Filters that match whatever may come, each topic once. Wildcards spare those that begin with
     * $.
     */
    private Set<String> allTopics() {
        Set<String> all = new LinkedHashSet<>(List.of("#", "$SYS/#"));
        for (TopicFilter filter : filters) {
            String text = new String(filter.bytes(), StandardCharsets.UTF_8);
            if (text.startsWith("$")) {
                all.add(text.split("/", 2)[0] + "/#");
            }
        }
        return all;
    }

    private void subscribe(MqttClient client, MessagePrinter printer) {
        CompletableFuture<?> done = CompletableFuture.completedFuture(null);
        if (!filters.isEmpty()) {
            List<Subscription> subscriptions = new ArrayList<>();
            Properties properties = connection.properties(PropertyOptions.Carrier.SUBSCRIBE);
            for (TopicFilter filter : filters) {
                subscriptions.add(new Subscription(request(filter), properties, null, true));
                properties = Properties.NONE; // one SUBSCRIBE has them once
                debug(printer, "Sending SUBSCRIBE (Topic: %s, QoS: %d)", filter, qos);
            }
            done = client.subscribe(subscriptions).thenAccept(it -> subscribed(it, printer));
        }
        if (!unsubscribed.isEmpty()) {
            debug(printer, "Sending UNSUBSCRIBE (%s)", String.join(", ", unsubscribed));
            Properties properties = connection.properties(PropertyOptions.Carrier.UNSUBSCRIBE);
            done = CompletableFuture.allOf(done, client.unsubscribe(unsubscribed, properties));
        }
        var _ = done.whenComplete(this::requested);
    }

    private void requested(@Nullable Object nothing, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (cause instanceof RequestRefused) {
            complain("All subscription requests were denied: " + cause.getMessage());
            end.complete(new End(ERROR, ReasonCode.SUCCESS));
        } else if (cause != null) {
            end.completeExceptionally(cause);
        } else if (endsWhenSubscribed) {
            end.complete(new End(0, ReasonCode.SUCCESS));
        }
    }

    private SubscriptionRequest request(TopicFilter filter) {
        return connection.version().isV5()
                ? new SubscriptionRequest(
                        filter,
                        qos,
                        false,
                        retained.asPublished(),
                        removesRetained ? RetainHandling.SEND : retained.handling())
                : new SubscriptionRequest(filter, qos);
    }

    private void subscribed(Subscribed subscribed, MessagePrinter printer) {
        List<TopicFilter> asked = List.copyOf(filters);
        List<String> granted = new ArrayList<>();
        for (int i = 0; i < subscribed.reasonCodes().size(); i++) {
            ReasonCode code = subscribed.reasonCodes().get(i);
            granted.add(String.valueOf(code.value()));
            if (code.isError()) {
                complain("%s was not subscribed to: %s".formatted(asked.get(i), code));
            }
        }
        debug(printer, "Subscribed: %s", String.join(", ", granted));
    }

    /**
     * Takes a message. One that comes too late is not acknowledged, so that a session that is kept
     * has it for the next time.
     */
    private void take(
            MqttClient client,
            ReceivedMessage message,
            MessagePrinter printer,
            @Nullable WatchTable table) {
        if (end.isDone()) {
            return;
        }
        if (endsAfterRetained && !message.retain()) {
            end.complete(new End(0, ReasonCode.SUCCESS));
            return;
        }
        boolean isShown = true;
        if (!isHidden(message.topic())) {
            if (removesRetained && message.retain()) {
                remove(client, message.topic());
            }
            if (!(message.retain() && retained.areHidden())) {
                isShown = show(message, printer, table);
            }
        }
        if (!isShown) { // nobody reads any more, as with "| head -1"
            end.complete(new End(0, ReasonCode.SUCCESS));
            return;
        }
        message.acknowledge();
        if (taken == count) {
            end.complete(new End(0, ReasonCode.SUCCESS));
        }
    }

    /** Shows a message; false if nobody reads any more. */
    private boolean show(
            ReceivedMessage message, MessagePrinter printer, @Nullable WatchTable table) {
        taken++;
        debug(
                printer,
                "Received PUBLISH (d%d, q%d, r%d, m%d, '%s', ... (%d bytes))",
                message.publish().dup() ? 1 : 0,
                message.qos(),
                message.retain() ? 1 : 0,
                message.publish().packetId(),
                message.topic(),
                message.payload().length);
        if (percent < 100 && ThreadLocalRandom.current().nextDouble(100) >= percent) {
            return true;
        }
        try {
            if (table == null) {
                printer.print(shown(message.publish()));
            } else {
                table.show(shown(message.publish()));
            }
            return true;
        } catch (IOException nobodyReads) {
            return false;
        }
    }

    private boolean isHidden(TopicName topic) {
        for (TopicFilter filter : hidden) {
            if (filter.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    private void remove(MqttClient client, TopicName topic) {
        synchronized (removals) {
            removals.removeIf(it -> it.isDone() && !it.isCompletedExceptionally());
            removals.add(client.publish(Message.to(topic.toString()).qos(1).retain(true).build()));
        }
    }

    private void awaitRemovals() {
        List<CompletableFuture<Published>> all;
        synchronized (removals) {
            all = List.copyOf(removals);
        }
        for (CompletableFuture<Published> removal : all) {
            await(CompletableFuture.anyOf(removal, over(REMOVAL_SECONDS)));
            if (!removal.isDone()) {
                return;
            }
        }
    }
}

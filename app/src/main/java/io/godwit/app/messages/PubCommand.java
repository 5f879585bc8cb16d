package io.godwit.app.messages;

import io.godwit.client.ConnectionListener;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttException;
import io.godwit.client.Published;
import io.godwit.client.Reconnect;
import io.godwit.client.RequestRefused;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code godwit pub}: publishes messages, and says by its exit code whether all were accepted. */
final class PubCommand extends ClientCommand {

    private static final int RECEIVE_MAXIMUM = 20;

    /** At QoS 0 nothing is awaited but the socket. */
    private static final int UNACKNOWLEDGED = 1_000;

    private final PayloadOptions payload = new PayloadOptions();
    private @Nullable String topic;
    private int qos;
    private boolean retain;
    private int times = 1;
    private Duration pause = Duration.ZERO;
    private int inFlight = 20;
    private boolean isJson;

    /** Fails when there is no connection, and none will be. */
    private final CompletableFuture<Published> lost = new CompletableFuture<>();

    private boolean someFailed;

    PubCommand(Streams streams) {
        super("pub", "Publishes messages", ProtocolVersion.V3_1_1, streams);
        flags.text("TOPIC", this::topic, "Where to publish.", "-t", "--topic");
        payload.addTo(flags, true);
        flags.number("QOS", 0, 2, value -> qos = value, "QoS; 0 by default.", "-q", "--qos");
        flags.on(
                () -> retain = true,
                "The server keeps the message for those that come later.",
                "-r",
                "--retain");
        addRepetition();
        flags.on(
                () -> isJson = true,
                "Prints what became of each message, as a line of JSON.",
                "--json");
        addCommonFlags(this::topic);
    }

    private void addRepetition() {
        flags.number(
                "N",
                1,
                Integer.MAX_VALUE,
                value -> times = value,
                "Publishes it so many times.",
                "--repeat");
        flags.text(
                "SECONDS",
                this::pause,
                "Waits so long before each repetition, as 0.5.",
                "--repeat-delay");
        flags.number(
                "N",
                1,
                65_535,
                value -> inFlight = value,
                "How many lines may be unacknowledged at a time; 20 by default.",
                "-M");
    }

    private void topic(String value) throws WrongUsage {
        topic = Topics.name(value);
    }

    private void pause(String seconds) throws WrongUsage {
        try {
            double value = Double.parseDouble(seconds);
            if (value >= 0 && value <= Integer.MAX_VALUE) {
                pause = Duration.ofNanos((long) (value * 1e9));
                return;
            }
        } catch (NumberFormatException notOne) {
            // said below
        }
        throw new WrongUsage("--repeat-delay takes seconds, 0 or more, not " + seconds);
    }

    @Override
    int execute() throws WrongUsage, IOException {
        if (topic == null || !payload.areGiven()) {
            throw new WrongUsage("It takes a topic (-t) and a message (-m, -f, -l, -n or -s)");
        }
        byte[] bytes = payload.bytes(streams.in());
        MessagePrinter printer = printer();
        Reconnect reconnect = payload.areLines() ? EACH_SECOND : Reconnect.NEVER;
        try (MqttClient client = connection.client(reconnect, RECEIVE_MAXIMUM)) {
            client.onConnection(
                    new ConnectionListener() {
                        @Override
                        public void disconnected(
                                @Nullable MqttException cause, @Nullable Duration retryIn) {
                            if (cause != null && retryIn == null) {
                                lost.completeExceptionally(cause);
                            }
                        }
                    });
            connect(client, printer, over(0));
            if (payload.areLines()) {
                publishLines(client, printer);
            } else {
                publish(client, printer, message(bytes));
            }
            disconnect(client, printer, ReasonCode.SUCCESS);
        }
        return someFailed ? ERROR : 0;
    }

    private Message message(byte[] bytes) {
        Properties properties =
                connection
                        .properties(PropertyOptions.Carrier.PUBLISH)
                        .only(it -> it != Property.TOPIC_ALIAS);
        Message plain = Message.to(Objects.requireNonNull(topic)).build();
        return new Message(plain.topic(), bytes, qos, retain, properties);
    }

    /** The next one when the one before is acknowledged, as {@code mosquitto_pub} does. */
    private void publish(MqttClient client, MessagePrinter printer, Message message)
            throws IOException {
        for (int i = 0; i < times; i++) {
            if (i > 0) {
                sleep(pause);
            }
            settle(begin(client, printer, message), printer);
        }
    }

    private void publishLines(MqttClient client, MessagePrinter printer) throws IOException {
        int most = qos == 0 ? UNACKNOWLEDGED : inFlight;
        Deque<UnderWay> underWay = new ArrayDeque<>();
        InputLines lines = new InputLines(streams.in());
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            if (underWay.size() >= most) {
                settle(underWay.remove(), printer);
            }
            underWay.add(begin(client, printer, message(line)));
        }
        while (!underWay.isEmpty()) {
            settle(underWay.remove(), printer);
        }
    }

    private record UnderWay(Message message, CompletableFuture<Published> outcome) {}

    private UnderWay begin(MqttClient client, MessagePrinter printer, Message message) {
        debug(
                printer,
                "Sending PUBLISH (q%d, r%d, '%s', ... (%d bytes))",
                message.qos(),
                message.retain() ? 1 : 0,
                message.topic(),
                message.payload().length);
        return new UnderWay(message, client.publish(message));
    }

    /** Waits for what becomes of a message, unless there can be no answer any more. */
    private void settle(UnderWay message, MessagePrinter printer) throws IOException {
        ReasonCode reasonCode;
        try {
            await(CompletableFuture.anyOf(message.outcome, lost));
            reasonCode = await(message.outcome).reasonCode();
        } catch (RequestRefused refused) {
            complain(String.valueOf(refused.getMessage()));
            reasonCode = refused.reasonCode();
            someFailed = true;
        }
        debug(printer, "Published: %s", reasonCode);
        if (isJson) {
            printer.line(outcome(message.message, reasonCode));
        }
    }

    private static String outcome(Message message, ReasonCode reasonCode) throws IOException {
        return JsonLine.ofOutcome(
                new Publish(
                        false,
                        message.qos(),
                        message.retain(),
                        message.topic(),
                        0,
                        message.properties(),
                        message.payload()),
                ZonedDateTime.now(ZoneId.systemDefault()),
                reasonCode);
    }

    private static void sleep(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }
}

package io.godwit.app.messages;

import io.godwit.app.bench.Kind;
import io.godwit.app.bench.Load;
import io.godwit.app.bench.ProgressLines;
import io.godwit.app.bench.Report;
import io.godwit.app.bench.Run;
import io.godwit.app.bench.Summary;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code godwit bench conn}, {@code pub}, {@code sub} and {@code pair}. */
final class LoadCommand extends ClientCommand {

    private static final int MOST_CLIENTS = 100_000;
    private static final int LARGEST_PAYLOAD = 268_435_455;
    private static final int RECEIVE_MAXIMUM = 1_000;

    /** Beyond, the client itself would turn messages away. */
    private static final int MOST_IN_FLIGHT = 10_000;

    private static final int IN_FLIGHT = 20;
    private static final int IN_FLIGHT_AT_QOS_0 = 1_000;

    private static final Duration USUAL_DURATION = Duration.ofSeconds(10);
    private static final Duration LIVE_INTERVAL = Duration.ofMillis(500);
    private static final Duration LINES_INTERVAL = Duration.ofSeconds(5);

    private static final String CLEAR_LINE = "\r\u001B[2K";
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9}) ?(B|kB|KB|MB|KiB|MiB)?");

    private final Kind kind;
    private final String run =
            HexFormat.of().toHexDigits((short) ThreadLocalRandom.current().nextInt());

    private int clients;
    private int publishers = 1;
    private int subscribers = 1;
    private int connectRate = 500;
    private @Nullable String topic;
    private int qos;
    private boolean retain;
    private int payloadSize = 64;
    private double rate = 1_000;
    private long count = Long.MAX_VALUE;
    private @Nullable Duration duration;
    private int inFlight;
    private @Nullable Duration interval;
    private boolean isJson;

    LoadCommand(Kind kind, Streams streams) {
        super("bench " + kind.word(), kind.purpose(), ProtocolVersion.V5, streams);
        this.kind = kind;
        clients = kind == Kind.CONN ? 100 : 10;
        flags.number(
                "N",
                1,
                MOST_CLIENTS,
                value -> clients = value,
                kind == Kind.PAIR
                        ? "How many topics, with a publisher and a subscriber each; 10 by default."
                        : "How many clients; %d by default.".formatted(clients),
                "-n",
                "--clients");
        if (kind == Kind.PAIR) {
            addCrowd();
        }
        flags.number(
                "N",
                1,
                1_000_000,
                value -> connectRate = value,
                "Opens so many connections in a second; 500 by default.",
                "--connect-rate");
        if (kind != Kind.CONN) {
            addMessages();
        }
        if (kind.publishes()) {
            addPublishing();
        }
        addEnd();
        flags.text(
                "SECONDS",
                value -> interval = seconds("--interval", value),
                "Says so often how far it is; each 5 s by default, on a terminal each 0.5 s.",
                "--interval");
        flags.on(() -> isJson = true, "Prints the summary as a line of JSON.", "--json");
        addCommonFlags(kind == Kind.CONN ? null : this::topic);
    }

    private void addCrowd() {
        flags.number(
                "N",
                1,
                MOST_CLIENTS,
                value -> publishers = value,
                "So many publishers to each topic; 1 by default.",
                "--publishers");
        flags.number(
                "N",
                1,
                MOST_CLIENTS,
                value -> subscribers = value,
                "So many subscribers to each topic; 1 by default.",
                "--subscribers");
    }

    private void addMessages() {
        flags.text(
                kind == Kind.SUB ? "FILTER" : "TOPIC",
                this::topic,
                kind == Kind.SUB
                        ? "What each subscribes to; godwit-bench/# by default. %i is its number."
                        : "Where to publish, %i being the number of the topic; a topic of its own"
                                + " below godwit-bench by default.",
                "-t",
                "--topic");
        flags.number("QOS", 0, 2, value -> qos = value, "QoS; 0 by default.", "-q", "--qos");
    }

    private void addPublishing() {
        flags.text(
                "N",
                this::rate,
                "Publishes so many messages in a second, in all; 1000 by default. max for as many as"
                        + " -M lets through.",
                "--rate");
        flags.text(
                "SIZE",
                this::payloadSize,
                "Bytes of a message, such as 64 or 1KB; 64 by default.",
                "--payload-size");
        flags.number(
                "N",
                1,
                MOST_IN_FLIGHT,
                value -> inFlight = value,
                "How many messages of a publisher may be unacknowledged; 20 by default, at QoS 0 1000"
                        + " that the system has not taken.",
                "-M");
        flags.on(() -> retain = true, "The messages are retained.", "-r", "--retain");
    }

    private void addEnd() {
        flags.text(
                "SECONDS",
                value -> duration = seconds("--duration", value),
                kind == Kind.CONN
                        ? "Keeps the connections so long, from when all are open; 10 by default."
                        : "Goes on so long, from when all are connected; 10 by default.",
                "--duration");
        if (kind != Kind.CONN) {
            flags.number(
                    "N",
                    1,
                    Integer.MAX_VALUE,
                    value -> count = value,
                    kind == Kind.SUB
                            ? "Ends when so many messages have come, in all."
                            : "Publishes so many messages, in all.",
                    "-C",
                    "--count");
        }
    }

    private void topic(String value) throws WrongUsage {
        if (kind == Kind.SUB) {
            var _ = Topics.filter(value);
            topic = value;
        } else {
            topic = Topics.name(value);
        }
    }

    private void rate(String value) throws WrongUsage {
        if (value.equals("max")) {
            rate = Load.AS_FAST_AS_IT_GOES;
            return;
        }
        rate = positive(value, "--rate takes messages a second, or max, not " + value);
    }

    private static Duration seconds(String flag, String value) throws WrongUsage {
        double seconds =
                positive(value, "%s takes seconds, more than 0, not %s".formatted(flag, value));
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private static double positive(String value, String otherwise) throws WrongUsage {
        try {
            BigDecimal number = new BigDecimal(value);
            if (number.signum() > 0 && number.compareTo(BigDecimal.valueOf(1_000_000_000)) <= 0) {
                return number.doubleValue();
            }
        } catch (NumberFormatException notOne) {
            // said below
        }
        throw new WrongUsage(otherwise);
    }

    private void payloadSize(String value) throws WrongUsage {
        Matcher size = SIZE.matcher(value);
        if (size.matches()) {
            long unit =
                    switch (size.group(2)) {
                        case "kB", "KB" -> 1_000;
                        case "MB" -> 1_000_000;
                        case "KiB" -> 1 << 10;
                        case "MiB" -> 1 << 20;
                        case null, default -> 1;
                    };
            long bytes = Long.parseLong(size.group(1)) * unit;
            if (bytes <= LARGEST_PAYLOAD) {
                payloadSize = (int) bytes;
                return;
            }
        }
        throw new WrongUsage(
                "--payload-size takes bytes, such as 64, 1KB or 2MiB, and 268435455 at most, not "
                        + value);
    }

    @Override
    int execute() throws WrongUsage, IOException {
        Load load = load();
        List<MqttClient> all = clients(load);
        Run running = new Run(load, all);
        streams.stopping().accept(running::stop);
        Report report;
        try (ProgressLines _ = progress(load, running)) {
            report = running.execute();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            if (isLive()) {
                show(CLEAR_LINE);
            }
        }
        Summary summary =
                new Summary(
                        report,
                        connection.server().address().toString(),
                        connection.version().toString());
        printer().line(isJson ? summary.json() : summary.text());
        return report.isClean() ? 0 : ERROR;
    }

    private Load load() throws WrongUsage {
        String where =
                topic != null
                        ? topic
                        : kind == Kind.SUB
                                ? "godwit-bench/#"
                                : "godwit-bench/" + run + "/" + Load.INDEX;
        Load load =
                new Load(
                        kind,
                        clients,
                        kind.publishes() ? publishers : 0,
                        kind.subscribes() ? subscribers : 0,
                        where,
                        qos,
                        retain,
                        properties(),
                        payloadSize,
                        rate,
                        connectRate,
                        count,
                        duration == null && count == Long.MAX_VALUE ? USUAL_DURATION : duration,
                        inFlight > 0 ? inFlight : qos == 0 ? IN_FLIGHT_AT_QOS_0 : IN_FLIGHT);
        if ((long) clients * (publishers + subscribers) > 2L * MOST_CLIENTS) {
            throw new WrongUsage("That are more than %d clients".formatted(2 * MOST_CLIENTS));
        }
        if (kind == Kind.PAIR && clients > 1 && !where.contains(Load.INDEX)) {
            throw new WrongUsage(
                    "With several topics (-n %d) their name needs %%i; for one topic of many there are"
                                    .formatted(clients)
                            + " --publishers and --subscribers");
        }
        if (kind == Kind.PAIR && !load.isStamped()) {
            throw new WrongUsage(
                    "--payload-size is %d at least, so that there is room for the stamp that says which"
                                    .formatted(Load.STAMP_SIZE)
                            + " message it is");
        }
        return load;
    }

    private Properties properties() {
        return connection
                .properties(PropertyOptions.Carrier.PUBLISH)
                .only(it -> it != Property.TOPIC_ALIAS);
    }

    private List<MqttClient> clients(Load load) throws WrongUsage {
        String id = connection.identity().clientId();
        if (id != null && load.clients() > 1 && !id.contains(Load.INDEX)) {
            throw new WrongUsage(
                    "With several clients their identifier needs %i: the server lets only one of them"
                            + " have it");
        }
        List<MqttClient> all = new ArrayList<>();
        for (int i = 1; i <= load.clients(); i++) {
            int number = i;
            MqttClientBuilder builder =
                    connection.builder(
                            EACH_SECOND, RECEIVE_MAXIMUM, text -> Load.indexed(text, number));
            if (id == null) {
                builder.clientId("bench-%s-%s-%d".formatted(run, kind.word(), i));
            }
            all.add(ConnectionOptions.built(builder));
        }
        return all;
    }

    private boolean isLive() {
        return isHeard() && WatchTable.isPossible();
    }

    private @Nullable ProgressLines progress(Load load, Run running) {
        if (!isHeard()) {
            return null;
        }
        boolean isLive = isLive();
        Consumer<String> out =
                isLive ? line -> show(CLEAR_LINE + line) : line -> streams.err().println(line);
        Duration usual = isLive ? LIVE_INTERVAL : LINES_INTERVAL;
        return new ProgressLines(load, running, interval == null ? usual : interval, out);
    }

    private void show(String text) {
        try {
            printer().write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException nobodyReads) {
            // the summary finds out
        }
    }
}

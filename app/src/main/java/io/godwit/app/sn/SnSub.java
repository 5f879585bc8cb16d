package io.godwit.app.sn;

import io.godwit.app.messages.Streams;
import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.SnTopic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit sn sub}. */
@Command(name = "sub", description = "Subscribes as a device does, and prints what comes.")
final class SnSub implements Callable<Integer> {

    private static final int LONGEST_SLEEP = 65_535;

    private final Streams streams;

    @Mixin private SnOptions options = new SnOptions();

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "FILTER",
            description = "What to subscribe to, with + and # as in MQTT; may be repeated.")
    private List<String> filters = new ArrayList<>();

    @Option(
            names = "--predefined",
            paramLabel = "N",
            description = "A topic by its predefined identifier; may be repeated.")
    private List<Integer> predefined = new ArrayList<>();

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            description = "0 (the default), 1 or 2.")
    private int qos;

    @Option(
            names = {"-v", "--verbose"},
            description = "Prints the topic in front; of a predefined one its identifier.")
    private boolean verbose;

    @Option(
            names = {"-N", "--no-line-end"},
            description = "Prints no line end behind a message.")
    private boolean noLineEnd;

    @Option(names = "-C", paramLabel = "N", description = "Ends after so many messages.")
    private int count;

    @Option(
            names = "-W",
            paramLabel = "SECONDS",
            description = "Ends after that time, with exit code 27.")
    private int wait;

    @Option(
            names = "--sleep",
            paramLabel = "SECONDS",
            description =
                    "Sleeps for so long, wakes up for what has waited, and so on; 1 to 65535.")
    private int sleep;

    @Spec private CommandSpec spec = CommandSpec.create();

    private long began;
    private int received;
    private volatile boolean isStopped;

    SnSub() {
        this(Streams.ofTheProcess());
    }

    SnSub(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        check();
        began = System.nanoTime();
        streams.stopping().accept(() -> isStopped = true);
        try (SnConnection connection = options.open(spec)) {
            connection.receiver(this::print);
            options.connect(connection);
            for (SnTopic topic : topics()) {
                connection.subscribe(topic, qos);
            }
            if (sleep == 0) {
                connection.receive(this::isOver);
            } else {
                connection.fallAsleep(sleep);
            }
            while (!isOver()) {
                connection.sleep(sleep, this::isOver);
            }
            connection.disconnect();
            return isStopped || isComplete() ? 0 : SnCommand.TIME_IS_OVER;
        } catch (IOException failure) {
            spec.commandLine().getErr().println(failure.getMessage());
            return SnCommand.ERROR;
        }
    }

    private void check() {
        options.check(spec);
        SnOptions.inRange(spec, "--qos", qos, 0, 2);
        SnOptions.inRange(spec, "--sleep", sleep, 0, LONGEST_SLEEP);
        SnOptions.inRange(spec, "-C", count, 0, Integer.MAX_VALUE);
        SnOptions.inRange(spec, "-W", wait, 0, Integer.MAX_VALUE);
        predefined.forEach(id -> SnOptions.inRange(spec, "--predefined", id, 1, SnTopic.LAST_ID));
        if (filters.isEmpty() && predefined.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "Say what to subscribe to, by -t FILTER or --predefined N");
        }
    }

    private List<SnTopic> topics() {
        List<SnTopic> topics = new ArrayList<>();
        for (String filter : filters) {
            byte[] utf8 = filter.getBytes(StandardCharsets.UTF_8);
            boolean isShort = SnTopic.Short.fits(utf8) && !filter.matches(".*[+#].*");
            topics.add(isShort ? SnTopic.Short.of(utf8) : new SnTopic.Name(new Binary(utf8)));
        }
        predefined.forEach(id -> topics.add(new SnTopic.Predefined(id)));
        return topics;
    }

    private boolean isComplete() {
        return count > 0 && received >= count;
    }

    private boolean isOver() {
        return isStopped
                || isComplete()
                || wait > 0 && System.nanoTime() - began >= TimeUnit.SECONDS.toNanos(wait);
    }

    /**
     * What comes behind the last message is left for the next time, if the session is kept, as is
     * what nobody reads.
     */
    private boolean print(String topic, byte[] payload) {
        if (isStopped || isComplete()) {
            return false;
        }
        try {
            if (verbose) {
                streams.out().write(streams.shown((topic + " ").getBytes(StandardCharsets.UTF_8)));
            }
            streams.out().write(streams.shown(payload));
            if (!noLineEnd) {
                streams.out().write('\n');
            }
            streams.out().flush();
        } catch (IOException nobodyReads) {
            isStopped = true;
            return false;
        }
        received++;
        return true;
    }
}

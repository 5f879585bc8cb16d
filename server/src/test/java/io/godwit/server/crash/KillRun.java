package io.godwit.server.crash;

import io.godwit.server.crash.Event.Anomaly;
import io.godwit.server.crash.Event.Closing;
import io.godwit.server.crash.Event.Drained;
import io.godwit.server.crash.Event.Killed;
import io.godwit.server.crash.Event.Started;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Starts a broker, loads it, ends it at some moment, starts it again on the same data, and so on;
 * at last lets everything arrive that is owed.
 */
final class KillRun {

    /** Messages that are acknowledged in each cycle, at least. */
    static final int FEWEST_ACKNOWLEDGED = 100;

    /** Sessions that are connected again in each cycle, at least. */
    static final int FEWEST_RECONNECTS = 5;

    private static final int SPREAD_ACKNOWLEDGED = 300;
    private static final int LONGEST_DELAY_MICROS = 20_000;
    private static final int LONGEST_START_MILLIS = 1_500;
    private static final int MOST_ROUNDS = 20;
    private static final int MOST_QUESTIONS = 100;

    /** A long run says after so many cycles how far it is. */
    private static final int CYCLES_TO_TELL = 20;

    /** Starts a broker. */
    @FunctionalInterface
    interface Starter {
        /** Starts one on the data that the one before left behind. */
        BrokerProcess start() throws Exception;
    }

    /** What one cycle did. */
    record Cycle(int acknowledged, int reconnects) {}

    /**
     * What came of it.
     *
     * @param residuals what the books of the brokers did not account for: after each start, and
     *     when all had come to rest
     * @param log the end of what the brokers said, if there are violations
     */
    record Outcome(
            List<Cycle> cycles,
            List<Event> events,
            List<Violation> violations,
            List<Long> residuals,
            String log) {}

    private final Random random;
    private final int cycles;
    private final boolean kills;
    private final Starter starter;
    private final History history = new History();
    private final Fleet fleet;
    private final List<Cycle> done = new ArrayList<>();
    private final List<Long> residuals = new ArrayList<>();
    private int runs;

    /**
     * A run to be.
     *
     * @param kills whether a cycle ends with the broker killed; else only the clients are cut off
     */
    KillRun(long seed, int cycles, boolean kills, Starter starter) {
        this.random = new Random(seed);
        this.cycles = cycles;
        this.kills = kills;
        this.starter = starter;
        this.fleet = Fleet.of(seed, history);
    }

    /** Runs it. */
    Outcome run() throws Exception {
        BrokerProcess running = startBroker();
        try {
            int port = running.port();
            history.add(new Started(++runs));
            for (int cycle = 1; cycle <= cycles && !history.broken(); cycle++) {
                load(port, running);
                if (kills) {
                    running.close();
                    running = startBroker();
                    port = running.port();
                    history.add(new Started(++runs));
                    residuals.add(running.residual());
                }
                if (!history.broken()) {
                    readRetained(port);
                }
            }
            if (!history.broken()) {
                drain(port);
                readRetained(port);
                residuals.add(residualAtRest(running));
            }
            List<Event> events = history.events();
            List<Violation> violations = new Checker(events).violations();
            String log = violations.isEmpty() ? "" : running.lastLines();
            return new Outcome(List.copyOf(done), events, violations, List.copyOf(residuals), log);
        } finally {
            running.close();
        }
    }

    /** Starts a broker; now and then it is killed already while it starts. */
    private BrokerProcess startBroker() throws Exception {
        while (kills && random.nextInt(5) == 0) {
            try (BrokerProcess early = starter.start()) {
                delay(TimeUnit.MILLISECONDS.toMicros(random.nextInt(LONGEST_START_MILLIS)));
                early.kill();
            }
        }
        return starter.start();
    }

    private void load(int port, BrokerProcess running) throws InterruptedException {
        int acknowledged = history.acknowledged();
        int reconnects = history.reconnects();
        int enough = acknowledged + FEWEST_ACKNOWLEDGED + random.nextInt(SPREAD_ACKNOWLEDGED);
        fleet.start(port);
        history.await(
                "acknowledgements and reconnects",
                () ->
                        history.acknowledged() >= enough
                                && history.reconnects() >= reconnects + FEWEST_RECONNECTS);
        delay(random.nextInt(LONGEST_DELAY_MICROS));
        if (kills) {
            history.add(new Killed(runs));
            fleet.halt();
            running.kill();
        } else {
            fleet.cut();
        }
        fleet.join();
        done.add(
                new Cycle(
                        history.acknowledged() - acknowledged, history.reconnects() - reconnects));
        if (done.size() % CYCLES_TO_TELL == 0) {
            System.out.printf(
                    "%d of %d cycles, %d acknowledged, %d reconnects%n",
                    done.size(), cycles, history.acknowledged(), history.reconnects());
        }
    }

    private static void delay(long micros) {
        CompletableFuture.runAsync(
                        () -> {}, CompletableFuture.delayedExecutor(micros, TimeUnit.MICROSECONDS))
                .join();
    }

    /** The clients have gone; the broker may still be busy with their going. */
    private static long residualAtRest(BrokerProcess running) throws IOException {
        long residual = running.residual();
        for (int i = 0; i < MOST_QUESTIONS && residual != 0; i++) {
            delay(TimeUnit.MILLISECONDS.toMicros(100));
            residual = running.residual();
        }
        return residual;
    }

    private void readRetained(int port) {
        Set<String> expected = new HashSet<>();
        history.retained()
                .forEach((topic, numbers) -> {
                    if (!numbers.contains(RetainedTopics.NOTHING)) {
                        expected.add(topic);
                    }
                });
        try {
            history.add(RetainedReader.read(port, expected));
        } catch (IOException failure) {
            history.add(new Anomaly("the reader of what is retained", failure.toString()));
        }
    }

    /**
     * Lets all clients finish what is under way, and then sends messages behind it until each
     * subscriber has had the last of each publisher and topic, or as a member of a group any. When
     * that does not come about, the checker will say what is missing.
     */
    private void drain(int port) throws InterruptedException {
        fleet.subscribers().forEach(subscriber -> subscriber.start(port, true));
        publish(port, 0);
        history.add(new Closing());
        List<Message> before = fleet.lastMessages();
        for (int round = 0; round < MOST_ROUNDS && !isClosed(before); round++) {
            publish(port, 2);
            history.await("the last messages", fleet::hasLastMessages);
        }
        if (!history.broken() || history.stalled()) {
            history.add(new Drained());
        }
        fleet.cut();
        fleet.join();
    }

    private boolean isClosed(List<Message> before) {
        return history.broken() || fleet.membersAreBeyond(before);
    }

    private void publish(int port, int rounds) throws InterruptedException {
        for (Publisher publisher : fleet.publishers()) {
            publisher.setRounds(rounds);
            publisher.start(port, true);
        }
        history.await(
                "the publishers to finish",
                () -> fleet.publishers().stream().noneMatch(Client::isWorking));
    }
}

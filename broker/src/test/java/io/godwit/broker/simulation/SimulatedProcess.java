package io.godwit.broker.simulation;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.durable.DurableStore;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.protection.Protection;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.session.InMemorySessionStore;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.ForwardTime;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.broker.spi.SessionStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What a crash takes with it: the loops with what they had to do, the shards and the broker. */
final class SimulatedProcess {

    private final Random schedule;
    private final boolean shuffled;
    private final List<SimulatedLoop> loops = new ArrayList<>();
    private final Set<SimulatedLoop> stalledLoops = new HashSet<>();
    private final List<Shard> shards = new ArrayList<>();
    private final InMemoryRetainedStore retained;
    private final SessionStore store;
    private final Broker broker;
    private final CompletableFuture<Void> started;
    private int nextLoop;

    /**
     * Starts a broker; with a disk it goes on where an earlier process has ended.
     *
     * @throws IllegalStateException if the disk cannot be read
     */
    SimulatedProcess(SimulatedBroker.Options options, SimulatedTime time, long seed) {
        this.schedule = new Random(seed);
        this.shuffled = options.isShuffled();
        Time forward = new ForwardTime(time);
        for (int i = 0; i < options.shards(); i++) {
            SimulatedLoop loop = new SimulatedLoop();
            loops.add(loop);
            shards.add(new Shard(i, loop, forward, new Random(seed * 31 + i)));
        }
        Limits limits = options.limits();
        this.retained = new InMemoryRetainedStore(limits.retained());
        this.store = openStore(options, forward);
        this.broker =
                new Broker(
                        shards,
                        limits,
                        store,
                        retained,
                        new AccessControl(options.authenticator(), options.authorizer()),
                        new Protection(options.protection()),
                        "Godwit simulated",
                        SimulatedBroker.SECRET);
        this.started = broker.recover(options.grace()).thenRun(broker::start);
    }

    private SessionStore openStore(SimulatedBroker.Options options, Time time) {
        SimulatedDisk disk = options.disk();
        if (disk == null) {
            return new InMemorySessionStore();
        }
        SimulatedLoop writing = new SimulatedLoop();
        SimulatedLoop reading = new SimulatedLoop();
        loops.add(writing);
        loops.add(reading);
        try {
            return new DurableStore(
                    disk.open(options.durability()),
                    writing,
                    reading,
                    time,
                    retained,
                    SimulatedBroker.MINIMUM_FREE_SPACE,
                    options.quarantine());
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    /** Whether it accepts connections. */
    boolean hasStarted() {
        return started.isDone();
    }

    SessionStore store() {
        return store;
    }

    Broker broker() {
        return broker;
    }

    InMemoryRetainedStore retained() {
        return retained;
    }

    List<Shard> shards() {
        return shards;
    }

    /** One more, which is run with the others. */
    SimulatedLoop newLoop() {
        SimulatedLoop loop = new SimulatedLoop();
        loops.add(loop);
        return loop;
    }

    int loops() {
        return loops.size();
    }

    void stall(int loop, boolean stalled) {
        if (stalled) {
            stalledLoops.add(loops.get(loop));
        } else {
            stalledLoops.remove(loops.get(loop));
        }
    }

    /** Lets all loops go on. */
    void goOn() {
        stalledLoops.clear();
    }

    /** Runs one action of one loop; false if there is none. */
    boolean runOne() {
        int first = shuffled ? schedule.nextInt(loops.size()) : nextLoop++;
        for (int i = 0; i < loops.size(); i++) {
            SimulatedLoop loop = loops.get((first + i) % loops.size());
            if (!loop.isIdle() && !stalledLoops.contains(loop)) {
                loop.runOne();
                checkNothingFailed();
                return true;
            }
        }
        nextLoop = 0;
        return false;
    }

    /** Shards log what fails in them and go on; here it is the end. */
    void checkNothingFailed() {
        if (broker.count(Counter.FAILED_ACTIONS) > 0) {
            throw new AssertionError("an action of a shard failed; the log has its stack");
        }
    }
}

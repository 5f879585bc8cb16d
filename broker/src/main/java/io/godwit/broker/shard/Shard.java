package io.godwit.broker.shard;

import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop with what it owns: timers, counters and a mailbox with two lanes. Sessions, connections
 * and shared subscriptions each live on one shard and are touched by its loop only.
 *
 * <p>{@link #control} and {@link #deliver} may be called from any thread; everything else on the
 * loop only.
 */
public final class Shard {

    /** Bytes waiting in a mailbox above which publishers stop being read. */
    public static final long MAILBOX_HIGH = 16L << 20;

    /** Bytes waiting in a mailbox below which they are read again. */
    public static final long MAILBOX_LOW = 4L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
    private static final int BATCHES_PER_DRAIN = 64;

    /** A batch of messages for one shard, what one loop turn of another one produced. */
    public interface Batch {
        /** Delivers them; on the receiving shard's loop. */
        void deliver();

        /** What it holds in memory. */
        long bytes();
    }

    private final int index;
    private final EventLoop loop;
    private final Time time;
    private final RandomGenerator random;
    private final TimerWheel timers;
    private final Counters counters = new Counters();
    private final Distribution lag =
            new Distribution(1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000);

    private final Queue<Runnable> controlLane = new MpscUnboundedArrayQueue<>(256);
    private final Queue<Batch> deliveryLane = new MpscUnboundedArrayQueue<>(256);
    private final AtomicBoolean drainPending = new AtomicBoolean();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Queue<Runnable> waitingForRoom = new MpscUnboundedArrayQueue<>(16);
    private final Queue<Runnable> waitingToPassOn = new MpscUnboundedArrayQueue<>(16);
    private final AtomicInteger holds = new AtomicInteger();

    private ArrayList<Runnable> endOfTurn = new ArrayList<>();
    private ArrayList<Runnable> ending = new ArrayList<>();
    private boolean endOfTurnPending;
    private long now;
    private long steadyNow;
    private boolean nowValid;
    private long tickedAt = Long.MIN_VALUE;

    /**
     * A shard.
     *
     * @param index its place among the shards, from 0
     * @param random used by its loop only
     */
    public Shard(int index, EventLoop loop, Time time, RandomGenerator random) {
        this.index = index;
        this.loop = loop;
        this.time = time;
        this.random = random;
        this.timers = new TimerWheel(time.monotonicMillis());
    }

    /** Its place among the shards, from 0. */
    public int index() {
        return index;
    }

    /** Its loop. */
    public EventLoop loop() {
        return loop;
    }

    /** Its timers. */
    public TimerWheel timers() {
        return timers;
    }

    /** Its counts. */
    public Counters counters() {
        return counters;
    }

    /** By how many milliseconds its ticks came late; any thread may read it. */
    public Distribution lag() {
        return lag;
    }

    /** Its source of randomness. */
    public RandomGenerator random() {
        return random;
    }

    /** Milliseconds of the monotonic clock, read once a turn. */
    public long now() {
        if (!nowValid) {
            now = time.monotonicMillis();
            steadyNow = time.steadyMillis(now);
            nowValid = true;
            scheduleEndOfTurn();
        }
        return now;
    }

    /** As {@link #now}, by {@link Time#steadyMillis}: for how long a client was silent. */
    public long steadyNow() {
        now();
        return steadyNow;
    }

    /**
     * Milliseconds of the wall clock as it is now, also within a turn: by it a message that another
     * shard has just stamped was not stamped in the future.
     */
    public long wallMillis() {
        return time.wallMillis();
    }

    /** Fails if the caller is not this shard's loop. */
    public void assertInLoop() {
        if (!loop.inLoop()) {
            throw new IllegalStateException(
                    "shard " + index + " was touched by " + Thread.currentThread());
        }
    }

    /** Moves the timers on; the transport calls it every {@link TimerWheel#RESOLUTION} ms. */
    public void tick() {
        nowValid = false;
        measureLag(steadyNow());
        run(this::advanceTimers);
    }

    /** What keeps the loop from its ticks keeps it from its clients as well. */
    private void measureLag(long at) {
        if (tickedAt != Long.MIN_VALUE) {
            lag.add(Math.max(0, at - tickedAt - TimerWheel.RESOLUTION));
        }
        tickedAt = at;
    }

    private void advanceTimers() {
        timers.advance(now());
    }

    /** Sets a timer this many milliseconds from now. */
    public void after(long millis, TimerWheel.Timer timer) {
        timers.set(timer, now() + millis);
    }

    /** Runs an action once, when the turn ends; actions run in the order they were given. */
    public void atEndOfTurn(Runnable action) {
        endOfTurn.add(action);
        scheduleEndOfTurn();
    }

    private void scheduleEndOfTurn() {
        if (!endOfTurnPending) {
            endOfTurnPending = true;
            loop.execute(this::endTurn);
        }
    }

    private void endTurn() {
        endOfTurnPending = false;
        nowValid = false;
        ArrayList<Runnable> actions = endOfTurn;
        endOfTurn = ending; // what an action adds belongs to the next turn
        ending = actions;
        for (int i = 0; i < actions.size(); i++) {
            run(actions.get(i));
        }
        actions.clear();
    }

    /** Runs an action on this shard, before deliveries that wait. */
    public void control(Runnable action) {
        controlLane.add(action);
        wake();
    }

    /**
     * Puts a batch into the mailbox, which always takes it.
     *
     * @return whether the mailbox is over its mark, so that the publishers are to be paused
     */
    public boolean deliver(Batch batch) {
        long waiting = waitingBytes.addAndGet(batch.bytes());
        deliveryLane.add(batch);
        wake();
        return waiting > MAILBOX_HIGH || holds.get() > 0;
    }

    /**
     * Runs an action, on this shard's loop, as soon as the mailbox is below its lower mark and not
     * held.
     */
    public void whenRoom(Runnable action) {
        waitingForRoom.add(action);
        wake();
    }

    /**
     * The mailbox counts as over its mark until another one has room: this shard passes messages on
     * to that, which would otherwise grow while this one stays empty. What is in the mailbox is
     * delivered all the same, so that two shards may hold each other's. On the loop only.
     */
    public void holdUntilRoomIn(Shard target) {
        holds.incrementAndGet();
        target.waitingToPassOn.add(() -> control(holds::decrementAndGet));
        target.wake();
    }

    private void wake() {
        if (!drainPending.get() && drainPending.compareAndSet(false, true)) {
            loop.execute(this::drain);
        }
    }

    private void drain() {
        drainPending.set(false);
        drainControl();
        for (int i = 0; i < BATCHES_PER_DRAIN; i++) {
            Batch batch = deliveryLane.poll();
            if (batch == null) {
                break;
            }
            run(batch::deliver);
            waitingBytes.addAndGet(-batch.bytes());
            drainControl();
        }
        if (waitingBytes.get() < MAILBOX_LOW) {
            runAll(waitingToPassOn);
            if (holds.get() == 0) {
                runAll(waitingForRoom);
            }
        }
        if (!deliveryLane.isEmpty() || !controlLane.isEmpty()) {
            wake();
        }
    }

    private void drainControl() {
        runAll(controlLane);
    }

    private void runAll(Queue<Runnable> actions) {
        Runnable action;
        while ((action = actions.poll()) != null) {
            run(action);
        }
    }

    /** One action that fails must not take the others with it. */
    private void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException failure) {
            failed(failure);
        }
    }

    /** Notes that an action has failed, which is a defect; on the loop only. */
    public void failed(RuntimeException failure) {
        counters.increment(Counter.FAILED_ACTIONS);
        LOG.error("an action of shard {} failed; the others go on", index, failure);
    }
}

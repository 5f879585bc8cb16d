package io.godwit.broker.shard;

import org.jspecify.annotations.Nullable;

/**
 * The timers of one shard: a hashed wheel with a resolution of 100 ms. Only the shard's loop may
 * touch it. A timer fires at the first {@link #advance} at or after its time, never before.
 */
public final class TimerWheel {

    /** Milliseconds between two slots. */
    public static final long RESOLUTION = 100;

    private static final int SLOTS = 4096;

    /** Behind the slots of the wheel: timers whose time has come and that have not fired. */
    private static final int DUE = SLOTS;

    private final @Nullable Timer[] slots = new Timer[SLOTS + 1];
    private long tick;

    /**
     * A timer that can be set again and again. Subclasses say what happens; an idle one costs
     * nothing but itself.
     */
    public abstract static class Timer {
        private @Nullable Timer next;
        private @Nullable Timer previous;
        private long deadline;
        private int slot = -1;

        /** Called on the shard's loop when the time has come; the timer is no longer set then. */
        protected abstract void fire();

        /** Whether it is set and has not fired. */
        public boolean isSet() {
            return slot >= 0;
        }
    }

    /**
     * An empty wheel.
     *
     * @param now milliseconds of the monotonic clock
     */
    public TimerWheel(long now) {
        this.tick = now / RESOLUTION;
    }

    /**
     * Sets a timer, which is moved if it was set before.
     *
     * @param deadline milliseconds of the monotonic clock
     */
    public void set(Timer timer, long deadline) {
        cancel(timer);
        timer.deadline = deadline;
        long due = Math.max(tick + 1, Math.ceilDiv(deadline, RESOLUTION));
        link(timer, (int) (due % SLOTS));
    }

    /** Takes a timer back; nothing happens if it is not set. */
    public void cancel(Timer timer) {
        if (timer.slot < 0) {
            return;
        }
        if (timer.previous != null) {
            timer.previous.next = timer.next;
        } else {
            slots[timer.slot] = timer.next;
        }
        if (timer.next != null) {
            timer.next.previous = timer.previous;
        }
        timer.next = null;
        timer.previous = null;
        timer.slot = -1;
    }

    /**
     * Fires every timer whose deadline has come.
     *
     * @param now milliseconds of the monotonic clock, not before an earlier call's
     */
    public void advance(long now) {
        long target = now / RESOLUTION;
        if (target - tick > SLOTS) { // a long pause: one round visits every slot
            tick = target - SLOTS;
        }
        fireDue();
        while (tick < target) {
            tick++;
            collectDue((int) (tick % SLOTS), now);
            fireDue();
        }
    }

    private void collectDue(int slot, long now) {
        Timer timer = slots[slot];
        slots[slot] = null;
        while (timer != null) {
            Timer following = timer.next;
            link(timer, timer.deadline <= now ? DUE : slot);
            timer = following;
        }
    }

    /** Each may set and cancel any timer, also one that is due, and may fail. */
    private void fireDue() {
        Timer timer;
        while ((timer = slots[DUE]) != null) {
            cancel(timer);
            timer.fire();
        }
    }

    private void link(Timer timer, int slot) {
        Timer head = slots[slot];
        timer.slot = slot;
        timer.next = head;
        timer.previous = null;
        if (head != null) {
            head.previous = timer;
        }
        slots[slot] = timer;
    }
}

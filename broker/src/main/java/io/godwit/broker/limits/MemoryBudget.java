package io.godwit.broker.limits;

import io.godwit.broker.spi.Message;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that the whole broker may hold for its clients, a message that several sessions share
 * counted once. Safe from any thread; each shard counts through an {@link Account} of its own, so
 * the total is exact but for {@value #GRAIN} bytes a shard, and exact after each has {@link
 * Account#settle settled}.
 */
public final class MemoryBudget {

    /** Bytes that an account collects before it tells the total. */
    static final long GRAIN = 65_536;

    /** What a place in a queue costs beside the message. */
    private static final int PLACE = 64;

    /** The largest message that is sent at once though nothing more may be held. */
    private static final int SMALL = 1 << 10;

    private final long maximum;
    private final AtomicLong used = new AtomicLong();

    /**
     * A budget.
     *
     * @param maximum bytes
     */
    public MemoryBudget(long maximum) {
        this.maximum = maximum;
    }

    /** An account for one shard. */
    public Account account() {
        return new Account();
    }

    /** Whether nothing more may be held. */
    public boolean isFull() {
        return used.get() >= maximum;
    }

    /** Bytes that may be held. */
    public long maximum() {
        return maximum;
    }

    /** Bytes held now. */
    public long used() {
        return used.get();
    }

    /**
     * Bytes that are counted at once and given back once, whatever threads these happen on: what is
     * held may pass from one to another meanwhile.
     */
    public final class Hold {
        private final AtomicLong bytes = new AtomicLong();

        private Hold() {}

        /**
         * Counts bytes; false, and nothing counted, when there is no room for them.
         *
         * @param more 0 or more
         * @param always so many are counted whether there is room or not
         */
        public boolean take(long more, long always) {
            boolean fits = used.addAndGet(more) <= maximum || more <= always;
            if (fits) {
                bytes.addAndGet(more);
            } else {
                used.addAndGet(-more);
            }
            return fits;
        }

        /** Gives back all that was counted; nothing happens if it has been given back. */
        public void giveBack() {
            used.addAndGet(-bytes.getAndSet(0));
        }
    }

    /** The count of one shard; on its loop only. */
    public final class Account {
        private long untold;

        private Account() {}

        /** For what may be given back on another loop. */
        public Hold newHold() {
            return new Hold();
        }

        /** Whether nothing more may be held. */
        public boolean isFull() {
            return MemoryBudget.this.isFull();
        }

        /** Counts a session that holds a message; false, and nothing counted, when full. */
        public boolean hold(Message message) {
            if (isFull()) {
                return false;
            }
            count(message.hold() ? PLACE + message.size() : PLACE);
            return true;
        }

        /**
         * The same for a message that is sent at once, or soon. A small one always goes, whatever
         * others leave lying: {@code limits.session.in-flight} bounds how many of them wait, and
         * how many are not acknowledged.
         */
        public boolean holdToSend(Message message) {
            if (isFull() && message.size() > SMALL) {
                return false;
            }
            count(message.hold() ? PLACE + message.size() : PLACE);
            return true;
        }

        /** Counts a session that holds a message, whether there is room or not. */
        public void take(Message message) {
            count(message.hold() ? PLACE + message.size() : PLACE);
        }

        /** Gives back what {@link #hold} or {@link #holdToSend} counted, on any shard. */
        public void letGo(Message message) {
            count(message.letGo() ? -PLACE - message.size() : -PLACE);
        }

        /** Counts bytes that belong to no message; false, and nothing counted, when full. */
        public boolean reserve(long bytes) {
            if (used.get() + bytes > maximum) {
                return false;
            }
            count(bytes);
            return true;
        }

        /** Counts bytes that are held already, whether there is room or not. */
        public void take(long bytes) {
            count(bytes);
        }

        /** Gives back what {@link #reserve} or {@link #take} counted, on this shard or another. */
        public void release(long bytes) {
            count(-bytes);
        }

        /** Tells the total what was collected. */
        public void settle() {
            used.addAndGet(untold);
            untold = 0;
        }

        private void count(long bytes) {
            untold += bytes;
            if (untold > GRAIN || untold < -GRAIN) {
                settle();
            }
        }
    }
}

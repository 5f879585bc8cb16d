package io.godwit.broker.limits;

import java.util.concurrent.atomic.AtomicLong;

/** The rate at which CONNECT packets are accepted: a bucket of tokens. Safe from any thread. */
public final class ConnectRate {

    private final int perSecond;
    private final long burstMillis;

    /** The time, in milliseconds times the rate, up to which tokens have been spent. */
    private final AtomicLong spentUntil = new AtomicLong(Long.MIN_VALUE);

    /**
     * A full bucket.
     *
     * @param perSecond tokens that come in a second; 0 for no limit
     * @param burst tokens that a full bucket holds
     */
    public ConnectRate(int perSecond, int burst) {
        this.perSecond = perSecond;
        this.burstMillis = Math.max(1, burst) * 1000L;
    }

    /**
     * Takes a token; false if there is none.
     *
     * @param now milliseconds of the monotonic clock
     */
    public boolean admit(long now) {
        if (perSecond == 0) {
            return true;
        }
        long time = now * perSecond;
        while (true) {
            long spent = spentUntil.get();
            long from = Math.max(spent, time - burstMillis);
            if (from + 1000 > time) {
                return false;
            }
            if (spentUntil.compareAndSet(spent, from + 1000)) {
                return true;
            }
        }
    }
}

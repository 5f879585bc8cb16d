package io.godwit.broker.shard;

/** The two clocks of the broker: the system's, or a simulated pair. Safe from any thread. */
public interface Time {

    /** The system's clocks. */
    Time SYSTEM =
            new ForwardTime(
                    new Time() {
                        @Override
                        public long monotonicMillis() {
                            return System.nanoTime() / 1_000_000;
                        }

                        @Override
                        public long wallMillis() {
                            return System.currentTimeMillis();
                        }

                        @Override
                        public long nanos() {
                            return System.nanoTime();
                        }
                    });

    /** Milliseconds that only go forward; for intervals within the life of the process. */
    long monotonicMillis();

    /** Milliseconds since 1970; for what outlives the process, such as expiry. */
    long wallMillis();

    /** Nanoseconds that only go forward, for measuring; as exact as the clock is. */
    default long nanos() {
        return monotonicMillis() * 1_000_000;
    }

    /**
     * What a reading of {@link #monotonicMillis} is without what these clocks were moved forward by
     * a test: how long a client that is connected was silent is measured so, since it is not the
     * client that has let the time pass.
     *
     * @param monotonicMillis a reading of just now
     */
    default long steadyMillis(long monotonicMillis) {
        return monotonicMillis;
    }
}

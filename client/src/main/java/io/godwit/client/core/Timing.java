package io.godwit.client.core;

import java.time.Duration;

/** Time, so that tests can have their own. Safe from any thread. */
interface Timing {

    /** Nanoseconds from some beginning, which never go back. */
    long nanos();

    /** Milliseconds since 1970, which go on evenly though the clock may be set. */
    long millis();

    /** Milliseconds since 1970 by the clock, as another process will have them. */
    long clock();

    /** Runs a task, which must be quick, after a wait. */
    Alarm after(Duration wait, Runnable task);

    /** A task that is still to run. */
    interface Alarm {

        /** Lets it not run, if it has not begun. */
        void cancel();
    }
}

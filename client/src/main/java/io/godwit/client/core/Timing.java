package io.godwit.client.core;

import java.time.Duration;

/** Time, so that tests can have their own. Safe from any thread. */
interface Timing {

    /** Nanoseconds from some beginning, which never go back. */
    long nanos();

    /** Milliseconds since 1970. */
    long millis();

    /** Runs a task, which must be quick, after a wait. */
    Alarm after(Duration wait, Runnable task);

    /** A task that is still to run. */
    interface Alarm {

        /** Lets it not run, if it has not begun. */
        void cancel();
    }
}

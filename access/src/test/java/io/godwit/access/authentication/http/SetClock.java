package io.godwit.access.authentication.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that a test sets; begins with the real time. */
public final class SetClock implements InstantSource {

    private volatile Instant now = Instant.now();

    @Override
    public Instant instant() {
        return now;
    }

    /** Lets time pass, or takes it back. */
    public void pass(Duration time) {
        now = now.plus(time);
    }
}

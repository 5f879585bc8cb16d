package io.godwit.junit;

import io.godwit.codec.PacketType;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong between clients and the broker, as {@link TestBroker} was asked for it.
 * It is over when it was closed, and at the end of the test. Safe from any thread.
 */
public final class Fault implements AutoCloseable {

    /** What becomes of a packet. */
    enum Verdict {
        PASS,
        /** It goes no further, and the connection goes on. */
        DROP,
        /** It passes as the last of its connection. */
        CUT
    }

    /** Looks at each packet; calls come one after the other. */
    @FunctionalInterface
    interface Rule {

        Rule PASS_ALL = (_, _) -> Verdict.PASS;

        /** What becomes of a packet; anything but PASS is said once. */
        Verdict judge(Direction direction, @Nullable PacketType type);
    }

    private final String what;
    private final @Nullable String clientId;
    private final boolean stopsReading;
    private final Rule rule;
    private final Faults faults;
    private final Duration patience;
    private final CountDownLatch happened = new CountDownLatch(1);

    /**
     * A fault.
     *
     * @param what for a person, as in {@code drop the next PUBACK}
     * @param clientId whose connections are meant, or null for all
     */
    Fault(
            String what,
            @Nullable String clientId,
            boolean stopsReading,
            Rule rule,
            Faults faults,
            Duration patience) {
        this.what = what;
        this.clientId = clientId;
        this.stopsReading = stopsReading;
        this.rule = rule;
        this.faults = faults;
        this.patience = patience;
    }

    boolean isAbout(String client) {
        return clientId == null || clientId.equals(client);
    }

    boolean stopsReading() {
        return stopsReading;
    }

    Rule rule() {
        return rule;
    }

    void hasStruck() {
        happened.countDown();
    }

    /** Whether it has happened. */
    public boolean hasHappened() {
        return happened.getCount() == 0;
    }

    /**
     * Waits until it has happened.
     *
     * @throws AssertionError if it does not in time ({@link MqttBroker#patience})
     */
    public void await() {
        try {
            if (!happened.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError(
                        "after %d s it has not come to this: %s"
                                .formatted(patience.toSeconds(), what));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while this was awaited: " + what, interrupted);
        }
    }

    /** Takes it back, or ends it: what was held back goes on. */
    @Override
    public void close() {
        faults.remove(this);
    }

    @Override
    public String toString() {
        return what + (hasHappened() ? " (has happened)" : "");
    }
}

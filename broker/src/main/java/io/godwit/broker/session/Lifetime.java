package io.godwit.broker.session;

import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.codec.Connect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.Will;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How long a session lives, and when its will is due: both run from the close of its connection.
 * One timer serves the two. On the session's shard only.
 */
final class Lifetime extends TimerWheel.Timer {

    private static final long NOT_DUE = Long.MAX_VALUE;

    private final Session session;
    private final Consumer<Lifetime> due;
    private @Nullable Will will;
    private long cost;
    private long expiryInterval;
    private long since;
    private long willAt = NOT_DUE;
    private long endsAt = NOT_DUE;

    /**
     * The lifetime of a session.
     *
     * @param due called when the will or the end has come
     */
    Lifetime(Session session, Consumer<Lifetime> due) {
        this.session = session;
        this.due = due;
    }

    Session session() {
        return session;
    }

    /** The will that is to be published, or null. */
    @Nullable Will will() {
        return will;
    }

    boolean hasWill() {
        return will != null;
    }

    /** Another will, or none, while the connection lasts. */
    void will(@Nullable Will newWill) {
        will = newWill;
    }

    /** Takes the will out: it is published or discarded once. */
    @Nullable Will takeWill() {
        Will taken = will;
        will = null;
        willAt = NOT_DUE;
        return taken;
    }

    /** When its connection came or closed, in milliseconds of the wall clock. */
    long since() {
        return since;
    }

    /** Bytes that the session counts against {@code limits.memory}. */
    long cost() {
        return cost;
    }

    void cost(long bytes) {
        cost = bytes;
    }

    long expiryInterval() {
        return expiryInterval;
    }

    /** Seconds, 0 to {@link Connect#NEVER_EXPIRES}. */
    void expiryInterval(long seconds) {
        expiryInterval = seconds;
    }

    /** A new connection: nothing is due while it lasts [v5 MQTT-3.1.3-9]. */
    void connected(long seconds, @Nullable Will newWill) {
        expiryInterval = seconds;
        will = newWill;
        since = session.home().wallMillis();
        willAt = NOT_DUE;
        endsAt = NOT_DUE;
        session.home().timers().cancel(this);
    }

    /** The connection has closed: will and end come due after their intervals. */
    void disconnected() {
        since = session.home().wallMillis();
        long now = session.home().now();
        if (expiryInterval != Connect.NEVER_EXPIRES) {
            endsAt = now + expiryInterval * 1000;
        }
        if (will != null) { // at its delay or at the session's end, whichever is first §3.1.3.2.2
            willAt = Math.min(now + willDelay(will.properties()) * 1000, endsAt);
        }
        arm();
    }

    /**
     * The session is known from the store: what ran since its connection closed goes on, by the
     * wall clock; one that had a connection when the process ended counts as closed now.
     *
     * @param grace milliseconds before which neither its will nor its end is due
     */
    void restore(RecoveredSession recovered, long grace) {
        expiryInterval = recovered.expiryInterval();
        will = recovered.will();
        long wallNow = session.home().wallMillis();
        boolean wasConnected = recovered.disconnectedAt() == RecoveredSession.CONNECTED;
        // a clock that was set back must not make it wait longer
        long closedAt = wasConnected ? wallNow : Math.min(recovered.disconnectedAt(), wallNow);
        long now = session.home().now();
        long elapsed = wallNow - closedAt;
        since = closedAt;
        if (expiryInterval != Connect.NEVER_EXPIRES) {
            endsAt = now + Math.max(grace, expiryInterval * 1000 - elapsed);
        }
        if (will != null) {
            long delay = willDelay(will.properties()) * 1000 - elapsed;
            willAt = Math.min(now + Math.max(grace, delay), endsAt);
        }
        arm();
    }

    private static long willDelay(Properties properties) {
        return properties.getOrDefault(Property.WILL_DELAY_INTERVAL, 0L);
    }

    boolean isWillDue() {
        return will != null && session.home().now() >= willAt;
    }

    boolean hasEnded() {
        return session.home().now() >= endsAt;
    }

    /** When the will or the end is due next, by the monotonic clock; Long.MAX_VALUE for never. */
    long nextDue() {
        return Math.min(will == null ? NOT_DUE : willAt, endsAt);
    }

    /** Waits for what is due next. */
    void arm() {
        long next = nextDue();
        if (next != NOT_DUE) {
            session.home().timers().set(this, next);
        }
    }

    @Override
    protected void fire() {
        due.accept(this);
    }
}

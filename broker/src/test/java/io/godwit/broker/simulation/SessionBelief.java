package io.godwit.broker.simulation;

import io.godwit.codec.Connect;
import org.jspecify.annotations.Nullable;

/** What a client knows about whether the broker has its session (§4.1, §3.1.2.11.2). */
final class SessionBelief {

    /** Timers are not exact, and a closed connection is noticed late. */
    private static final long TOLERANCE = 1_500;

    private enum Known {
        NO,
        MAYBE,
        YES
    }

    private final CrashWorld world;
    private Known known = Known.NO;
    private boolean ending;
    private long expiry;
    private long lostAt;

    /** When the broker had certainly noticed that the connection is gone; -1 for not yet. */
    private long noticedAt = -1;

    private boolean surelyExpired;

    /** Whether a CONNECT that was not answered may have made another one, since it had expired. */
    private boolean replaced;

    SessionBelief(CrashWorld world) {
        this.world = world;
    }

    /** Whether a session is certain to have been there, if it has not expired. */
    boolean isKnown() {
        return known == Known.YES;
    }

    /** CONNECT is sent. */
    void connecting() {
        surelyExpired =
                expires()
                        && noticedAt >= 0
                        && world.monotonic() - Math.max(noticedAt, world.startedAt())
                                > Math.max(expiry * 1000, world.graceMillis()) + TOLERANCE;
        if (surelyExpired) {
            known = Known.NO;
        }
    }

    private boolean expires() {
        return expiry != Connect.NEVER_EXPIRES;
    }

    private boolean mayHaveExpired() {
        return expires() && world.elapsedAtMost(lostAt) > expiry * 1000 - TOLERANCE;
    }

    /** Whether a session that is there may be another one than the client knows. */
    boolean mayBeAnother() {
        return replaced;
    }

    /** Why an answer to CONNECT without Clean Start cannot be, or null. */
    @Nullable String contradicts(boolean present) {
        if (present) {
            return known == Known.NO ? "it has ended, or never was" : null;
        }
        return known == Known.YES && !mayHaveExpired() ? "nothing has ended it" : null;
    }

    /**
     * CONNACK came.
     *
     * @param seconds how long the session outlives the connection
     */
    void connected(long seconds) {
        known = Known.YES;
        ending = false;
        replaced = false;
        expiry = seconds;
    }

    /** DISCONNECT is sent that ends it. */
    void ending() {
        ending = true;
    }

    /** The connection, or an attempt at one, is gone. */
    void disconnected(boolean wasConnected) {
        noticedAt = -1;
        if (wasConnected) {
            lostAt = world.monotonic();
            ending |= expiry == 0;
        } else {
            replaced |= mayHaveExpired();
            ending = false; // the attempt may have been handled after what was to end it
        }
        if (ending || known == Known.NO) {
            known = Known.MAYBE;
        }
    }

    /** The broker has crashed: whether it still had ended the session is not known. */
    void crashed() {
        ending = false;
    }

    /** The broker has come to rest, with all that was stored. */
    void quiet() {
        if (noticedAt < 0) {
            noticedAt = world.monotonic();
        }
        if (ending && known == Known.MAYBE && !world.hasTrouble()) {
            known = Known.NO;
            ending = false;
        }
    }
}

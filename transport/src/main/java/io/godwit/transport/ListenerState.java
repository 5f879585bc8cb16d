package io.godwit.transport;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What a listener and its sockets share. Safe from any thread. */
final class ListenerState {

    private final Incidents incidents;
    private final HandshakeBudget handshakes;
    private final LongAdder handshakesDone = new LongAdder();
    private volatile ListenerSettings settings;
    private @Nullable TlsContext tls;
    private boolean closed;

    /** How often another TLS has come into force. */
    private volatile int replacements;

    /** Whether connections that have not begun yet are closed when they do. */
    private volatile boolean over;

    /**
     * The state of a listener that opens.
     *
     * @param tls null without TLS
     * @param whenRoom called when handshakes may begin again, on any thread
     */
    ListenerState(ListenerSettings settings, @Nullable TlsContext tls, Runnable whenRoom) {
        this.settings = settings;
        this.incidents = new Incidents(settings.name());
        this.tls = tls;
        this.handshakes =
                new HandshakeBudget(
                        tls == null ? Integer.MAX_VALUE : tls.settings().handshakes(), whenRoom);
    }

    String name() {
        return settings.name();
    }

    ListenerSettings settings() {
        return settings;
    }

    Incidents incidents() {
        return incidents;
    }

    HandshakeBudget handshakes() {
        return handshakes;
    }

    synchronized Duration handshakeTimeout() {
        return tls().settings().handshakeTimeout();
    }

    /** Which TLS is in force; the caller releases it. */
    synchronized TlsContext acquireTls() {
        TlsContext current = tls();
        current.retain();
        return current;
    }

    /** The same, or null without TLS, and once the listener is closed. */
    synchronized @Nullable TlsContext acquireTlsIfAny() {
        return tls == null ? null : acquireTls();
    }

    /** Whether a certificate that is in force is for a host name; never without TLS. */
    boolean isCertifiedFor(String host) {
        TlsContext current = acquireTlsIfAny();
        if (current == null) {
            return false;
        }
        try {
            return current.isFor(host);
        } finally {
            current.release();
        }
    }

    /** Whether no other TLS has come into force since this one. */
    synchronized boolean isInForce(TlsContext one) {
        return tls == one;
    }

    private TlsContext tls() {
        if (tls == null) {
            throw new IllegalStateException("listener " + name() + " has no TLS");
        }
        return tls;
    }

    /** Puts another TLS in force, which is released with this. */
    void replaceTls(TlsContext other) {
        TlsContext before;
        synchronized (this) {
            before = tls();
            tls = other;
            replacements++;
            settings = settings.withTls(other.settings());
        }
        handshakes.limit(other.settings().handshakes());
        before.release();
    }

    /** How often another TLS has come into force; 0 without TLS. */
    int replacements() {
        return replacements;
    }

    /**
     * Why a client with this chain would not be admitted now; empty if it would, if nobody is asked
     * for a certificate, and once the listener is closed. May take milliseconds.
     */
    Optional<String> refusal(List<X509Certificate> chain) {
        TlsContext current = acquireTlsIfAny();
        if (current == null) {
            return Optional.empty();
        }
        try {
            return current.refusal(chain);
        } finally {
            current.release();
        }
    }

    /** A handshake is done: both sides agree. */
    void handshakeDone() {
        handshakesDone.increment();
    }

    long handshakesDone() {
        return handshakesDone.sum();
    }

    /** A handshake is over, however it ended. */
    void handshakeEnded() {
        handshakes.end();
        releaseIfDone();
    }

    /** Its connections are closed, and those that are to begin are as well. */
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** Nothing is accepted any more; handshakes that are under way go on. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        releaseIfDone();
    }

    private synchronized void releaseIfDone() {
        if (closed && tls != null && handshakes.underWay() == 0) {
            release();
        }
    }

    /** No handshake begins or goes on any more. */
    synchronized void release() {
        if (tls != null) {
            tls.release();
            tls = null;
        }
    }
}

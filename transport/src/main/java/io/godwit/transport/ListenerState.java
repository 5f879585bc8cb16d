package io.godwit.transport;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a listener and its sockets share. Safe from any thread. */
final class ListenerState {

    private final ListenerSettings settings;
    private final Incidents incidents;
    private final HandshakeBudget handshakes;
    private @Nullable TlsContext tls;

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
        }
        handshakes.limit(other.settings().handshakes());
        before.release();
    }

    /** No handshake begins any more. */
    synchronized void release() {
        if (tls != null) {
            tls.release();
            tls = null;
        }
    }
}

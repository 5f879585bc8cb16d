package io.godwit.transport;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Another TLS for a listener, read and ready to be put in force. For one thread. */
public final class TlsReplacement implements AutoCloseable {

    private final ListenerState state;
    private final TlsContext made;
    private boolean applied;

    TlsReplacement(ListenerState state, TlsContext made) {
        this.state = state;
        this.made = made;
    }

    /**
     * Why a client with this chain would not be admitted by it, in words; empty if it would. May
     * take milliseconds; not to be called on a loop.
     *
     * @param chain the client's own certificate first; empty if it has none
     */
    public Optional<String> refusal(List<X509Certificate> chain) {
        return made.refusal(chain);
    }

    /**
     * New handshakes use it from now on; connections that there are stay as they are ({@link
     * Listener#closeNoLongerAdmitted}).
     */
    public void apply() {
        state.replaceTls(made);
        applied = true;
    }

    /** Gives back what was read, unless it was applied. */
    @Override
    public void close() {
        if (!applied) {
            made.release();
        }
    }
}

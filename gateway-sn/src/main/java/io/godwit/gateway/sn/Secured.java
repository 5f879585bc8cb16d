package io.godwit.gateway.sn;

import org.eclipse.californium.elements.EndpointContext;
import org.jspecify.annotations.Nullable;

/**
 * The DTLS session that a datagram came in. Two are equal if they are one session, at whatever
 * address: with a connection identifier (RFC 9146) it moves along with its device.
 */
final class Secured {

    private final String session;
    private final Proof proof;
    private EndpointContext context;

    /**
     * A session.
     *
     * @param session tells it from all others of its port
     * @param context what names it to its port, and where it is
     */
    Secured(String session, Proof proof, EndpointContext context) {
        this.session = session;
        this.proof = proof;
        this.context = context;
    }

    Proof proof() {
        return proof;
    }

    /** On the gateway's loop only. */
    EndpointContext context() {
        return context;
    }

    /** The session is where its newest datagram came from. On the gateway's loop only. */
    void follow(Secured newest) {
        context = newest.context;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secured that && that.session.equals(session);
    }

    @Override
    public int hashCode() {
        return session.hashCode();
    }

    @Override
    public String toString() {
        return session;
    }
}

package io.godwit.client;

import io.godwit.codec.ConnAck;
import io.godwit.codec.ProtocolVersion;

/**
 * A connection that the server has accepted.
 *
 * @param server such as {@code mqtt://localhost:1883}, the one of the builder's that was taken
 * @param clientId the one that counts, which the server may have assigned
 */
public record Connected(String server, ProtocolVersion version, String clientId, ConnAck connAck) {

    /** Whether the server still had the session. */
    public boolean sessionPresent() {
        return connAck.sessionPresent();
    }
}

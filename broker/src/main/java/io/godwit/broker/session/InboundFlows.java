package io.godwit.broker.session;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The packet identifiers of QoS 2 messages that a client sent and has not released (§4.3.3). On the
 * session's shard only.
 */
final class InboundFlows {

    private @Nullable BitSet unreleased;

    /** Those that an earlier connection sent, which count against no quota of the present one. */
    private @Nullable BitSet earlier;

    private int count;

    /** A new connection, whose client has its whole send quota (§4.9). */
    void startConnection() {
        earlier = unreleased == null ? null : (BitSet) unreleased.clone();
        count = 0;
    }

    /** Whether the message under this identifier was accepted before [v5 MQTT-4.3.3-10]. */
    boolean isUnreleased(int packetId) {
        return unreleased != null && unreleased.get(packetId);
    }

    /** Remembers an accepted message. */
    void accept(int packetId) {
        if (unreleased == null) {
            unreleased = new BitSet();
        }
        unreleased.set(packetId);
        count++;
    }

    /** Forgets an identifier, so that it can be used anew; false if it was not in use. */
    boolean release(int packetId) {
        if (unreleased == null || !unreleased.get(packetId)) {
            return false;
        }
        unreleased.clear(packetId);
        if (earlier != null && earlier.get(packetId)) {
            earlier.clear(packetId);
        } else {
            count--;
        }
        if (unreleased.isEmpty()) {
            unreleased = null;
        }
        return true;
    }

    /** How many messages that the present connection sent are unreleased. */
    int count() {
        return count;
    }
}

package io.godwit.broker.session;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Publication;
import io.godwit.broker.spi.SessionLog;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The packet identifiers of QoS 2 messages that a client sent and has not released (§4.3.3). On the
 * session's shard only.
 */
public final class InboundFlows {

    private final Shard home;
    private final SessionLog log;
    private @Nullable BitSet unreleased;

    /** Those that an earlier connection sent, which count against no quota of the present one. */
    private @Nullable BitSet earlier;

    /** Those whose message is being stored, by packet identifier. */
    private @Nullable Map<Integer, Publication> storing;

    private int count;

    InboundFlows(Shard home, SessionLog log) {
        this.home = home;
        this.log = log;
    }

    /** Takes up what the store has kept. */
    void restore(List<Integer> packetIds) {
        BitSet restored = new BitSet();
        packetIds.forEach(restored::set);
        unreleased = restored;
    }

    /** A new connection, whose client has its whole send quota (§4.9). */
    void startConnection() {
        earlier = unreleased == null ? null : (BitSet) unreleased.clone();
        count = 0;
    }

    /** Whether the message under this identifier was accepted before [v5 MQTT-4.3.3-10]. */
    public boolean isUnreleased(int packetId) {
        return unreleased != null && unreleased.get(packetId);
    }

    /** What stores the message under this identifier, or null if that is done. */
    public @Nullable Publication storing(int packetId) {
        return storing == null ? null : storing.get(packetId);
    }

    /** Remembers an accepted message, which may not be stored yet. */
    public void accept(int packetId, Message message) {
        if (unreleased == null) {
            unreleased = new BitSet();
        }
        unreleased.set(packetId);
        count++;
        log.accepted(packetId, message);
        Publication publication = message.storing();
        if (publication != null) {
            if (storing == null) {
                storing = new HashMap<>(2);
            }
            storing.put(packetId, publication);
            publication.whenStored(home, failure -> stored(packetId, failure == null));
        }
    }

    private void stored(int packetId, boolean done) {
        if (storing != null) {
            storing.remove(packetId);
        }
        if (!done) {
            forget(packetId);
        }
    }

    /**
     * Forgets an identifier, so that it can be used anew.
     *
     * @return false if it was not in use, or not acknowledged yet
     */
    public boolean release(int packetId) {
        if (storing(packetId) != null || !forget(packetId)) {
            return false;
        }
        log.released(packetId);
        return true;
    }

    private boolean forget(int packetId) {
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
    public int count() {
        return count;
    }
}

package io.godwit.broker.control;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that an administrator can see of one client.
 *
 * @param queuedBytes what its queue holds
 * @param will what is published if it goes without DISCONNECT; or null
 * @param subscriptions as many as a page has
 * @param packets the last ones of its connection, the oldest first; of one that has gone without
 *     DISCONNECT as well. Empty if they are not noted
 * @param troubles what went wrong with it last, the latest first
 */
public record ClientDetails(
        ClientState client,
        long queuedBytes,
        @Nullable WillState will,
        List<SubscriptionState> subscriptions,
        List<RecordedPacket> packets,
        List<Trouble> troubles) {

    /** Copies the lists. */
    public ClientDetails {
        subscriptions = List.copyOf(subscriptions);
        packets = List.copyOf(packets);
        troubles = List.copyOf(troubles);
    }

    /**
     * A will.
     *
     * @param delay seconds from the end of the connection
     */
    public record WillState(String topic, int qos, boolean retain, long delay) {}

    /**
     * The header of a packet.
     *
     * @param isReceived whether the client has sent it
     * @param packet its type, such as {@code PUBLISH}
     * @param bytes its size with the fixed header; 524,287 stands for that and for more
     */
    public record RecordedPacket(Instant time, boolean isReceived, String packet, int bytes) {}

    /**
     * Something that went wrong with a client.
     *
     * @param what in words
     * @param packets the last ones of its connection, if that has ended by it; the oldest first
     */
    public record Trouble(Instant time, String what, List<RecordedPacket> packets) {

        /** Copies the list. */
        public Trouble {
            packets = List.copyOf(packets);
        }
    }
}

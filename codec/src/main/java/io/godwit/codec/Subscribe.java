package io.godwit.codec;

import java.util.List;

/** SUBSCRIBE (§3.8): at least one request; {@code packetId} is 1 to 65,535. */
public record Subscribe(int packetId, List<SubscriptionRequest> requests, Properties properties)
        implements Packet {

    /** Keeps an unmodifiable copy of the requests. */
    public Subscribe {
        requests = List.copyOf(requests);
    }

    /** A SUBSCRIBE without properties. */
    public Subscribe(int packetId, List<SubscriptionRequest> requests) {
        this(packetId, requests, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.SUBSCRIBE;
    }
}

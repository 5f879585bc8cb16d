package io.godwit.codec;

import java.util.List;

/** UNSUBSCRIBE (§3.10): at least one filter; {@code packetId} is 1 to 65,535. */
public record Unsubscribe(int packetId, List<TopicFilter> filters, Properties properties)
        implements Packet {

    /** Keeps an unmodifiable copy of the filters. */
    public Unsubscribe {
        filters = List.copyOf(filters);
    }

    /** An UNSUBSCRIBE without properties. */
    public Unsubscribe(int packetId, List<TopicFilter> filters) {
        this(packetId, filters, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBSCRIBE;
    }
}

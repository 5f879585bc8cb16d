package io.godwit.broker.shard;

import io.godwit.codec.Packet;
import io.godwit.codec.PacketType;
import io.godwit.codec.Publish;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The packets of one shard in one direction, by their types, and PUBLISH by its QoS as well. The
 * shard's loop adds; any thread may read, and sees a recent value.
 */
public final class Traffic {

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int TYPES = PacketType.values().length;
    private static final int PUBLISH = PacketType.PUBLISH.ordinal();

    /** By type; behind them PUBLISH by its QoS, in place of its sum. */
    private final long[] packets = new long[TYPES + 3];

    /** By type; behind them the payloads of PUBLISH. */
    private final long[] bytes = new long[TYPES + 1];

    /**
     * Counts a packet of any type; on the shard's loop only.
     *
     * @param size bytes, with the fixed header
     */
    public void count(Packet packet, int size) {
        if (packet instanceof Publish publish) {
            countPublish(publish.qos(), size, publish.payload().length);
        } else {
            int type = packet.type().ordinal();
            add(packets, type, 1);
            add(bytes, type, size);
        }
    }

    /**
     * Counts a PUBLISH; on the shard's loop only.
     *
     * @param qos 0 to 2
     * @param size bytes, with the fixed header and the payload
     * @param payload bytes
     */
    public void countPublish(int qos, int size, int payload) {
        add(packets, TYPES + qos, 1);
        add(bytes, PUBLISH, size);
        add(bytes, TYPES, payload);
    }

    private static void add(long[] to, int at, long amount) {
        ELEMENT.setOpaque(to, at, to[at] + amount);
    }

    private static long get(long[] from, int at) {
        return (long) ELEMENT.getOpaque(from, at);
    }

    /** How many packets of a type there were. */
    public long packets(PacketType type) {
        return type == PacketType.PUBLISH
                ? publish(0) + publish(1) + publish(2)
                : get(packets, type.ordinal());
    }

    /** How many packets there were. */
    public long packets() {
        long sum = 0;
        for (int i = 0; i < packets.length; i++) {
            sum += get(packets, i);
        }
        return sum;
    }

    /** The bytes of all packets of a type. */
    public long bytes(PacketType type) {
        return get(bytes, type.ordinal());
    }

    /** The bytes of all packets. */
    public long bytes() {
        long sum = 0;
        for (int i = 0; i < TYPES; i++) {
            sum += get(bytes, i);
        }
        return sum;
    }

    /**
     * How many PUBLISH packets there were at a QoS, those that were sent again included.
     *
     * @param qos 0 to 2
     */
    public long publish(int qos) {
        return get(packets, TYPES + qos);
    }

    /** The payloads of all PUBLISH packets, in bytes. */
    public long payloads() {
        return get(bytes, TYPES);
    }
}

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

    /** Behind the packets by type: PUBLISH by its QoS, in place of its sum. */
    private static final int QOS = TYPES;

    /** Behind those: the bytes by type. */
    private static final int BYTES = QOS + 3;

    /** Behind those: the payloads of PUBLISH. */
    private static final int PAYLOADS = BYTES + TYPES;

    /** Bits of a size. */
    private static final long SIZE = (1L << 29) - 1;

    private final long[] values = new long[PAYLOADS + 1];

    /** What the copies of one message have in common: size, payload and QoS. */
    private long alike;

    /** How many of them are not yet among the values. */
    private long copies;

    /**
     * Counts a packet of any type; on the shard's loop only.
     *
     * @param size bytes, with the fixed header
     */
    public void count(Packet packet, int size) {
        if (packet instanceof Publish publish) {
            addPublish(publish.qos(), 1, size, publish.payload().length);
        } else {
            int type = packet.type().ordinal();
            add(type, 1);
            add(BYTES + type, size);
        }
    }

    /**
     * Counts a PUBLISH, one of many that are alike: they are added together by {@link #settle}, or
     * before one that is not. On the shard's loop only.
     *
     * @param qos 0 to 2
     * @param size bytes, with the fixed header and the payload
     * @param payload bytes
     */
    public void countCopy(int qos, int size, int payload) {
        long kind = (long) size << 31 | (long) payload << 2 | qos; // both have 29 bits
        if (kind != alike) {
            settle();
            alike = kind;
        }
        copies++;
    }

    /** Adds what {@link #countCopy} has left; on the shard's loop only. */
    public void settle() {
        if (copies > 0) {
            int qos = (int) alike & 3;
            addPublish(qos, copies, copies * (alike >>> 31), copies * (alike >>> 2 & SIZE));
            copies = 0;
        }
    }

    private void addPublish(int qos, long packets, long bytes, long payloads) {
        add(QOS + qos, packets);
        add(BYTES + PUBLISH, bytes);
        add(PAYLOADS, payloads);
    }

    private void add(int at, long amount) {
        ELEMENT.setOpaque(values, at, values[at] + amount);
    }

    private long get(int at) {
        return (long) ELEMENT.getOpaque(values, at);
    }

    private long sum(int from, int below) {
        long sum = 0;
        for (int i = from; i < below; i++) {
            sum += get(i);
        }
        return sum;
    }

    /** How many packets of a type there were. */
    public long packets(PacketType type) {
        return type == PacketType.PUBLISH
                ? publish(0) + publish(1) + publish(2)
                : get(type.ordinal());
    }

    /** How many packets there were. */
    public long packets() {
        return sum(0, BYTES);
    }

    /** The bytes of all packets of a type. */
    public long bytes(PacketType type) {
        return get(BYTES + type.ordinal());
    }

    /** The bytes of all packets. */
    public long bytes() {
        return sum(BYTES, PAYLOADS);
    }

    /**
     * How many PUBLISH packets there were at a QoS, those that were sent again included.
     *
     * @param qos 0 to 2
     */
    public long publish(int qos) {
        return get(QOS + qos);
    }

    /** The payloads of all PUBLISH packets, in bytes. */
    public long payloads() {
        return get(PAYLOADS);
    }
}

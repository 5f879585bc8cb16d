package io.godwit.broker.shard;

import io.godwit.codec.PacketType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers of the last packets of one connection, in both directions, for the time when it ends
 * in a way that nobody wanted. To note one is a store or two into memory that it has from the
 * beginning. On the connection's loop only.
 */
public final class FlightRecorder {

    /** Headers that it keeps. */
    public static final int KEPT = 14;

    /** What it takes in memory. */
    public static final int BYTES = 32 + 8 * KEPT;

    /** Bytes of a packet that can be told from more. */
    public static final int LARGEST = (1 << 19) - 1;

    // from the lowest bit on: 19 bits of size, 1 of direction, 4 of type, 40 of milliseconds
    private static final long SENT = 1L << 19;
    private static final int TYPE = 20;
    private static final int TIME = 24;

    /** Of a packet that came or was sent; 0, since no packet has that type, where there is none. */
    private final long[] ring = new long[KEPT];

    private int next;

    /**
     * A packet that came or was sent.
     *
     * @param age how long ago, in milliseconds, 0 or more
     * @param isReceived whether it came
     * @param bytes its size with the fixed header; {@link #LARGEST} if it was that or more
     */
    public record Header(long age, boolean isReceived, PacketType type, int bytes) {

        @Override
        public String toString() {
            String way = isReceived ? "in " : "out ";
            return way + type + " " + bytes + (bytes == LARGEST ? "+ B" : " B");
        }
    }

    /**
     * Notes a packet that came.
     *
     * @param bytes with the fixed header
     * @param now milliseconds of the monotonic clock
     */
    public void received(PacketType type, int bytes, long now) {
        note(type, bytes, now, 0);
    }

    /** Notes a packet that is sent, as {@link #received}. */
    public void sent(PacketType type, int bytes, long now) {
        note(type, bytes, now, SENT);
    }

    private void note(PacketType type, int bytes, long now, long direction) {
        int at = next;
        long header = ((long) type.number() << TYPE) | direction | Math.min(bytes, LARGEST);
        ring[at] = (now << TIME) | header;
        next = at + 1 == KEPT ? 0 : at + 1;
    }

    /**
     * What it has, the oldest first.
     *
     * @param now milliseconds of the monotonic clock
     */
    public List<Header> headers(long now) {
        List<Header> headers = new ArrayList<>(KEPT);
        for (int i = 0; i < KEPT; i++) {
            long noted = ring[(next + i) % KEPT];
            if (noted != 0) {
                headers.add(header(noted, now));
            }
        }
        return headers;
    }

    private static Header header(long noted, long now) {
        // the highest bits, which are not kept, would matter after 17 years
        long age = ((now - (noted >>> TIME)) << TIME) >> TIME;
        return new Header(
                Math.max(0, age), // a loop that it came from may have been ahead by a turn
                (noted & SENT) == 0,
                PacketType.of((int) (noted >>> TYPE) & 15),
                (int) noted & LARGEST);
    }

    /**
     * What a log line about the end of a connection ends with, of fixed words and numbers: {@code ;
     * last: in CONNECT 32 B 12.3 s ago, out CONNACK 9 B, in PUBLISH 812 B 0.1 s ago}, where those
     * without a time are as old as the one before; empty if there is nothing. It is made when the
     * line is written, which is to be on the connection's loop.
     *
     * @param now milliseconds of the monotonic clock
     */
    public record Ending(@Nullable FlightRecorder last, long now) {

        @Override
        public String toString() {
            return last == null ? "" : last.inWords(now);
        }
    }

    private String inWords(long now) {
        StringBuilder words = new StringBuilder();
        long told = -1;
        for (Header header : headers(now)) {
            words.append(words.isEmpty() ? "; last: " : ", ").append(header);
            long tenths = header.age / 100;
            if (tenths != told) {
                words.append(' ').append(tenths / 10).append('.').append(tenths % 10);
                words.append(" s ago");
                told = tenths;
            }
        }
        return words.toString();
    }
}

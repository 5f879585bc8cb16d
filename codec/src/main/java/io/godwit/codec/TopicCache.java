package io.godwit.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers Topic Names by their bytes, so that a PUBLISH on a topic that was seen lately neither
 * allocates nor checks it again. Direct-mapped: a name has one place, and a newer name takes it;
 * whoever aims many names at one place causes misses and nothing worse.
 *
 * <p>Not thread-safe: one for each event loop, shared by all its decoders.
 */
public final class TopicCache {

    /** Longer names are not kept: they would cost memory and gain little. */
    static final int LONGEST_KEPT = 256;

    private final @Nullable TopicName[] slots;
    private final byte[] scratch = new byte[LONGEST_KEPT];

    /**
     * An empty cache.
     *
     * @param size how many names it holds at most; a power of two
     */
    public TopicCache(int size) {
        if (Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("the size " + size + " is not a power of two");
        }
        this.slots = new TopicName[size];
    }

    /**
     * The Topic Name that stands in a buffer, whose position is not moved; {@link TopicName#EMPTY}
     * when the length is 0.
     *
     * @throws PacketException as {@link TopicName#of(byte[])}
     */
    public TopicName get(ByteBuffer in, int offset, int length) throws PacketException {
        if (length == 0) {
            return TopicName.EMPTY;
        }
        if (length > LONGEST_KEPT) {
            byte[] bytes = new byte[length];
            in.get(offset, bytes);
            return TopicName.of(bytes);
        }
        in.get(offset, scratch, 0, length);
        int slot = TopicName.hash(scratch, length) & (slots.length - 1);
        TopicName kept = slots[slot];
        if (kept != null
                && Arrays.equals(scratch, 0, length, kept.bytes(), 0, kept.bytes().length)) {
            return kept;
        }
        TopicName topic = TopicName.of(Arrays.copyOf(scratch, length));
        slots[slot] = topic;
        return topic;
    }
}

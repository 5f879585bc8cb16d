package io.godwit.broker.limits;

/**
 * The limits of the retained messages, all together; configured under {@code retained}. At either
 * limit a message that would be retained beyond it is refused to a version 5 publisher at QoS 1 or
 * 2: the answer is 0x97 (quota exceeded), nobody gets it, and what was retained on its topic stays.
 * Other publishers cannot be told: their message is delivered to the present subscribers and not
 * retained, and what was retained on its topic is removed. Both are counted. Deleting always works.
 *
 * @param messages retained messages, 0 to 1,000,000,000, default 1,000,000
 * @param bytes bytes of their topics, properties and payloads, with 256 for each level of a topic
 *     on which no message stands, 0 to 10^15, default 1 GB or an eighth of the heap, whichever is
 *     less
 */
public record RetainedLimits(int messages, long bytes) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is outside its range
     */
    public RetainedLimits {
        Limits.check("messages", messages, 0, 1_000_000_000);
        Limits.check("bytes", bytes, 0, Limits.MOST_BYTES);
    }
}

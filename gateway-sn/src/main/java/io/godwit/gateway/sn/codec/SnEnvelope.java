package io.godwit.gateway.sn.codec;

import io.godwit.codec.Binary;

/**
 * What stands around a protected packet, and how it is protected; version 2.0.
 *
 * @param longForm whether the length is written in three octets, also where one would do: the tag
 *     is about the very bytes
 * @param tagSize bytes of the tag: those of the scheme, or 8 to 30 of one that does not encrypt
 * @param sender who has protected it, 8 octets
 * @param random 4 octets
 * @param material what keys are to be derived from: 0, 2, 4 or 12 octets
 * @param counterSize octets of the counter: 0, 2 or 4
 * @param counter larger in each packet of a sender; 0 if it has none
 */
public record SnEnvelope(
        boolean longForm,
        SnScheme scheme,
        int tagSize,
        Binary sender,
        Binary random,
        Binary material,
        int counterSize,
        long counter) {

    /** Octets of a sender. */
    public static final int SENDER_SIZE = 8;

    static final int RANDOM_SIZE = 4;

    private static final int WHOLE_TAG = 1;
    private static final int LEAST_SHORT_TAG = 4;
    private static final int[] MATERIAL_SIZES = {0, 2, 4, 12};
    private static final int[] COUNTER_SIZES = {0, 2, 4};

    /** What is read from behind the type on. */
    static SnEnvelope read(SnReader in, boolean longForm) throws MalformedDatagram {
        int flags = in.octet();
        SnScheme scheme = SnScheme.of(in.octet());
        if (scheme == null) {
            throw in.malformed("a scheme of protection that there is not");
        }
        int tag = flags >> 4;
        boolean isWhole = tag == WHOLE_TAG;
        if (!isWhole
                && (tag < LEAST_SHORT_TAG || scheme.encrypts() || 2 * tag >= scheme.tagSize())) {
            throw in.malformed("a tag of a length that its scheme has not");
        }
        int counter = flags & 0b11;
        if (counter >= COUNTER_SIZES.length) {
            throw in.malformed("a counter of a reserved length");
        }
        Binary sender = in.bytes(SENDER_SIZE);
        Binary random = in.bytes(RANDOM_SIZE);
        Binary material = in.bytes(MATERIAL_SIZES[flags >> 2 & 0b11]);
        int counterSize = COUNTER_SIZES[counter];
        return new SnEnvelope(
                longForm,
                scheme,
                isWhole ? scheme.tagSize() : 2 * tag,
                sender,
                random,
                material,
                counterSize,
                counterSize == 0 ? 0 : counterSize == 2 ? in.number() : in.four());
    }

    /**
     * All bytes before the protected packet, from the length on.
     *
     * @param packetSize bytes of that packet
     * @throws IllegalArgumentException if a value is out of its range, or all is too long
     */
    public byte[] head(int packetSize) {
        SnWriter out = new SnWriter(SnCodecV20.PROTECTION);
        out.octet(
                        tagNibble() << 4
                                | index(MATERIAL_SIZES, material.bytes().length) << 2
                                | index(COUNTER_SIZES, counterSize))
                .octet(scheme.value())
                .bytes(sized(sender, SENDER_SIZE))
                .bytes(sized(random, RANDOM_SIZE))
                .bytes(material);
        switch (counterSize) {
            case 2 -> out.number((int) counter);
            case 4 -> out.four(counter);
            default -> {}
        }
        return out.head(packetSize + tagSize, longForm);
    }

    private int tagNibble() {
        if (tagSize == scheme.tagSize()) {
            return WHOLE_TAG;
        }
        if (scheme.encrypts()
                || tagSize < 2 * LEAST_SHORT_TAG
                || tagSize > 30
                || tagSize % 2 != 0) {
            throw new IllegalArgumentException(scheme + " has no tag of " + tagSize + " bytes");
        }
        return tagSize / 2;
    }

    private static int index(int[] sizes, int size) {
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == size) {
                return i;
            }
        }
        throw new IllegalArgumentException("an envelope has no part of " + size + " bytes");
    }

    private static Binary sized(Binary bytes, int size) {
        if (bytes.bytes().length != size) {
            throw new IllegalArgumentException(bytes + " where there have to be " + size);
        }
        return bytes;
    }
}

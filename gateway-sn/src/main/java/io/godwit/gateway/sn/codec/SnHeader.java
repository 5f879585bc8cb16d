package io.godwit.gateway.sn.codec;

import java.nio.ByteBuffer;

/** Length and type, which every message of every version begins with. */
final class SnHeader {

    /** Bytes of the short form, whose length is one octet. */
    static final int SHORT = 2;

    /** What the long form begins with; its length are the two octets behind that. */
    static final int LONG_FORM = 1;

    /** Bytes of the long form. */
    static final int LONG = 4;

    /** The longest message that has the short form. */
    static final int SHORT_MAXIMUM = 255;

    private static final int MAXIMUM = 65_535;

    private SnHeader() {}

    /** Bytes of the header in front of a body; the short form where that does. */
    static int sizeFor(int body) {
        return body + SHORT <= SHORT_MAXIMUM ? SHORT : LONG;
    }

    /**
     * Writes the length of a message; its type is to follow.
     *
     * @param header {@link #sizeFor} that body, or {@link #LONG}
     * @throws IllegalArgumentException if it is more than there can be
     */
    static void putLength(ByteBuffer out, int header, int body) {
        int size = header + body;
        if (size > MAXIMUM) {
            throw new IllegalArgumentException("a message of " + size + " bytes");
        }
        if (header == SHORT) {
            out.put((byte) size);
        } else {
            out.put((byte) LONG_FORM).putShort((short) size);
        }
    }
}

package io.godwit.gateway.sn.codec;

import io.godwit.codec.Binary;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The fields of one message, written in order. */
final class SnWriter {

    private final int type;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(32);

    SnWriter(int type) {
        this.type = type;
    }

    SnWriter octet(int value) {
        body.write(inRange(value, 1));
        return this;
    }

    SnWriter number(int value) {
        inRange(value, 2);
        body.write(value >> 8);
        body.write(value);
        return this;
    }

    SnWriter four(long value) {
        inRange(value, 4);
        number((int) (value >> 16));
        return number((int) (value & 0xFFFF));
    }

    SnWriter bytes(Binary bytes) {
        body.writeBytes(bytes.bytes());
        return this;
    }

    SnWriter text(String text) {
        body.writeBytes(utf8(text));
        return this;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int inRange(long value, int octets) {
        if (value < 0 || value >> 8 * octets != 0) {
            throw new IllegalArgumentException(value + " does not fit into octets: " + octets);
        }
        return (int) value;
    }

    /** The whole message. */
    byte[] message() {
        return head(0, false);
    }

    /**
     * The message but for its last bytes.
     *
     * @param missing so many
     * @param longForm whether it has the long form even if it is short
     */
    byte[] head(int missing, boolean longForm) {
        int size = body.size() + missing;
        int header = longForm ? SnHeader.LONG : SnHeader.sizeFor(size);
        ByteBuffer out = ByteBuffer.allocate(header + body.size());
        SnHeader.putLength(out, header, size);
        return out.put((byte) type).put(body.toByteArray()).array();
    }
}

package io.godwit.gateway.sn.codec;

import io.godwit.codec.Binary;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The fields of one message, read in order; its length and type are alike in all versions. */
final class SnReader {

    private final ByteBuffer in;
    private final int type;

    private SnReader(ByteBuffer in, int type) {
        this.in = in;
        this.type = type;
    }

    /**
     * The body of a message.
     *
     * @param in the whole message, and nothing behind it
     */
    static SnReader open(ByteBuffer in) throws MalformedDatagram {
        int size = in.remaining();
        if (size < SnHeader.SHORT) {
            throw new MalformedDatagram("a message of " + size + " bytes");
        }
        int length = in.get() & 0xFF;
        if (length == SnHeader.LONG_FORM) {
            if (size < SnHeader.LONG) {
                throw new MalformedDatagram("a long header of " + size + " bytes");
            }
            length = in.getShort() & 0xFFFF;
        }
        int type = in.get() & 0xFF;
        if (length != size) {
            throw new MalformedDatagram(
                    "type 0x%02X: its length says %d bytes, and %d came"
                            .formatted(type, length, size));
        }
        return new SnReader(in, type);
    }

    int type() {
        return type;
    }

    int remaining() {
        return in.remaining();
    }

    boolean hasMore() {
        return in.hasRemaining();
    }

    int octet() throws MalformedDatagram {
        atLeast(1);
        return in.get() & 0xFF;
    }

    int number() throws MalformedDatagram {
        atLeast(2);
        return in.getShort() & 0xFFFF;
    }

    long four() throws MalformedDatagram {
        atLeast(4);
        return in.getInt() & 0xFFFF_FFFFL;
    }

    Binary bytes(int count) throws MalformedDatagram {
        atLeast(count);
        byte[] bytes = new byte[count];
        in.get(bytes);
        return new Binary(bytes);
    }

    Binary rest() throws MalformedDatagram {
        return bytes(in.remaining());
    }

    /** All that is left, for another reader. */
    ByteBuffer within() {
        return in;
    }

    /**
     * Text in UTF-8.
     *
     * @param what it is, for the message of the exception
     */
    String text(int bytes, String what) throws MalformedDatagram {
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes(bytes).bytes()))
                            .toString();
            if (text.indexOf('\0') >= 0) {
                throw malformed(what + " with U+0000");
            }
            return text;
        } catch (CharacterCodingException notUtf8) {
            throw malformed(what + " that is not UTF-8");
        }
    }

    /** The client identifier that a message ends with. */
    String clientId() throws MalformedDatagram {
        return text(remaining(), "a client identifier");
    }

    void exactly(int bytes) throws MalformedDatagram {
        if (in.remaining() != bytes) {
            throw malformed("%d bytes where %d belong".formatted(in.remaining(), bytes));
        }
    }

    void atLeast(int bytes) throws MalformedDatagram {
        if (in.remaining() < bytes) {
            throw malformed("%d bytes where %d belong".formatted(in.remaining(), bytes));
        }
    }

    MalformedDatagram malformed(String what) {
        return new MalformedDatagram("type 0x%02X: it has %s".formatted(type, what));
    }
}

package io.godwit.transport.websocket;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes the frames that a client sends apart (RFC 6455 §5), wherever the bytes were cut. Payloads
 * are given on as they come, so that a frame is never held, whatever its length; messages in
 * several frames are no different from one. For one connection, on its loop.
 */
final class FrameReader {

    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0F;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7F;
    private static final int SHORT_FOLLOWS = 126;
    private static final int MASK_BYTES = 4;
    private static final int LONGEST_CONTROL = 125;
    private static final byte[] EMPTY = {};

    private final int maximum;

    /** How many bytes the header has as far as is known, and how many of them were seen. */
    private int headerSize = 2;

    private int headerSeen;

    private int opcode;
    private boolean isFinal;
    private long length;

    /** Turned so that its highest byte is the one for the next byte. */
    private int mask;

    /** Payload of the frame that is still to come. */
    private long left;

    private boolean inMessage;
    private byte @Nullable [] control;
    private byte @Nullable [] ping;

    private int closeCode;
    private @Nullable String violation;

    /**
     * A reader at the start of a connection.
     *
     * @param maximum the longest payload of a frame that is taken, in bytes
     */
    FrameReader(int maximum) {
        this.maximum = maximum;
    }

    /**
     * Replaces frames by what they carry, in place: afterwards the buffer holds the payloads of its
     * data frames only. Once the connection {@link #isOver} what comes behind is left out.
     *
     * @param in from its reader index on; changed, and with its writer index set back
     */
    void unwrap(ByteBuf in) {
        int from = in.readerIndex();
        int end = in.writerIndex();
        int to = from;
        while (from < end && closeCode == 0) {
            if (headerSeen < headerSize) {
                header(in.getByte(from));
                from++;
            } else {
                int count = (int) Math.min(left, end - from);
                if (control == null) {
                    unmask(in, from, in, to, count);
                    to += count;
                } else {
                    collect(in, from, count, control);
                }
                from += count;
                left -= count;
            }
            if (headerSeen == headerSize && left == 0 && closeCode == 0) {
                endFrame();
            }
        }
        in.writerIndex(to);
    }

    private void header(byte next) {
        switch (headerSeen++) {
            case 0 -> start(next);
            case 1 -> lengthAndMask(next);
            default -> {
                if (headerSeen <= headerSize - MASK_BYTES) {
                    length = length << 8 | next & 0xFF;
                } else {
                    mask = mask << 8 | next & 0xFF;
                }
            }
        }
        if (headerSeen == headerSize && closeCode == 0) {
            startPayload();
        }
    }

    private void start(byte next) {
        opcode = next & OPCODE;
        isFinal = (next & FIN) != 0;
        if ((next & RESERVED) != 0) {
            violated(CloseCode.PROTOCOL_ERROR, "a reserved bit is set, and no extension in use");
            return;
        }
        switch (opcode) {
            case BINARY -> {
                if (inMessage) {
                    violated(CloseCode.PROTOCOL_ERROR, "a new message within another");
                }
            }
            case CONTINUATION -> {
                if (!inMessage) {
                    violated(CloseCode.PROTOCOL_ERROR, "a continuation of no message");
                }
            }
            case TEXT -> // [v5 MQTT-6.0.0-1], [v3 MQTT-6.0.0-1]
                    violated(
                            CloseCode.UNSUPPORTED_DATA,
                            "a text frame; MQTT is sent in binary frames");
            case CLOSE, PING, PONG -> {
                if (!isFinal) {
                    violated(CloseCode.PROTOCOL_ERROR, "a control frame in fragments");
                }
            }
            default -> violated(CloseCode.PROTOCOL_ERROR, "a frame of the unknown type " + opcode);
        }
    }

    private void lengthAndMask(byte next) {
        int lengthBytes = 0;
        length = next & LENGTH;
        if (length >= SHORT_FOLLOWS) {
            lengthBytes = length == SHORT_FOLLOWS ? Short.BYTES : Long.BYTES;
            length = 0;
        }
        headerSize = 2 + lengthBytes + MASK_BYTES;
        if ((next & MASKED) == 0) {
            violated(CloseCode.PROTOCOL_ERROR, "a frame without a mask");
        } else if (opcode >= CLOSE && lengthBytes > 0) {
            violated(
                    CloseCode.PROTOCOL_ERROR,
                    "a control frame of more than " + LONGEST_CONTROL + " bytes");
        }
    }

    private void startPayload() {
        int lengthBytes = headerSize - 2 - MASK_BYTES;
        boolean isMinimal =
                switch (lengthBytes) {
                    case Short.BYTES -> length >= SHORT_FOLLOWS;
                    case Long.BYTES -> length < 0 || length > 0xFFFF;
                    default -> true;
                };
        if (!isMinimal) {
            violated(CloseCode.PROTOCOL_ERROR, "a length in more bytes than it needs");
        } else if (length < 0 || length > maximum) {
            violated(
                    CloseCode.TOO_BIG,
                    "a frame of %s bytes, where %d are allowed"
                            .formatted(Long.toUnsignedString(length), maximum));
        } else {
            left = length;
            control = opcode >= CLOSE ? length == 0 ? EMPTY : new byte[(int) length] : null;
        }
    }

    /** Eight bytes at a time; the target may begin before the source in the same buffer. */
    private void unmask(ByteBuf in, int from, ByteBuf out, int to, int count) {
        long wide = (long) mask << 32 | mask & 0xFFFFFFFFL;
        int done = 0;
        for (; done + Long.BYTES <= count; done += Long.BYTES) {
            out.setLong(to + done, in.getLong(from + done) ^ wide);
        }
        for (; done < count; done++) {
            out.setByte(to + done, in.getByte(from + done) ^ mask >>> 24);
            mask = Integer.rotateLeft(mask, 8);
        }
    }

    private void collect(ByteBuf in, int from, int count, byte[] into) {
        int start = into.length - (int) left;
        for (int i = 0; i < count; i++) {
            into[start + i] = (byte) (in.getByte(from + i) ^ mask >>> 24);
            mask = Integer.rotateLeft(mask, 8);
        }
    }

    private void endFrame() {
        byte[] payload = control;
        if (payload == null) {
            inMessage = !isFinal;
        } else if (opcode == PING) {
            ping = payload;
        } else if (opcode == CLOSE) {
            closed(payload);
        }
        control = null;
        headerSeen = 0;
        headerSize = 2;
    }

    private void closed(byte[] payload) {
        int code = CloseCode.NORMAL;
        if (payload.length > 0) {
            code = payload.length == 1 ? 0 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        }
        if (CloseCode.isValid(code)) {
            closeCode = code;
        } else {
            violated(CloseCode.PROTOCOL_ERROR, "a Close frame " + Arrays.toString(payload));
        }
    }

    private void violated(int code, String what) {
        closeCode = code;
        violation = what;
    }

    /**
     * The payload of the last Ping that came and was not taken; it alone is to be answered (RFC
     * 6455 §5.5.3). Null if there is none.
     */
    byte @Nullable [] takePing() {
        byte[] taken = ping;
        ping = null;
        return taken;
    }

    /** Whether the peer has sent Close, or broken the rules. */
    boolean isOver() {
        return closeCode != 0;
    }

    /** What the answer is to say when it {@link #isOver}. */
    int closeCode() {
        return closeCode;
    }

    /** What the peer did that is not allowed, or null. */
    @Nullable String violation() {
        return violation;
    }
}

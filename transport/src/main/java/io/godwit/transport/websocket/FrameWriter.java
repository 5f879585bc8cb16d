package io.godwit.transport.websocket;

import io.netty.buffer.ByteBuf;

/** How a server begins its frames (RFC 6455 §5.2): whole messages, without a mask. */
final class FrameWriter {

    /** The longest beginning of a frame. */
    static final int LONGEST_HEADER = 10;

    private static final int FIN = 0x80;
    private static final int LONGEST_TINY = 125;
    private static final int LONGEST_SHORT = 0xFFFF;

    private FrameWriter() {}

    /** Bytes of the header of a frame with a payload of this length. */
    static int headerSize(long length) {
        if (length <= LONGEST_TINY) {
            return 2;
        }
        return length <= LONGEST_SHORT ? 2 + Short.BYTES : 2 + Long.BYTES;
    }

    /** Writes such a header at an index. */
    static void header(ByteBuf out, int index, int opcode, long length) {
        out.setByte(index, FIN | opcode);
        if (length <= LONGEST_TINY) {
            out.setByte(index + 1, (int) length);
        } else if (length <= LONGEST_SHORT) {
            out.setByte(index + 1, 126);
            out.setShort(index + 2, (int) length);
        } else {
            out.setByte(index + 1, 127);
            out.setLong(index + 2, length);
        }
    }

    /** Writes a control frame, of at most 125 bytes. */
    static void control(ByteBuf out, int opcode, byte[] payload) {
        header(out, out.writerIndex(), opcode, payload.length);
        out.writerIndex(out.writerIndex() + 2).writeBytes(payload);
    }
}

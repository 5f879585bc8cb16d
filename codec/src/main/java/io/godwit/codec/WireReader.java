package io.godwit.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads the data types of §1.5 from the body of one packet, never past its end and never allocating
 * more than is there. Not thread-safe; one for each decoder, used for packet after packet.
 */
final class WireReader {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer in = NOTHING;
    private int at;
    private int end;

    /** Starts on the bytes from one absolute index of the buffer up to another. */
    void open(ByteBuffer buffer, int from, int to) {
        in = buffer;
        at = from;
        end = to;
    }

    /** Lets go of the buffer, which the transport may want to free. */
    void close() {
        in = NOTHING;
        at = 0;
        end = 0;
    }

    /** How many bytes are left. */
    int remaining() {
        return end - at;
    }

    /**
     * Lets only the next {@code length} bytes be read.
     *
     * @return the end before, for {@link #widen}
     */
    int narrow(int length, String field) throws MalformedPacket {
        need(length, field);
        int whole = end;
        end = at + length;
        return whole;
    }

    /** Ends what {@link #narrow} began. */
    void widen(int whole) {
        end = whole;
    }

    int readByte(String field) throws MalformedPacket {
        need(1, field);
        return in.get(at++) & 0xFF;
    }

    int readTwoBytes(String field) throws MalformedPacket {
        need(2, field);
        int value = (in.get(at) & 0xFF) << 8 | in.get(at + 1) & 0xFF;
        at += 2;
        return value;
    }

    long readFourBytes(String field) throws MalformedPacket {
        need(4, field);
        long value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 8 | in.get(at++) & 0xFF;
        }
        return value;
    }

    /** A Variable Byte Integer (§1.5.5), 0 to 268,435,455. */
    int readVariable(String field) throws MalformedPacket {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int b = readByte(field);
            value |= (b & 0x7F) << shift;
            if (b < 0x80) {
                if (b == 0 && shift > 0) { // [v5 MQTT-1.5.5-1]
                    throw new MalformedPacket("the " + field + " is not in its shortest form");
                }
                return value;
            }
        }
        throw new MalformedPacket("the " + field + " is longer than four bytes");
    }

    /** A Packet Identifier (§2.2.1), which is never 0. */
    int readPacketId() throws PacketException {
        int packetId = readTwoBytes("packet identifier");
        if (packetId == 0) { // [v5 MQTT-2.2.1-3], [v3 MQTT-2.3.1-1]
            throw new ProtocolError("the packet identifier is 0");
        }
        return packetId;
    }

    /** Binary Data (§1.5.6): a two-byte length and so many bytes. */
    byte[] readBinary(String field) throws MalformedPacket {
        return readBytes(readTwoBytes(field), field);
    }

    /** A UTF-8 Encoded String (§1.5.4). */
    String readString(String field) throws MalformedPacket {
        byte[] utf8 = readBinary(field);
        Utf8.check(utf8, 0, utf8.length, "the " + field);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** A Topic Name, {@link TopicName#EMPTY} when it has no bytes. */
    TopicName readTopic(TopicCache topics) throws PacketException {
        int length = readTwoBytes("topic name");
        need(length, "topic name");
        TopicName topic = topics.get(in, at, length);
        at += length;
        return topic;
    }

    /** All that is left. */
    byte[] readRest() {
        byte[] bytes = new byte[end - at];
        in.get(at, bytes);
        at = end;
        return bytes;
    }

    /** Fails when bytes are left over. */
    void expectEnd() throws MalformedPacket {
        if (at < end) {
            throw new MalformedPacket((end - at) + " bytes are left over at its end");
        }
    }

    private byte[] readBytes(int length, String field) throws MalformedPacket {
        need(length, field);
        byte[] bytes = new byte[length];
        in.get(at, bytes);
        at += length;
        return bytes;
    }

    private void need(int length, String field) throws MalformedPacket {
        if (length > end - at) {
            throw new MalformedPacket(
                    "the " + field + " runs past the end: " + (end - at) + " bytes are left");
        }
    }
}

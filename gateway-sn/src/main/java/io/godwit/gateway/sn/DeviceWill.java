package io.godwit.gateway.sn;

import io.godwit.codec.Binary;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.TopicName;
import io.godwit.codec.Will;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A client's will, of which topic and message come one by one (§6.3, §6.4). Immutable.
 *
 * @param qos 0 to 2
 * @param topic empty if there is none
 */
record DeviceWill(int qos, boolean retain, Binary topic, Binary payload) {

    private static final Binary EMPTY = new Binary(new byte[0]);

    /** QoS, RETAIN and the length of the topic. */
    private static final int HEAD = 4;

    /** No will. */
    static final DeviceWill NONE = new DeviceWill(0, false, EMPTY, EMPTY);

    boolean isNone() {
        return topic.bytes().length == 0;
    }

    /** Another topic; without one the message is gone as well. */
    DeviceWill withTopic(int newQos, boolean newRetain, Binary newTopic) {
        return newTopic.bytes().length == 0
                ? NONE
                : new DeviceWill(newQos, newRetain, newTopic, payload);
    }

    DeviceWill withPayload(Binary newPayload) {
        return new DeviceWill(qos, retain, topic, newPayload);
    }

    /** As {@link #of} reads it. */
    byte[] toBytes() {
        byte[] name = topic.bytes();
        ByteBuffer bytes = ByteBuffer.allocate(HEAD + name.length + payload.bytes().length);
        bytes.put((byte) qos).put((byte) (retain ? 1 : 0)).putShort((short) name.length);
        return bytes.put(name).put(payload.bytes()).array();
    }

    /** What {@link #toBytes} has made, to the end of the buffer; null if it is anything else. */
    static @Nullable DeviceWill of(ByteBuffer bytes) {
        if (bytes.remaining() < HEAD) {
            return null;
        }
        int qos = bytes.get();
        boolean retain = bytes.get() == 1;
        byte[] name = new byte[Math.min(bytes.getShort() & 0xFFFF, bytes.remaining())];
        bytes.get(name);
        byte[] rest = new byte[bytes.remaining()];
        bytes.get(rest);
        return qos < 0 || qos > 2
                ? null
                : new DeviceWill(qos, retain, new Binary(name), new Binary(rest));
    }

    /**
     * The will as the broker takes it; null if there is none.
     *
     * @throws PacketException if the topic is none
     */
    @Nullable Will toWill() throws PacketException {
        return isNone()
                ? null
                : new Will(
                        TopicName.of(topic.bytes()), payload.bytes(), qos, retain, Properties.NONE);
    }
}

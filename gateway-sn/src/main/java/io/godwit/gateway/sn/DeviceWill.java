package io.godwit.gateway.sn;

import io.godwit.codec.Binary;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.TopicName;
import io.godwit.codec.Will;
import org.jspecify.annotations.Nullable;

/**
 * A client's will, of which topic and message come one by one (§6.3, §6.4). Immutable.
 *
 * @param qos 0 to 2
 * @param topic empty if there is none
 */
record DeviceWill(int qos, boolean retain, Binary topic, Binary payload) {

    private static final Binary EMPTY = new Binary(new byte[0]);

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

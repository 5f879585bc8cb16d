package io.godwit.codec;

import java.util.Arrays;
import java.util.Objects;

/**
 * PUBLISH (§3.3).
 *
 * @param topic the Topic Name; {@link TopicName#EMPTY} where a Topic Alias stands for it (version
 *     5)
 * @param payload the Application Message; not copied, and never changed by anyone
 * @param qos 0 to 2
 * @param packetId 1 to 65,535, or 0 at QoS 0
 * @param properties {@link Properties#NONE} before version 5
 */
public record Publish(
        boolean dup,
        int qos,
        boolean retain,
        TopicName topic,
        int packetId,
        Properties properties,
        byte[] payload)
        implements Packet {

    @Override
    public PacketType type() {
        return PacketType.PUBLISH;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Publish that
                && dup == that.dup
                && qos == that.qos
                && retain == that.retain
                && packetId == that.packetId
                && topic.equals(that.topic)
                && properties.equals(that.properties)
                && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                dup, qos, retain, topic, packetId, properties, Arrays.hashCode(payload));
    }

    @Override
    public String toString() {
        return "Publish[topic=%s, qos=%d, retain=%b, dup=%b, packetId=%d, properties=%s, %d bytes]"
                .formatted(topic, qos, retain, dup, packetId, properties, payload.length);
    }
}

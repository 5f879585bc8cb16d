package io.godwit.codec;

import java.util.Arrays;
import java.util.Objects;

/**
 * The Will Message of a CONNECT (§3.1.2.5, §3.1.3.2).
 *
 * @param qos 0 to 2
 * @param payload not copied, and never changed by anyone
 * @param properties the Will Properties, Will Delay Interval included; none before version 5
 */
public record Will(
        TopicName topic, byte[] payload, int qos, boolean retain, Properties properties) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Will that
                && qos == that.qos
                && retain == that.retain
                && topic.equals(that.topic)
                && properties.equals(that.properties)
                && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return Objects.hash(topic, Arrays.hashCode(payload), qos, retain, properties);
    }

    @Override
    public String toString() {
        return "Will[topic=%s, qos=%d, retain=%b, properties=%s, %d bytes]"
                .formatted(topic, qos, retain, properties, payload.length);
    }
}

package io.godwit.server.clients;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An Application Message as a client sends or receives it. Each char of the payload stands for one
 * byte, so that a message compares and prints as a value.
 */
record Message(String topic, String payload, int qos, boolean retain, Properties properties) {

    /** The MQTT 5 properties of a message; {@code null} and empty stand for absent. */
    record Properties(
            List<Map.Entry<String, String>> user,
            @Nullable String contentType,
            @Nullable String responseTopic,
            @Nullable String correlationData,
            @Nullable Integer payloadFormat,
            @Nullable Long expirySeconds,
            @Nullable Long willDelaySeconds,
            @Nullable Integer topicAlias,
            List<Integer> subscriptionIds) {

        static final Properties NONE =
                new Properties(List.of(), null, null, null, null, null, null, null, List.of());

        static Properties expiringIn(long seconds) {
            return new Properties(
                    List.of(), null, null, null, null, seconds, null, null, List.of());
        }

        static Properties aliased(int topicAlias) {
            return new Properties(
                    List.of(), null, null, null, null, null, null, topicAlias, List.of());
        }

        Properties withWillDelay(long seconds) {
            return new Properties(
                    user,
                    contentType,
                    responseTopic,
                    correlationData,
                    payloadFormat,
                    expirySeconds,
                    seconds,
                    topicAlias,
                    subscriptionIds);
        }
    }

    static Message of(String topic, String payload, int qos) {
        return new Message(topic, payload, qos, false, Properties.NONE);
    }

    Message retained() {
        return new Message(topic, payload, qos, true, properties);
    }

    Message notRetained() {
        return new Message(topic, payload, qos, false, properties);
    }

    Message atQos(int other) {
        return new Message(topic, payload, other, retain, properties);
    }

    Message with(Properties other) {
        return new Message(topic, payload, qos, retain, other);
    }

    byte[] payloadBytes() {
        return payload.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String payloadOf(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }
}

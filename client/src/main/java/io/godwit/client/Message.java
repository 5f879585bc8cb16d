package io.godwit.client;

import io.godwit.codec.Binary;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.TopicName;
import io.godwit.codec.UserProperty;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * An Application Message to publish (§3.3), also the one of a will.
 *
 * @param payload not copied, and not to be changed any more
 * @param qos 0 to 2
 * @param properties of a PUBLISH, without Topic Alias and Subscription Identifier; not sent before
 *     version 5
 */
public record Message(
        TopicName topic, byte[] payload, int qos, boolean retain, Properties properties) {

    public Message {
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("a QoS is 0, 1 or 2, not " + qos);
        }
    }

    /** A message with text, at QoS 0. */
    public static Message of(String topic, String text) {
        return to(topic).payload(text).build();
    }

    /** A message with text. */
    public static Message of(String topic, String text, int qos) {
        return to(topic).payload(text).qos(qos).build();
    }

    /**
     * A builder for a message to a topic.
     *
     * @throws IllegalArgumentException if it is no Topic Name
     */
    public static Builder to(String topic) {
        try {
            return new Builder(TopicName.of(topic));
        } catch (PacketException wrong) {
            throw new IllegalArgumentException(wrong.getMessage(), wrong);
        }
    }

    /** Collects a message; one thread at a time. */
    public static final class Builder {
        private final TopicName topic;
        private final Properties.Builder properties = Properties.builder();
        private byte[] payload = {};
        private int qos;
        private boolean retain;

        private Builder(TopicName topic) {
            this.topic = topic;
        }

        /** The payload; not copied. */
        public Builder payload(byte[] bytes) {
            payload = bytes;
            return this;
        }

        /** The payload as UTF-8. */
        public Builder payload(String text) {
            return payload(text.getBytes(StandardCharsets.UTF_8));
        }

        /** 0, which is the default, to 2. */
        public Builder qos(int value) {
            qos = value;
            return this;
        }

        /** Whether the server keeps it for those that subscribe later. */
        public Builder retain(boolean value) {
            retain = value;
            return this;
        }

        /**
         * How long it is of use to subscribers (version 5): whole seconds, rounded up, 136 years at
         * most.
         */
        public Builder expiry(Duration value) {
            long seconds = value.toSeconds();
            long most = 0xFFFF_FFFFL;
            boolean isRounded = seconds < most && value.getNano() > 0;
            return property(
                    Property.MESSAGE_EXPIRY_INTERVAL,
                    Math.min(most, seconds + (isRounded ? 1 : 0)));
        }

        /** Where an answer goes (version 5). */
        public Builder responseTopic(String value) {
            return property(Property.RESPONSE_TOPIC, value);
        }

        /** What an answer carries so that it is recognised (version 5). */
        public Builder correlationData(byte[] value) {
            return property(Property.CORRELATION_DATA, new Binary(value));
        }

        /** Such as {@code application/json} (version 5). */
        public Builder contentType(String value) {
            return property(Property.CONTENT_TYPE, value);
        }

        /** One more User Property (version 5). */
        public Builder userProperty(String name, String value) {
            return property(Property.USER_PROPERTY, new UserProperty(name, value));
        }

        /** Any property of a PUBLISH, or of a will. */
        public <T> Builder property(Property<T> property, T value) {
            properties.add(property, value);
            return this;
        }

        /** The message. */
        public Message build() {
            return new Message(topic, payload, qos, retain, properties.build());
        }
    }
}

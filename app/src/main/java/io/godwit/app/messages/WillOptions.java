package io.godwit.app.messages;

import io.godwit.client.Message;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The will that a command leaves with the server. */
final class WillOptions {

    private @Nullable String topic;
    private @Nullable String payload;
    private int qos;
    private boolean retain;

    void addTo(Flags flags) {
        flags.text(
                "TOPIC",
                value -> topic = Topics.name(value),
                "Where the server publishes the will, when the connection breaks.",
                "--will-topic");
        flags.text(
                "TEXT",
                value -> payload = value,
                "Its payload; empty by default.",
                "--will-payload");
        flags.number("QOS", 0, 2, value -> qos = value, "Its QoS; 0 by default.", "--will-qos");
        flags.on(() -> retain = true, "Whether it is retained.", "--will-retain");
    }

    /** The will, or null. */
    @Nullable Message message(Properties properties) throws WrongUsage {
        if (topic == null) {
            if (payload != null || retain || !properties.isEmpty()) {
                throw new WrongUsage("A will is described, but no --will-topic");
            }
            return null;
        }
        Message plain = Message.to(topic).payload(payload == null ? "" : payload).build();
        return new Message(
                plain.topic(),
                plain.payload(),
                qos,
                retain,
                properties.only(it -> it != Property.WILL_DELAY_INTERVAL));
    }

    /** How long after the connection broke. */
    static Duration delay(Properties properties) {
        return Duration.ofSeconds(properties.getOrDefault(Property.WILL_DELAY_INTERVAL, 0L));
    }
}

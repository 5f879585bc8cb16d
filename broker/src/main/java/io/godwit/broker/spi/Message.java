package io.godwit.broker.spi;

import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PublishTemplate;
import io.godwit.codec.PublishWriter;
import io.godwit.codec.TopicName;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * An Application Message (§1.2), as it was accepted from its publisher; one object serves all of
 * its subscribers. Immutable but for the count of its holders and its wire forms; safe from any
 * thread.
 */
public final class Message {

    /** {@link #expiresAt} of a message that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final AtomicIntegerFieldUpdater<Message> HOLDERS =
            AtomicIntegerFieldUpdater.newUpdater(Message.class, "holders");

    /** What an object, its topic and its place in a queue cost beside the bytes that it carries. */
    private static final int OVERHEAD = 128;

    /** What a decoded property costs beside its encoded form. */
    private static final int PROPERTY = 96;

    /** Bytes from which subscribers share a payload: below, copying is cheaper. */
    private static final int SHARED_PAYLOAD = 4096;

    private static final byte[] NOTHING = {};

    private final TopicName topic;
    private final byte[] payload;
    private final int qos;
    private final boolean retain;
    private final Properties properties;
    private final long expiresAt;
    private final String publisher;
    private final boolean will;

    private volatile int holders;

    /** Set before other threads see the message. */
    private @Nullable Publication storing;

    /** Wire forms, made when they are needed; two threads may each make one, and either serves. */
    private volatile byte @Nullable [] encodedProperties;

    private @Nullable PublishTemplate @Nullable [] templates;
    private int layoutsAskedFor;

    /**
     * A message.
     *
     * @param qos as published, 0 to 2
     * @param retain as published
     * @param properties those that are forwarded unchanged (§3.3.2.3)
     * @param expiresAt milliseconds of the wall clock, or {@link #NEVER}
     * @param publisher the Client Identifier of the publisher, empty for the server itself
     */
    public Message(
            TopicName topic,
            byte[] payload,
            int qos,
            boolean retain,
            Properties properties,
            long expiresAt,
            String publisher) {
        this(topic, payload, qos, retain, properties, expiresAt, publisher, false);
    }

    private Message(
            TopicName topic,
            byte[] payload,
            int qos,
            boolean retain,
            Properties properties,
            long expiresAt,
            String publisher,
            boolean will) {
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties;
        this.expiresAt = expiresAt;
        this.publisher = publisher;
        this.will = will;
    }

    /** The same message, as one that is published because it is a will (§3.1.2.5). */
    public Message asWill() {
        return new Message(topic, payload, qos, retain, properties, expiresAt, publisher, true);
    }

    /**
     * Those properties of a PUBLISH or a will that are forwarded unchanged (§3.3.2.3), in order.
     */
    public static Properties forwarded(Properties properties) {
        return properties.isEmpty() ? properties : properties.only(Message::isForwarded);
    }

    private static boolean isForwarded(Property<?> property) {
        // [v5 MQTT-3.3.2-4], [v5 MQTT-3.3.2-15], [v5 MQTT-3.3.2-16], [v5 MQTT-3.3.2-17],
        // [v5 MQTT-3.3.2-18], [v5 MQTT-3.3.2-20]
        return property == Property.PAYLOAD_FORMAT_INDICATOR
                || property == Property.RESPONSE_TOPIC
                || property == Property.CORRELATION_DATA
                || property == Property.USER_PROPERTY
                || property == Property.CONTENT_TYPE;
    }

    /** The Topic Name. */
    public TopicName topic() {
        return topic;
    }

    /** The payload; never changed by anyone. */
    public byte[] payload() {
        return payload;
    }

    /** The QoS as published, 0 to 2. */
    public int qos() {
        return qos;
    }

    /** RETAIN as published. */
    public boolean retain() {
        return retain;
    }

    /** The properties that are forwarded unchanged. */
    public Properties properties() {
        return properties;
    }

    /** When it expires, in milliseconds of the wall clock; {@link #NEVER} if it does not. */
    public long expiresAt() {
        return expiresAt;
    }

    /** Whether its Message Expiry Interval has passed. */
    public boolean isExpired(long wallMillis) {
        return wallMillis >= expiresAt;
    }

    /** The Client Identifier of the publisher, empty for the server itself. */
    public String publisher() {
        return publisher;
    }

    /** Whether it is published because it is a will; not known any more after a restart. */
    public boolean isWill() {
        return will;
    }

    /** What it counts against a limit in bytes: what it carries and what keeping it costs. */
    public int size() {
        return OVERHEAD
                + topic.bytes().length
                + payload.length
                + encodedProperties().length
                + PROPERTY * properties.size();
    }

    /** Its forwarded properties as {@link io.godwit.codec.PublishWriter} takes them. */
    public byte[] encodedProperties() {
        byte[] bytes = encodedProperties;
        if (bytes == null) {
            bytes = properties.isEmpty() ? NOTHING : PublishWriter.encodeProperties(properties);
            encodedProperties = bytes;
        }
        return bytes;
    }

    /** Whether the payload is large enough that subscribers share it instead of copying it. */
    public boolean isPayloadShared() {
        return payload.length >= SHARED_PAYLOAD;
    }

    /**
     * The packet for subscribers that have no property of their own, encoded once for all of them;
     * without the payload where that is shared. Null when it is asked for the first time: a message
     * with one subscriber is better written directly.
     */
    public @Nullable PublishTemplate template(ProtocolVersion version, boolean withPacketId) {
        int layout = (version.isV5() ? 2 : 0) + (withPacketId ? 1 : 0);
        @Nullable PublishTemplate @Nullable [] made = templates;
        if (made != null && made[layout] instanceof PublishTemplate template) {
            return template;
        }
        if ((layoutsAskedFor & 1 << layout) == 0) {
            layoutsAskedFor |= 1 << layout;
            return null;
        }
        PublishTemplate template =
                isPayloadShared()
                        ? PublishTemplate.ofHead(version, topic, withPacketId, properties, payload)
                        : PublishTemplate.of(version, topic, withPacketId, properties, payload);
        if (made == null) {
            made = new PublishTemplate[4];
            templates = made;
        }
        made[layout] = template;
        return template;
    }

    /** What stores it for sessions that are kept, or null if nothing has to be stored for it. */
    public @Nullable Publication storing() {
        return storing;
    }

    /** Sets what stores it; called once, before it is given to anybody. */
    public void storing(Publication publication) {
        storing = publication;
    }

    /** The same message anew: held by nobody, and not being stored. */
    public Message again() {
        return new Message(topic, payload, qos, retain, properties, expiresAt, publisher, will);
    }

    /** Counts one more queue that holds it; true for the first. */
    public boolean hold() {
        return HOLDERS.getAndIncrement(this) == 0;
    }

    /** Counts one queue less that holds it; true for the last. */
    public boolean letGo() {
        return HOLDERS.decrementAndGet(this) == 0;
    }

    @Override
    public String toString() {
        return "Message[topic=%s, qos=%d, retain=%b, %d bytes]"
                .formatted(topic, qos, retain, payload.length);
    }
}

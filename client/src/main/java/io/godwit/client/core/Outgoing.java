package io.godwit.client.core;

import io.godwit.client.Message;
import io.godwit.client.Published;
import io.godwit.client.store.SessionStore.Stage;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.PublishWriter;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import java.util.concurrent.CompletableFuture;

/** A message on its way to the server. What may change changes under the lock. */
final class Outgoing {

    /** Bytes of a message at most, so that the packet around it can be expressed. */
    private static final int LARGEST = 268_435_455 - 64;

    /** No deadline, or no Message Expiry Interval. */
    static final long NONE = Long.MAX_VALUE;

    private final Message message;
    private final byte[] properties; // encoded, without the Message Expiry Interval
    private final long expiry; // seconds
    private final long publishedAt;
    private final long bytes;
    private final CompletableFuture<Published> future;

    long sequence;
    Stage stage = Stage.WAITING;
    int packetId;

    /** When it is dropped if it was not sent, in milliseconds since 1970. */
    long deadline = NONE;

    /** Whether it was sent at least once, by whatever connection. */
    boolean sent;

    /** Whether the store has it. */
    boolean stored;

    /** What PUBREC said. */
    ReasonCode received = ReasonCode.SUCCESS;

    /**
     * Made of a message.
     *
     * @throws IllegalArgumentException if it cannot be published; says why
     */
    Outgoing(Message message, CompletableFuture<Published> future, long publishedAt) {
        Properties said = message.properties();
        if (message.topic().bytes().length == 0) {
            throw new IllegalArgumentException("a message wants a topic");
        }
        if (said.has(Property.TOPIC_ALIAS)) {
            throw new IllegalArgumentException(
                    "the message for %s has a Topic Alias; the client gives those"
                            .formatted(message.topic()));
        }
        if (said.has(Property.SUBSCRIPTION_IDENTIFIER)) { // [v5 MQTT-3.3.4-6]
            throw new IllegalArgumentException(
                    "the message for %s has a Subscription Identifier, which servers give"
                            .formatted(message.topic()));
        }
        this.message = message;
        this.future = future;
        this.publishedAt = publishedAt;
        this.expiry = said.getOrDefault(Property.MESSAGE_EXPIRY_INTERVAL, NONE);
        this.properties =
                PublishWriter.encodeProperties(
                        said.only(property -> property != Property.MESSAGE_EXPIRY_INTERVAL));
        this.bytes =
                (long) message.topic().bytes().length
                        + message.payload().length
                        + properties.length;
        if (bytes > LARGEST) {
            throw new IllegalArgumentException(
                    "the message for %s has %d bytes; MQTT carries %d at most"
                            .formatted(message.topic(), bytes, LARGEST));
        }
    }

    /** By their deadlines; those that have the same one in the order of their numbers. */
    static int compareByDeadline(Outgoing one, Outgoing other) {
        int order = Long.compare(one.deadline, other.deadline);
        return order != 0 ? order : Long.compare(one.sequence, other.sequence);
    }

    Message message() {
        return message;
    }

    TopicName topic() {
        return message.topic();
    }

    int qos() {
        return message.qos();
    }

    byte[] properties() {
        return properties;
    }

    long publishedAt() {
        return publishedAt;
    }

    long bytes() {
        return bytes;
    }

    CompletableFuture<Published> future() {
        return future;
    }

    boolean expires() {
        return expiry != NONE;
    }

    /** The Message Expiry Interval that is left, in seconds; 0 and less when it has run out. */
    long expiryLeft(long millis) {
        return expiry - Math.max(0, millis - publishedAt) / 1000;
    }
}

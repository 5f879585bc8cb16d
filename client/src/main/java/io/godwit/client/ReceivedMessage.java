package io.godwit.client;

import io.godwit.codec.Binary;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that came. Safe from any thread. */
public final class ReceivedMessage {

    private final Publish publish;
    private final Acknowledgement acknowledgement;

    /**
     * Made by the client.
     *
     * @param publish with its Topic Name, whatever alias it came by
     */
    public ReceivedMessage(Publish publish, Acknowledgement acknowledgement) {
        this.publish = publish;
        this.acknowledgement = acknowledgement;
    }

    /** The packet. */
    public Publish publish() {
        return publish;
    }

    /** Its topic. */
    public TopicName topic() {
        return publish.topic();
    }

    /** Its payload; not to be changed. */
    public byte[] payload() {
        return publish.payload();
    }

    /** Its payload as UTF-8; what is not well-formed is replaced. */
    public String text() {
        return new String(publish.payload(), StandardCharsets.UTF_8);
    }

    /** 0 to 2. */
    public int qos() {
        return publish.qos();
    }

    /** Whether it was retained when the subscription was made, or as the publisher set it with Retain As Published. */
    public boolean retain() {
        return publish.retain();
    }

    /** Its properties; none before version 5. */
    public Properties properties() {
        return publish.properties();
    }

    /** Where an answer goes, or null. */
    public @Nullable String responseTopic() {
        return properties().get(Property.RESPONSE_TOPIC);
    }

    /** What an answer carries, or null. */
    public byte @Nullable [] correlationData() {
        Binary data = properties().get(Property.CORRELATION_DATA);
        return data == null ? null : data.bytes();
    }

    /** The identifiers of the subscriptions it came by. */
    public List<Integer> subscriptionIds() {
        return properties().all(Property.SUBSCRIPTION_IDENTIFIER);
    }

    /**
     * Acknowledges it; of use with manual acknowledgement only, in any order and from any thread: the order on the
     * wire is that in which messages came [v5 MQTT-4.6.0-2]. A second time, at QoS 0 and after the connection by which it came has ended
     * it does nothing.
     */
    public void acknowledge() {
        acknowledgement.acknowledge(ReasonCode.SUCCESS);
    }

    /** Refuses it with a reason code of PUBACK and PUBREC, 0x80 and above; before version 5 it is acknowledged. */
    public void refuse(ReasonCode reasonCode) {
        acknowledgement.acknowledge(reasonCode);
    }

    @Override
    public String toString() {
        return publish.toString();
    }

    /** How a message is acknowledged. */
    @FunctionalInterface
    public interface Acknowledgement {

        /** Says what becomes of it; counts once. */
        void acknowledge(ReasonCode reasonCode);
    }
}

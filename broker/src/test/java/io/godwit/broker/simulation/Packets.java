package io.godwit.broker.simulation;

import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import io.godwit.codec.Unsubscribe;
import io.godwit.codec.Will;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Short ways to write packets in tests. */
public final class Packets {

    private Packets() {}

    /** A CONNECT with Clean Start (Clean Session) and without keep alive, to be changed. */
    public static ConnectBuilder connect(ProtocolVersion version, String clientId) {
        return new ConnectBuilder(version, clientId);
    }

    /** PUBLISH at QoS 0. */
    public static Publish publish(String topic, String payload) {
        return publish(topic, payload, 0, 0);
    }

    /** PUBLISH without flags and properties. */
    public static Publish publish(String topic, String payload, int qos, int packetId) {
        return publish(topic, payload.getBytes(StandardCharsets.UTF_8), qos, packetId);
    }

    /** PUBLISH without flags and properties; an empty topic is left to a Topic Alias. */
    public static Publish publish(String topic, byte[] payload, int qos, int packetId) {
        TopicName name = topic.isEmpty() ? TopicName.EMPTY : topic(topic);
        return new Publish(false, qos, false, name, packetId, Properties.NONE, payload);
    }

    /** The same with DUP set. */
    public static Publish dup(Publish publish) {
        return new Publish(
                true,
                publish.qos(),
                publish.retain(),
                publish.topic(),
                publish.packetId(),
                publish.properties(),
                publish.payload());
    }

    /** The same with RETAIN set. */
    public static Publish retain(Publish publish) {
        return new Publish(
                publish.dup(),
                publish.qos(),
                true,
                publish.topic(),
                publish.packetId(),
                publish.properties(),
                publish.payload());
    }

    /** The same with one more property. */
    public static <T> Publish with(Publish publish, Property<T> property, T value) {
        return new Publish(
                publish.dup(),
                publish.qos(),
                publish.retain(),
                publish.topic(),
                publish.packetId(),
                publish.properties().with(property, value),
                publish.payload());
    }

    /** SUBSCRIBE to filters, all at one QoS. */
    public static Subscribe subscribe(int packetId, int qos, String... filters) {
        return new Subscribe(
                packetId, Arrays.stream(filters).map(filter -> request(filter, qos)).toList());
    }

    /** SUBSCRIBE with requests of any kind. */
    public static Subscribe subscribe(int packetId, SubscriptionRequest... requests) {
        return new Subscribe(packetId, List.of(requests));
    }

    /** A filter with its QoS and no other option. */
    public static SubscriptionRequest request(String filter, int qos) {
        return new SubscriptionRequest(filter(filter), qos);
    }

    /** A filter with all options of version 5. */
    public static SubscriptionRequest request(
            String filter,
            int qos,
            boolean noLocal,
            boolean retainAsPublished,
            RetainHandling retainHandling) {
        return new SubscriptionRequest(
                filter(filter), qos, noLocal, retainAsPublished, retainHandling);
    }

    /** UNSUBSCRIBE. */
    public static Unsubscribe unsubscribe(int packetId, String... filters) {
        return new Unsubscribe(packetId, Arrays.stream(filters).map(Packets::filter).toList());
    }

    /** A will that is neither retained nor has properties. */
    public static Will will(String topic, String payload, int qos) {
        return will(topic, payload, qos, false, Properties.NONE);
    }

    /** A will. */
    public static Will will(
            String topic, String payload, int qos, boolean retain, Properties properties) {
        return new Will(
                topic(topic), payload.getBytes(StandardCharsets.UTF_8), qos, retain, properties);
    }

    /** A Topic Name, which must be valid. */
    public static TopicName topic(String topic) {
        try {
            return TopicName.of(topic);
        } catch (PacketException invalid) {
            throw new IllegalArgumentException(topic, invalid);
        }
    }

    /** A Topic Filter, which must be valid. */
    public static TopicFilter filter(String filter) {
        try {
            return TopicFilter.of(filter);
        } catch (PacketException invalid) {
            throw new IllegalArgumentException(filter, invalid);
        }
    }

    /** The payload as text. */
    public static String text(Publish publish) {
        return new String(publish.payload(), StandardCharsets.UTF_8);
    }
}

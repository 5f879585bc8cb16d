package io.godwit.gateway.sn;

import io.godwit.codec.Binary;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import io.godwit.codec.UnsubAck;
import io.godwit.codec.Unsubscribe;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for: one message and one subscription at a time. The last answer is kept, so
 * that a request that comes again, since its answer was lost, is answered alike and done once.
 */
final class Incoming {

    private final Device device;

    /** At QoS 1 or 2, and the broker has not answered. */
    private SnMessage.@Nullable Publish publishing;

    /** At QoS 1 or 2, and the broker has taken it. */
    private LastPublish published = new LastPublish();

    /** At QoS 2, and complete: what comes of it with DUP is late. */
    private LastPublish released = new LastPublish();

    /** SUBSCRIBE or UNSUBSCRIBE that the broker has not answered. */
    private @Nullable SnMessage requesting;

    private @Nullable SnMessage requested;
    private @Nullable SnMessage answerToRequest;
    private int maximumQos = 2;
    private boolean retainAvailable = true;

    Incoming(Device device) {
        this.device = device;
    }

    /** What CONNACK of the broker allows. */
    void limits(Properties allowed) {
        maximumQos = allowed.get(Property.MAXIMUM_QOS) instanceof Boolean one ? (one ? 1 : 0) : 2;
        retainAvailable = allowed.getOrDefault(Property.RETAIN_AVAILABLE, true);
    }

    /** Whether SUBACK is to come, before which no message should. */
    boolean isSubscribing() {
        return requesting instanceof SnMessage.Subscribe;
    }

    // --- REGISTER -------------------------------------------------------------------------------

    void register(SnMessage.Register register) {
        TopicName topic = topic(register.topic().bytes());
        if (topic == null) {
            answer(register, 0, ReturnCode.TOPIC_NAME_INVALID);
            return;
        }
        Integer predefined = predefined(topic);
        if (predefined != null) {
            int id = register.messageId();
            device.send(new SnMessage.RegAck(predefined, true, id, ReturnCode.ALIAS_EXISTS));
            return;
        }
        DeviceTopics topics = device.topics();
        Integer id = topics.give(topic);
        if (id == null) {
            device.gateway().count(SnCounter.TOPICS_FULL);
            answer(register, 0, ReturnCode.NOT_SUPPORTED);
            return;
        }
        topics.accept(topic);
        topics.learned(id);
        device.whenTopicsKept(() -> answer(register, id, ReturnCode.ACCEPTED));
    }

    private void answer(SnMessage.Register register, int id, ReturnCode code) {
        device.send(new SnMessage.RegAck(id, register.messageId(), code));
    }

    /** The identifier that has to be told instead of one of its own; never in version 1.2. */
    private @Nullable Integer predefined(TopicName topic) {
        return device.dialect() == Dialect.V1_2 ? null : device.gateway().predefined().id(topic);
    }

    /** The topic name that octets of the client make; null if they are none. */
    private static @Nullable TopicName topic(byte[] utf8) {
        try {
            return TopicName.of(utf8);
        } catch (PacketException notValid) {
            return null;
        }
    }

    // --- PUBLISH --------------------------------------------------------------------------------

    void publish(SnMessage.Publish publish) {
        TopicName topic = resolve(publish.topic());
        if (topic == null && publish.topic() instanceof SnTopic.Name) {
            refuse(publish, ReturnCode.TOPIC_NAME_INVALID);
        } else if (topic == null) {
            device.gateway().count(SnCounter.UNKNOWN_TOPIC);
            refuse(publish, ReturnCode.INVALID_TOPIC_ID);
        } else if (publish.qos() > maximumQos) {
            refuse(publish, ReturnCode.QOS_NOT_SUPPORTED);
        } else if (publish.retain() && !retainAvailable) {
            refuse(publish, ReturnCode.RETAIN_NOT_SUPPORTED);
        } else if (publish.qos() > 0) {
            publishReliably(publish, topic);
        } else if (device.wire().isBusy()) {
            device.gateway().count(SnCounter.DROPPED_BUSY);
        } else {
            device.wire().give(packet(publish, topic));
        }
    }

    private void publishReliably(SnMessage.Publish publish, TopicName topic) {
        int id = publish.messageId();
        if (id == 0) {
            refuse(publish, ReturnCode.PROTOCOL_ERROR);
        } else if (publishing != null) {
            if (publishing.messageId() != id && !published.is(publish)) {
                overlaps(device.dialect().outcome(publish, ReturnCode.CONGESTION));
            }
        } else if (publish.dup() && (published.is(publish) || released.is(publish))) {
            device.gateway().count(SnCounter.REPEATED_REPLIES);
            answer(publish, ReturnCode.ACCEPTED);
        } else if (device.wire().isBusy()) {
            refuse(publish, ReturnCode.CONGESTION);
        } else {
            publishing = publish;
            device.wire().give(packet(publish, topic));
        }
    }

    private @Nullable TopicName resolve(SnTopic topic) {
        return switch (topic) {
            case SnTopic.Normal(int id) -> device.topics().topic(id);
            case SnTopic.Predefined(int id) -> device.gateway().predefined().topic(id);
            case SnTopic.Short name -> topic(name.name());
            case SnTopic.Name(Binary utf8) -> topic(utf8.bytes());
        };
    }

    private static Packet packet(SnMessage.Publish publish, TopicName topic) {
        int qos = Math.max(0, publish.qos());
        return new Publish(
                publish.dup() && qos > 0,
                qos,
                publish.retain(),
                topic,
                qos == 0 ? 0 : publish.messageId(),
                Properties.NONE,
                publish.data().bytes());
    }

    /** Where there is no way to refuse a message at QoS 0, the connection ends, as in MQTT 5. */
    private void refuse(SnMessage.Publish publish, ReturnCode code) {
        SnMessage refusal = device.dialect().outcome(publish, code);
        if (refusal != null) {
            device.send(refusal);
        } else if (publish.qos() == 0) {
            device.end(code);
        }
    }

    /**
     * A request comes while another one is under way, which version 2.0 does not forgive.
     *
     * @param congestion what version 1.2 answers; null for nothing
     */
    private void overlaps(@Nullable SnMessage congestion) {
        device.gateway().count(SnCounter.OVERLAPPING);
        if (device.dialect() == Dialect.V2_0) {
            device.end(ReturnCode.RECEIVE_MAXIMUM_EXCEEDED);
        } else if (congestion != null) {
            device.send(congestion);
        }
    }

    void release(SnMessage.PubRel pubRel) {
        if (pubRel.messageId() == 0 || device.wire().isBusy()) {
            return; // the client sends it again
        }
        if (published.has(pubRel.messageId())) {
            LastPublish before = released;
            released = published;
            published = before;
            published.forget(); // the identifier is free for another message
        }
        device.wire().give(new PubRel(pubRel.messageId(), ReasonCode.SUCCESS));
    }

    // --- SUBSCRIBE and UNSUBSCRIBE --------------------------------------------------------------

    void subscribe(SnMessage.Subscribe subscribe) {
        if (isTakenCareOf(subscribe, subscribe.messageId())) {
            return;
        }
        TopicFilter filter = filter(subscribe.topic());
        if (filter == null) {
            boolean unknown =
                    subscribe.topic() instanceof SnTopic.Predefined
                            || subscribe.topic() instanceof SnTopic.Normal;
            if (unknown) {
                device.gateway().count(SnCounter.UNKNOWN_TOPIC);
            }
            refuse(
                    subscribe,
                    unknown ? ReturnCode.INVALID_TOPIC_ID : ReturnCode.TOPIC_FILTER_INVALID);
        } else if (subscribe.messageId() == 0) {
            refuse(subscribe, ReturnCode.PROTOCOL_ERROR);
        } else if (!hasIdentifier(subscribe.topic(), filter)) {
            refuse(subscribe, ReturnCode.NOT_SUPPORTED);
        } else if (device.wire().isBusy()) {
            refuse(subscribe, ReturnCode.CONGESTION);
        } else {
            requesting = subscribe;
            device.wire()
                    .give(
                            new Subscribe(
                                    subscribe.messageId(),
                                    List.of(
                                            new SubscriptionRequest(
                                                    filter,
                                                    subscribe.qos(),
                                                    subscribe.noLocal(),
                                                    subscribe.retainAsPublished(),
                                                    subscribe.retainHandling()))));
        }
    }

    /** Whether there is an identifier for what is subscribed to in full and without wildcards. */
    private boolean hasIdentifier(SnTopic asked, TopicFilter filter) {
        if (!isToldIdentifier(asked, filter)) {
            return true;
        }
        TopicName topic = topic(filter.bytes());
        if (topic != null && (predefined(topic) != null || device.topics().give(topic) != null)) {
            device.topics().accept(topic);
            return true;
        }
        device.gateway().count(SnCounter.TOPICS_FULL);
        return false;
    }

    private static boolean isToldIdentifier(SnTopic asked, TopicFilter filter) {
        return asked instanceof SnTopic.Name && !filter.hasWildcard() && !filter.isShared();
    }

    private void refuse(SnMessage.Subscribe subscribe, ReturnCode code) {
        device.send(new SnMessage.SubAck(0, 0, subscribe.messageId(), code));
    }

    void unsubscribe(SnMessage.Unsubscribe unsubscribe) {
        if (isTakenCareOf(unsubscribe, unsubscribe.messageId())) {
            return;
        }
        TopicFilter filter = filter(unsubscribe.topic());
        if (filter == null || unsubscribe.messageId() == 0) { // there is no such subscription
            ReturnCode code = ReturnCode.NO_SUBSCRIPTION_EXISTED;
            device.send(new SnMessage.UnsubAck(unsubscribe.messageId(), code));
        } else if (!device.wire().isBusy()) { // else the client asks again
            requesting = unsubscribe;
            device.wire()
                    .give(
                            new Unsubscribe(
                                    unsubscribe.messageId(), List.of(filter), Properties.NONE));
        }
    }

    /** Whether a request came before, or comes while another one is not answered. */
    private boolean isTakenCareOf(SnMessage request, int messageId) {
        if (requesting != null) {
            if (!isAgain(request, requesting) && !isAgain(request, requested)) {
                overlaps(
                        request instanceof SnMessage.Subscribe
                                ? new SnMessage.SubAck(0, 0, messageId, ReturnCode.CONGESTION)
                                : null);
            }
            return true;
        }
        if (answerToRequest != null && isAgain(request, requested)) {
            device.gateway().count(SnCounter.REPEATED_REPLIES);
            device.send(answerToRequest);
            return true;
        }
        return false;
    }

    /** DUP aside, which not all clients set. */
    private static boolean isAgain(SnMessage request, @Nullable SnMessage before) {
        return request instanceof SnMessage.Subscribe now
                        && before instanceof SnMessage.Subscribe then
                ? now.withoutDup().equals(then.withoutDup())
                : request.equals(before);
    }

    /** The filter that a request means; null if it is none, or nobody knows it. */
    private @Nullable TopicFilter filter(SnTopic topic) {
        try {
            return switch (topic) {
                case SnTopic.Name(Binary utf8) -> TopicFilter.of(utf8.bytes());
                // What is named otherwise has no wildcards, also in two octets (§3).
                case SnTopic.Normal _, SnTopic.Short _, SnTopic.Predefined _ -> {
                    TopicName literal = resolve(topic);
                    yield literal == null ? null : TopicFilter.of(literal.bytes());
                }
            };
        } catch (PacketException notValid) {
            return null;
        }
    }

    // --- what the broker answers ----------------------------------------------------------------

    /** Takes an answer; PINGRESP says nothing, and behind DISCONNECT comes the end. */
    void answered(Packet packet) {
        switch (packet) {
            case PubAck pubAck -> answered(pubAck);
            case PubRec pubRec -> answered(pubRec);
            case PubComp pubComp -> answered(pubComp);
            case SubAck subAck -> answered(subAck);
            case UnsubAck unsubAck -> answered(unsubAck);
            default -> {}
        }
    }

    private void answered(PubAck pubAck) {
        SnMessage.Publish publish = publishing;
        if (publish != null && publish.messageId() == pubAck.packetId()) {
            published(publish, ReturnCode.of(pubAck.reasonCode()));
        }
    }

    private void answered(PubRec pubRec) {
        SnMessage.Publish publish = publishing;
        if (publish != null && publish.messageId() == pubRec.packetId()) {
            published(publish, ReturnCode.of(pubRec.reasonCode()));
        }
    }

    /** What was refused is tried anew when it comes again (§6.6). */
    private void published(SnMessage.Publish publish, ReturnCode code) {
        publishing = null;
        if (code.isError()) {
            published.forget();
        } else {
            published.keep(publish);
        }
        answer(publish, code);
    }

    /** Says how a message at QoS 1 or 2 was taken. */
    private void answer(SnMessage.Publish publish, ReturnCode code) {
        SnMessage answer =
                publish.qos() == 2 && !code.isError()
                        ? new SnMessage.PubRec(publish.messageId())
                        : device.dialect().outcome(publish, code);
        if (answer != null) {
            device.send(answer);
        }
    }

    private void answered(PubComp pubComp) {
        ReturnCode code = ReturnCode.of(pubComp.reasonCode());
        device.send(new SnMessage.PubComp(pubComp.packetId(), code));
    }

    private void answered(SubAck subAck) {
        if (requesting instanceof SnMessage.Subscribe subscribe
                && subscribe.messageId() == subAck.packetId()) {
            ReasonCode reason = subAck.reasonCodes().getFirst();
            SnMessage answer =
                    reason.isError()
                            ? new SnMessage.SubAck(
                                    0, 0, subscribe.messageId(), ReturnCode.of(reason))
                            : granted(subscribe, reason.value());
            device.whenTopicsKept(() -> answered(subscribe, answer));
        }
    }

    /** SUBACK, with the identifier of the topic, which the client then knows. */
    private SnMessage granted(SnMessage.Subscribe subscribe, int qos) {
        int messageId = subscribe.messageId();
        return switch (subscribe.topic()) {
            case SnTopic.Predefined(int id) ->
                    new SnMessage.SubAck(qos, id, true, messageId, ReturnCode.ACCEPTED);
            case SnTopic.Normal(int id) -> {
                device.topics().learned(id);
                yield new SnMessage.SubAck(qos, id, messageId, ReturnCode.ACCEPTED);
            }
            case SnTopic.Short _ -> new SnMessage.SubAck(qos, 0, messageId, ReturnCode.ACCEPTED);
            case SnTopic.Name _ -> {
                TopicFilter filter = filter(subscribe.topic());
                TopicName topic =
                        filter != null && isToldIdentifier(subscribe.topic(), filter)
                                ? topic(filter.bytes())
                                : null;
                Integer predefined = topic == null ? null : predefined(topic);
                Integer own =
                        predefined != null || topic == null ? null : device.topics().give(topic);
                if (own != null) {
                    device.topics().learned(own);
                }
                int id = predefined != null ? predefined : own != null ? own : 0;
                yield new SnMessage.SubAck(
                        qos, id, predefined != null, messageId, ReturnCode.ACCEPTED);
            }
        };
    }

    private void answered(UnsubAck unsubAck) {
        if (requesting instanceof SnMessage.Unsubscribe unsubscribe
                && unsubscribe.messageId() == unsubAck.packetId()) {
            ReturnCode code = ReturnCode.of(unsubAck.reasonCodes().getFirst());
            answered(unsubscribe, new SnMessage.UnsubAck(unsubscribe.messageId(), code));
        }
    }

    private void answered(SnMessage request, SnMessage answer) {
        requesting = null;
        requested = request;
        answerToRequest = answer;
        device.send(answer);
        device.outgoing().send(); // what has waited for it
    }
}

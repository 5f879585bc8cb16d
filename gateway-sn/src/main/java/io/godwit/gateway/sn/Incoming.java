package io.godwit.gateway.sn;

import io.godwit.codec.Packet;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
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

    private SnMessage.@Nullable Publish published;
    private @Nullable SnMessage answerToPublish;

    /** At QoS 2, and complete: what comes of it with DUP is late. */
    private SnMessage.@Nullable Publish released;

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
    void limits(int qos, boolean retain) {
        maximumQos = qos;
        retainAvailable = retain;
    }

    /** Whether SUBACK is to come, before which no message should. */
    boolean isSubscribing() {
        return requesting instanceof SnMessage.Subscribe;
    }

    // --- REGISTER -------------------------------------------------------------------------------

    void register(SnMessage.Register register) {
        TopicName topic = topic(register.topic().bytes());
        if (topic == null) {
            answer(register, 0, ReturnCode.NOT_SUPPORTED);
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
        if (topic == null) {
            device.gateway().count(SnCounter.UNKNOWN_TOPIC);
            refuse(publish, ReturnCode.INVALID_TOPIC_ID);
        } else if (publish.qos() > maximumQos || publish.retain() && !retainAvailable) {
            refuse(publish, ReturnCode.NOT_SUPPORTED);
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
            refuse(publish, ReturnCode.NOT_SUPPORTED);
        } else if (publishing != null) {
            if (publishing.messageId() != id) {
                device.gateway().count(SnCounter.OVERLAPPING);
                refuse(publish, ReturnCode.CONGESTION);
            }
        } else if (publish.dup() && answerToPublish != null && isAgain(publish, published)) {
            device.gateway().count(SnCounter.REPEATED_REPLIES);
            device.send(answerToPublish);
        } else if (publish.dup() && isAgain(publish, released)) {
            device.gateway().count(SnCounter.REPEATED_REPLIES);
            device.send(new SnMessage.PubRec(id));
        } else if (device.wire().isBusy()) {
            refuse(publish, ReturnCode.CONGESTION);
        } else {
            publishing = publish;
            device.wire().give(packet(publish, topic));
        }
    }

    private static boolean isAgain(SnMessage.Publish publish, SnMessage.@Nullable Publish before) {
        return before != null
                && before.messageId() == publish.messageId()
                && before.qos() == publish.qos()
                && before.topic().equals(publish.topic())
                && before.data().equals(publish.data());
    }

    private @Nullable TopicName resolve(SnTopic topic) {
        return switch (topic) {
            case SnTopic.Normal(int id) -> device.topics().topic(id);
            case SnTopic.Predefined(int id) -> device.gateway().predefined().topic(id);
            case SnTopic.Short name -> topic(name.name());
            case SnTopic.Name _ -> null; // which PUBLISH does not have
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

    /** A message that is not taken is answered at any QoS (§6.6). */
    private void refuse(SnMessage.Publish publish, ReturnCode code) {
        device.send(new SnMessage.PubAck(octets(publish.topic()), publish.messageId(), code));
    }

    private static int octets(SnTopic topic) {
        return switch (topic) {
            case SnTopic.Normal(int id) -> id;
            case SnTopic.Predefined(int id) -> id;
            case SnTopic.Short(int octets) -> octets;
            case SnTopic.Name _ -> 0;
        };
    }

    void release(SnMessage.PubRel pubRel) {
        if (pubRel.messageId() == 0 || device.wire().isBusy()) {
            return; // the client sends it again
        }
        if (published != null && published.messageId() == pubRel.messageId()) {
            released = published;
            published = null; // its identifier is free for another message
            answerToPublish = null;
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
            boolean unknown = subscribe.topic() instanceof SnTopic.Predefined;
            if (unknown) {
                device.gateway().count(SnCounter.UNKNOWN_TOPIC);
            }
            refuse(subscribe, unknown ? ReturnCode.INVALID_TOPIC_ID : ReturnCode.NOT_SUPPORTED);
        } else if (subscribe.messageId() == 0 || !hasIdentifier(subscribe.topic(), filter)) {
            refuse(subscribe, ReturnCode.NOT_SUPPORTED);
        } else if (device.wire().isBusy()) {
            refuse(subscribe, ReturnCode.CONGESTION);
        } else {
            requesting = subscribe;
            device.wire()
                    .give(
                            new Subscribe(
                                    subscribe.messageId(),
                                    List.of(new SubscriptionRequest(filter, subscribe.qos()))));
        }
    }

    /** Whether there is an identifier for what is subscribed to in full and without wildcards. */
    private boolean hasIdentifier(SnTopic asked, TopicFilter filter) {
        if (!isToldIdentifier(asked, filter)) {
            return true;
        }
        TopicName topic = topic(filter.bytes());
        if (topic != null && device.topics().give(topic) != null) {
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
            device.send(new SnMessage.UnsubAck(unsubscribe.messageId()));
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
            if (!isAgain(request, requesting)) {
                device.gateway().count(SnCounter.OVERLAPPING);
                if (request instanceof SnMessage.Subscribe) {
                    device.send(new SnMessage.SubAck(0, 0, messageId, ReturnCode.CONGESTION));
                }
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
                ? now.messageId() == then.messageId()
                        && now.qos() == then.qos()
                        && now.topic().equals(then.topic())
                : request.equals(before);
    }

    /** The filter that a request means; null if it is none, or nobody knows it. */
    private @Nullable TopicFilter filter(SnTopic topic) {
        try {
            return switch (topic) {
                case SnTopic.Name(var utf8) -> TopicFilter.of(utf8.bytes());
                case SnTopic.Normal _ -> null; // which no request has
                case SnTopic.Short name -> { // in two octets a wildcard makes no sense (§3)
                    TopicName literal = topic(name.name());
                    yield literal == null ? null : TopicFilter.of(literal.bytes());
                }
                case SnTopic.Predefined(int id) -> {
                    TopicName known = device.gateway().predefined().topic(id);
                    yield known == null ? null : TopicFilter.of(known.bytes());
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
            published(
                    publish,
                    new SnMessage.PubAck(
                            octets(publish.topic()),
                            publish.messageId(),
                            ReturnCode.of(pubAck.reasonCode())));
        }
    }

    private void answered(PubRec pubRec) {
        SnMessage.Publish publish = publishing;
        if (publish != null && publish.messageId() == pubRec.packetId()) {
            int id = publish.messageId();
            ReturnCode code = ReturnCode.of(pubRec.reasonCode());
            published(
                    publish,
                    code == ReturnCode.ACCEPTED
                            ? new SnMessage.PubRec(id)
                            : new SnMessage.PubAck(octets(publish.topic()), id, code));
        }
    }

    private void published(SnMessage.Publish publish, SnMessage answer) {
        publishing = null;
        published = publish;
        answerToPublish = answer;
        device.send(answer);
    }

    private void answered(PubComp pubComp) {
        device.send(new SnMessage.PubComp(pubComp.packetId()));
    }

    private void answered(SubAck subAck) {
        if (requesting instanceof SnMessage.Subscribe subscribe
                && subscribe.messageId() == subAck.packetId()) {
            ReasonCode reason = subAck.reasonCodes().getFirst();
            ReturnCode code = ReturnCode.of(reason);
            int qos = reason.isError() ? 0 : reason.value();
            int id = code == ReturnCode.ACCEPTED ? identifier(subscribe.topic()) : 0;
            SnMessage answer = new SnMessage.SubAck(qos, id, subscribe.messageId(), code);
            device.whenTopicsKept(() -> answered(subscribe, answer));
        }
    }

    /** What SUBACK tells, which the client then knows. */
    private int identifier(SnTopic asked) {
        if (asked instanceof SnTopic.Predefined(int id)) {
            return id;
        }
        TopicFilter filter = filter(asked);
        TopicName topic =
                filter != null && isToldIdentifier(asked, filter) ? topic(filter.bytes()) : null;
        Integer given = topic == null ? null : device.topics().give(topic);
        if (given == null) {
            return 0;
        }
        device.topics().learned(given);
        return given;
    }

    private void answered(UnsubAck unsubAck) {
        if (requesting instanceof SnMessage.Unsubscribe unsubscribe
                && unsubscribe.messageId() == unsubAck.packetId()) {
            answered(unsubscribe, new SnMessage.UnsubAck(unsubscribe.messageId()));
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

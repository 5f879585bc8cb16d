package io.godwit.gateway.sn;

import io.godwit.broker.shard.TimerWheel;
import io.godwit.codec.Binary;
import io.godwit.codec.Packet;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a client is sent: messages in order, each under a topic that the client knows, and one
 * exchange at a time (§6.13). What is not answered is sent again.
 */
final class Outgoing {

    /** Bytes of a message beside its topic and its content, at most. */
    private static final int OVERHEAD = 9;

    /** What the client is to answer next. */
    private enum Awaited {
        REGACK,
        PUBACK,
        PUBREC,
        /** Nothing of the client: the broker has PUBREC, and is to send PUBREL. */
        PUBREL_OF_BROKER,
        PUBCOMP
    }

    /**
     * An exchange under way.
     *
     * @param subject the PUBLISH, or the PUBREL of one whose PUBLISH was in an earlier connection
     * @param message what is sent again
     */
    private record Exchange(Awaited awaited, Packet subject, SnMessage message) {}

    private final Device device;
    private final ArrayDeque<Packet> queue = new ArrayDeque<>();
    private final TimerWheel.Timer timer =
            new TimerWheel.Timer() {
                @Override
                protected void fire() {
                    retry();
                }
            };
    private @Nullable Exchange exchange;
    private int tries;
    private int lastMessageId;

    /** The PUBLISH whose identifier the client did not know, which is sent once more. */
    private @Nullable Packet repaired;

    Outgoing(Device device, int lastMessageId) {
        this.device = device;
        this.lastMessageId = lastMessageId;
    }

    /** Whether nothing is to be sent or answered. */
    boolean isIdle() {
        return queue.isEmpty() && exchange == null;
    }

    /** Takes a PUBLISH or PUBREL of the broker. */
    void take(Packet packet) {
        Exchange current = exchange;
        if (packet instanceof PubRel(int packetId, ReasonCode _, var _)
                && current != null
                && current.awaited == Awaited.PUBREL_OF_BROKER
                && current.subject instanceof Publish publish
                && publish.packetId() == packetId) {
            exchange = null;
            begin(new Exchange(Awaited.PUBCOMP, publish, new SnMessage.PubRel(packetId)));
            return;
        }
        queue.add(packet);
        send();
    }

    /** Sends what may be sent now. */
    void send() {
        while (exchange == null && device.mayBeSent() && !queue.isEmpty()) {
            switch (queue.element()) {
                case Publish publish -> send(publish);
                case PubRel pubRel -> {
                    queue.remove();
                    begin(
                            new Exchange(
                                    Awaited.PUBCOMP,
                                    pubRel,
                                    new SnMessage.PubRel(pubRel.packetId())));
                }
                default -> queue.remove();
            }
        }
        if (exchange == null) {
            device.sleep().settled();
        }
    }

    private void send(Publish publish) {
        SnTopic named = name(publish.topic());
        if (named != null) {
            send(publish, named);
        } else {
            sendUnknown(publish);
        }
    }

    /** How the client knows a topic; null if it has to be told. */
    private @Nullable SnTopic name(TopicName topic) {
        Integer id = device.topics().known(topic);
        if (id != null) {
            return new SnTopic.Normal(id);
        }
        Integer predefined = device.gateway().predefined().id(topic);
        return predefined != null
                ? new SnTopic.Predefined(predefined)
                : device.dialect().itself(topic);
    }

    /** On a topic that the client does not know: it is told, or there is another way, or none. */
    private void sendUnknown(Publish publish) {
        TopicName topic = publish.topic();
        boolean rejected = device.topics().isRejected(topic);
        Integer id = rejected ? null : device.topics().give(topic);
        SnMessage register = id == null ? null : register(id, topic);
        if (register != null && fits(register)) {
            beginToRegister(new Exchange(Awaited.REGACK, publish, register));
            return;
        }
        SnTopic inFull = device.dialect().inFull(topic);
        if (inFull != null) {
            send(publish, inFull);
        } else if (rejected) {
            dropFirst(SnCounter.DROPPED_REJECTED);
        } else {
            dropFirst(id == null ? SnCounter.TOPICS_FULL : SnCounter.DROPPED_TOO_LARGE);
        }
    }

    private void send(Publish publish, SnTopic named) {
        SnMessage message =
                new SnMessage.Publish(
                        publish.dup() || isRepaired(publish) && device.dialect() == Dialect.V1_2,
                        publish.qos(),
                        publish.retain(),
                        named,
                        publish.packetId(),
                        new Binary(publish.payload()));
        if (!fits(message)) {
            dropFirst(SnCounter.DROPPED_TOO_LARGE);
            return;
        }
        queue.remove();
        device.sleep().sending();
        switch (publish.qos()) {
            case 0 -> {
                device.send(message);
                device.wire().done(publish);
            }
            case 1 -> begin(new Exchange(Awaited.PUBACK, publish, message));
            default -> begin(new Exchange(Awaited.PUBREC, publish, message));
        }
    }

    /** Whether a message is within what its client can take. */
    private boolean fits(SnMessage message) {
        int atMost =
                OVERHEAD
                        + switch (message) {
                            case SnMessage.Publish publish ->
                                    publish.data().bytes().length + sizeOf(publish.topic());
                            case SnMessage.Register register -> register.topic().bytes().length;
                            default -> 0;
                        };
        int most = device.datagramSize();
        return atMost <= most // encoding each would cost more than it is worth
                || atMost - OVERHEAD <= most && device.sizeOf(message) <= most;
    }

    private static int sizeOf(SnTopic topic) {
        return topic instanceof SnTopic.Name(Binary utf8) ? utf8.bytes().length : 0;
    }

    private SnMessage register(int id, TopicName topic) {
        lastMessageId = lastMessageId % 65_535 + 1;
        return new SnMessage.Register(id, lastMessageId, new Binary(topic.bytes()));
    }

    private void dropFirst(SnCounter why) {
        if (queue.poll() instanceof Publish publish) {
            drop(publish, why);
        }
    }

    /** The client does not get a message; for the broker it is refused. */
    private void drop(Publish publish, SnCounter why) {
        device.gateway().count(why);
        ReasonCode refused = ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
        if (publish.qos() == 1) {
            device.wire().give(new PubAck(publish.packetId(), refused));
        } else if (publish.qos() == 2) {
            device.wire().give(new PubRec(publish.packetId(), refused));
        }
        device.wire().done(publish);
    }

    // --- exchanges ------------------------------------------------------------------------------

    private void begin(Exchange begun) {
        exchange = begun;
        tries = 0;
        device.send(begun.message);
        expectAnswer();
    }

    /** As {@link #begin}, once the identifier is kept that REGISTER tells. */
    @SuppressWarnings("ReferenceEquality") // each exchange is its own
    private void beginToRegister(Exchange begun) {
        exchange = begun;
        tries = 0;
        device.whenTopicsKept(() -> {
            if (exchange == begun && device.isListening()) {
                device.send(begun.message);
                expectAnswer();
            }
        });
    }

    private void expectAnswer() {
        device.gateway().after(device.gateway().settings().retry().toMillis(), timer);
    }

    private void end() {
        exchange = null;
        device.gateway().cancel(timer);
    }

    private void retry() {
        Exchange current = exchange;
        if (current == null
                || current.awaited == Awaited.PUBREL_OF_BROKER
                || !device.isListening()) {
            return;
        }
        if (tries++ >= device.gateway().settings().retries()) {
            device.unanswered();
            return;
        }
        device.gateway().count(SnCounter.RETRANSMITTED);
        sendAgain(current);
    }

    private void sendAgain(Exchange current) {
        device.send(device.dialect().again(current.message));
        expectAnswer();
    }

    /** The client listens again: what it has not answered comes first. */
    void resume() {
        Exchange current = exchange;
        tries = 0;
        if (current != null && current.awaited == Awaited.REGACK) { // it may be known by now
            end();
        } else if (current != null && current.awaited != Awaited.PUBREL_OF_BROKER) {
            sendAgain(current);
        }
        send();
    }

    /** The client does not listen for now. */
    void rest() {
        device.gateway().cancel(timer);
    }

    // --- what the client answers ----------------------------------------------------------------

    /** Takes an answer; anything else means nothing here. */
    void answered(SnMessage message) {
        switch (message) {
            case SnMessage.RegAck regAck -> registered(regAck);
            case SnMessage.PubAck pubAck -> acknowledged(pubAck);
            case SnMessage.PubRec pubRec -> received(pubRec);
            case SnMessage.PubComp pubComp -> completed(pubComp);
            default -> {}
        }
    }

    private void registered(SnMessage.RegAck regAck) {
        Exchange current = exchange;
        if (current == null
                || !(current.message instanceof SnMessage.Register register)
                || register.messageId() != regAck.messageId()) {
            return;
        }
        if (regAck.code() == ReturnCode.CONGESTION) {
            return; // it is asked again after a while
        }
        if (!regAck.code().isError()) {
            device.topics().learned(register.topicId());
        } else if (current.subject instanceof Publish publish) {
            device.topics().reject(publish.topic());
        }
        end();
        send();
    }

    private void acknowledged(SnMessage.PubAck pubAck) {
        Exchange current = exchange;
        if (current == null
                || !(current.message instanceof SnMessage.Publish sent)
                || sent.messageId() != pubAck.messageId()) { // of a message at QoS 0, perhaps
            if (pubAck.code() == ReturnCode.INVALID_TOPIC_ID) {
                device.topics().unlearned(pubAck.topicId());
            }
            return;
        }
        if (!(current.subject instanceof Publish publish)
                || current.awaited == Awaited.PUBREL_OF_BROKER) {
            return;
        }
        if (pubAck.code().isError()) {
            refused(current, publish, pubAck.code());
        } else if (current.awaited == Awaited.PUBACK) {
            end();
            device.wire().give(new PubAck(publish.packetId(), ReasonCode.SUCCESS));
            device.wire().done(publish);
            send();
        }
    }

    /** The client has not taken a message. */
    private void refused(Exchange current, Publish publish, ReturnCode code) {
        if (code == ReturnCode.CONGESTION) {
            return; // it is sent again after a while
        }
        end();
        if (code == ReturnCode.INVALID_TOPIC_ID && canRepair(current, publish)) {
            repaired = publish;
            queue.addFirst(publish);
        } else {
            drop(publish, SnCounter.DROPPED_REJECTED);
        }
        send();
    }

    /** Whether another REGISTER may help: the identifier was one of those that are told. */
    private boolean canRepair(Exchange current, Publish publish) {
        if (current.message instanceof SnMessage.Publish sent
                && sent.topic() instanceof SnTopic.Normal(int id)
                && !isRepaired(publish)) {
            device.topics().unlearned(id);
            return true;
        }
        return false;
    }

    @SuppressWarnings("ReferenceEquality") // each packet is its own
    private boolean isRepaired(Publish publish) {
        return repaired == publish;
    }

    private void received(SnMessage.PubRec pubRec) {
        Exchange current = exchange;
        int id = pubRec.messageId();
        if (current != null
                && current.awaited == Awaited.PUBREC
                && current.subject instanceof Publish publish
                && publish.packetId() == id) {
            if (pubRec.code().isError()) {
                refused(current, publish, pubRec.code());
                return;
            }
            exchange = new Exchange(Awaited.PUBREL_OF_BROKER, publish, current.message);
            device.gateway().cancel(timer);
            device.wire().give(new PubRec(id, ReasonCode.SUCCESS));
        } else if (!isToBeSent(id)
                && (current == null || current.awaited != Awaited.PUBREL_OF_BROKER)) {
            boolean isUnderWay =
                    current != null
                            && current.message instanceof SnMessage.PubRel pubRel
                            && pubRel.messageId() == id;
            ReturnCode code =
                    isUnderWay ? ReturnCode.ACCEPTED : ReturnCode.PACKET_IDENTIFIER_NOT_FOUND;
            device.send(new SnMessage.PubRel(id, code));
        }
    }

    /** Whether PUBREC is of an earlier connection, and the message is still to be sent in this. */
    private boolean isToBeSent(int packetId) {
        Exchange current = exchange;
        return current != null
                        && current.awaited == Awaited.REGACK
                        && isPublish(current.subject, packetId)
                || queue.stream().anyMatch(packet -> isPublish(packet, packetId));
    }

    private static boolean isPublish(Packet packet, int packetId) {
        return packet instanceof Publish publish && publish.packetId() == packetId;
    }

    private void completed(SnMessage.PubComp pubComp) {
        Exchange current = exchange;
        if (current == null
                || current.awaited != Awaited.PUBCOMP
                || !(current.message instanceof SnMessage.PubRel pubRel)
                || pubRel.messageId() != pubComp.messageId()) {
            return;
        }
        end();
        device.wire().give(new PubComp(pubRel.messageId(), ReasonCode.SUCCESS));
        if (current.subject instanceof Publish publish) {
            device.wire().done(publish);
        }
        send();
    }
}

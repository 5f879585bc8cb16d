package io.godwit.gateway.sn;

import io.godwit.codec.Binary;
import io.godwit.codec.PacketException;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import io.godwit.codec.Will;
import io.godwit.gateway.sn.codec.ConnectOptions;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client and the gateway say about the client's will: asked for behind CONNECT (§6.3), and
 * changed later (§6.4); in version 2.0 CONNECT has it. On the gateway's loop only.
 */
final class WillDialogue {

    private static final Logger LOG = LoggerFactory.getLogger(WillDialogue.class);

    private final Device device;
    private DeviceWill will;
    private SnMessage prompt = new SnMessage.WillTopicRequest();
    private int tries;

    /** The broker has not answered whether it takes another will. */
    private boolean changing;

    /**
     * About a will.
     *
     * @param will what is known of it
     */
    WillDialogue(Device device, DeviceWill will) {
        this.device = device;
        this.will = will;
    }

    DeviceWill will() {
        return will;
    }

    /** The will as the broker takes it, null for none; empty-handed if its topic is none. */
    record Ready(@Nullable Will will) {}

    /** What CONNECT is to have; null if the topic is not valid. */
    @Nullable Ready ready() {
        return ready(will);
    }

    private @Nullable Ready ready(DeviceWill candidate) {
        try {
            return new Ready(candidate.toWill());
        } catch (PacketException notValid) {
            LOG.debug("the will of {}: {}", device, notValid.getMessage());
            return null;
        }
    }

    /**
     * What CONNECT of version 2.0 says of a will.
     *
     * @param given null if there is none
     * @return false if its topic has no name that is known before the client is connected
     */
    boolean given(ConnectOptions.@Nullable Will given) {
        if (given == null) {
            will = DeviceWill.NONE;
            return true;
        }
        Binary topic =
                switch (given.topic()) {
                    case SnTopic.Name(Binary utf8) -> utf8;
                    case SnTopic.Predefined(int id) -> {
                        TopicName known = device.gateway().predefined().topic(id);
                        yield known == null ? null : new Binary(known.bytes());
                    }
                    case SnTopic.Normal _, SnTopic.Short _ -> null;
                };
        if (topic == null) {
            return false;
        }
        will = new DeviceWill(given.qos(), given.retain(), topic, given.payload());
        return true;
    }

    // --- behind CONNECT -------------------------------------------------------------------------

    /** Asks for the will from the start. */
    void begin() {
        will = DeviceWill.NONE;
        ask(new SnMessage.WillTopicRequest());
    }

    private void ask(SnMessage question) {
        prompt = question;
        tries = 0;
        repeat();
    }

    /** Asks the same again. */
    void repeat() {
        device.send(prompt);
        device.expectAnswer();
    }

    /**
     * No answer has come in time.
     *
     * @return false if it was asked often enough
     */
    boolean retry() {
        if (tries++ >= device.gateway().settings().retries()) {
            return false;
        }
        device.gateway().count(SnCounter.RETRANSMITTED);
        repeat();
        return true;
    }

    void answered(SnMessage.WillTopic topic) {
        will = will.withTopic(topic.qos(), topic.retain(), topic.topic());
        if (will.isNone()) { // the client has changed its mind (§6.3)
            device.open();
        } else {
            ask(new SnMessage.WillMessageRequest());
        }
    }

    void answered(SnMessage.WillMessage message) {
        if (!will.isNone()) {
            will = will.withPayload(message.payload());
            device.open();
        }
    }

    // --- later ----------------------------------------------------------------------------------

    void change(SnMessage.WillTopicUpdate update) {
        change(will.withTopic(update.qos(), update.retain(), update.topic()), true);
    }

    /** Without a topic there is no will whose message could be changed. */
    void change(SnMessage.WillMessageUpdate update) {
        change(will.isNone() ? null : will.withPayload(update.payload()), false);
    }

    private void change(@Nullable DeviceWill changed, boolean topic) {
        Ready ready = changed == null ? null : ready(changed);
        if (changing) {
            return; // the client asks again
        }
        if (changed == null || ready == null) {
            answer(topic, ReturnCode.TOPIC_NAME_INVALID);
            return;
        }
        changing = true;
        device.wire()
                .will(
                        ready.will(),
                        code -> {
                            changing = false;
                            if (code == ReasonCode.SUCCESS && !device.isGone()) {
                                will = changed;
                                device.keepWill();
                            }
                            device.whenTopicsKept(() -> answer(topic, ReturnCode.of(code)));
                        });
    }

    private void answer(boolean topic, ReturnCode code) {
        device.send(
                topic
                        ? new SnMessage.WillTopicResponse(code)
                        : new SnMessage.WillMessageResponse(code));
    }
}

package io.godwit.gateway.sn.codec;

import io.godwit.gateway.sn.codec.SnMessage.Connect;
import io.godwit.gateway.sn.codec.SnMessage.Publish;
import io.godwit.gateway.sn.codec.SnMessage.Subscribe;

/** The octets of flags of version 2.0, of which each packet has one of its own. */
final class SnFlagsV20 {

    /** How a topic is named: two bits, alike in all packets. */
    static final int TOPIC = 0b11;

    static final int SESSION_ALIAS = 0b00;
    static final int PREDEFINED_ALIAS = 0b01;
    static final int NAME = 0b11;

    static final int CLEAN_START = 0x01;
    static final int WILL = 0x02;
    static final int AUTHENTICATION_IN_CONNECT = 0x04;
    static final int EXPIRY_IN_CONNECT = 0x08;
    static final int AWAKE_MESSAGES = 0x10;
    static final int ADDRESS_MAY_CHANGE = 0x20;
    static final int SERVER_SUGGESTED = 0x40;
    static final int ALL_OF_CONNECT = 0x7F;

    static final int WILL_QOS_SHIFT = 2;
    static final int ALL_OF_WILL = 0x1F;

    static final int SESSION_PRESENT = 0x01;
    static final int EXPIRY_IN_CONNACK = 0x02;
    static final int SERVER_KEEP_ALIVE = 0x04;
    static final int AUTHENTICATION_IN_CONNACK = 0x08;
    static final int ALL_OF_CONNACK = 0x0F;

    static final int DISCONNECT_ID = 0x01;
    static final int DISCONNECT_EXPIRY = 0x02;
    static final int DISCONNECT_REASON = 0x04;
    static final int ALL_OF_DISCONNECT = 0x07;

    static final int KEEP_ALIASES = 0x01;
    static final int SLEEP_DURATION = 0x01;

    /** In REGISTER; in REGACK and SUBACK it is {@link #ALIAS}. */
    static final int REGISTER_ALIAS = 0x01;

    static final int ALIAS = 0x04;

    /** In PUBLISH, PUBWOS and of a will. */
    static final int RETAIN = 0x10;

    static final int DUP = 0x80;
    static final int QOS_SHIFT = 5;
    static final int ALL_OF_PUBLISH = 0xF3;

    static final int NO_LOCAL = 0x80;
    static final int RETAIN_AS_PUBLISHED = 0x10;
    static final int RETAIN_HANDLING_SHIFT = 2;

    private SnFlagsV20() {}

    static int of(Connect connect) {
        ConnectOptions options = connect.options();
        return (connect.cleanSession() ? CLEAN_START : 0)
                | (options.will() != null ? WILL : 0)
                | (options.authentication() != null ? AUTHENTICATION_IN_CONNECT : 0)
                | (options.sessionExpiry() != null ? EXPIRY_IN_CONNECT : 0)
                | (options.awakeMessages() != null ? AWAKE_MESSAGES : 0)
                | (options.addressMayChange() ? ADDRESS_MAY_CHANGE : 0)
                | (options.serverSuggested() ? SERVER_SUGGESTED : 0);
    }

    static int of(ConnectOptions.Will will) {
        return typeOf(will.topic()) | will.qos() << WILL_QOS_SHIFT | (will.retain() ? RETAIN : 0);
    }

    static int of(SnMessage.ConnAck connAck) {
        return (connAck.sessionPresent() ? SESSION_PRESENT : 0)
                | (connAck.sessionExpiry() != null ? EXPIRY_IN_CONNACK : 0)
                | (connAck.keepAlive() != null ? SERVER_KEEP_ALIVE : 0)
                | (connAck.authentication() != null ? AUTHENTICATION_IN_CONNACK : 0);
    }

    static int of(SnMessage.Disconnect disconnect) {
        return (disconnect.messageId() != 0 ? DISCONNECT_ID : 0)
                | (disconnect.sessionExpiry() != null ? DISCONNECT_EXPIRY : 0)
                | (hasReason(disconnect) ? DISCONNECT_REASON : 0);
    }

    static boolean hasReason(SnMessage.Disconnect disconnect) {
        return disconnect.code() != ReturnCode.ACCEPTED;
    }

    /** Of PUBLISH and PUBWOS; DUP is for QoS 2 only. */
    static int of(Publish publish) {
        int qos = publish.qos();
        return typeOf(publish.topic())
                | (publish.retain() ? RETAIN : 0)
                | (qos > 0 ? qos << QOS_SHIFT : 0)
                | (qos == 2 && publish.dup() ? DUP : 0);
    }

    static int of(Subscribe subscribe) {
        return typeOf(subscribe.topic())
                | subscribe.qos() << QOS_SHIFT
                | (subscribe.noLocal() ? NO_LOCAL : 0)
                | (subscribe.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0)
                | subscribe.retainHandling().ordinal() << RETAIN_HANDLING_SHIFT;
    }

    /** Of REGACK and SUBACK. */
    static int ofAlias(int alias, boolean predefined) {
        if (alias == 0) {
            return 0;
        }
        return ALIAS | (predefined ? PREDEFINED_ALIAS : SESSION_ALIAS);
    }

    static int typeOf(SnTopic topic) {
        return switch (topic) {
            case SnTopic.Normal _ -> SESSION_ALIAS;
            case SnTopic.Predefined _ -> PREDEFINED_ALIAS;
            case SnTopic.Name _ -> NAME;
            case SnTopic.Short _ ->
                    throw new IllegalArgumentException("version 2.0 has no short topic names");
        };
    }
}

package io.godwit.gateway.sn.codec;

import io.godwit.gateway.sn.codec.SnMessage.Publish;
import io.godwit.gateway.sn.codec.SnMessage.Subscribe;

/** The octet of flags of version 1.2 (§5.3.4). */
final class SnFlags {

    private static final int DUP = 0x80;
    private static final int QOS_SHIFT = 5;
    private static final int QOS = 0b11;
    private static final int WITHOUT_CONNECTION = 0b11;
    private static final int RETAIN = 0x10;
    private static final int WILL = 0x08;
    private static final int CLEAN_SESSION = 0x04;
    private static final int TOPIC = 0b11;

    private SnFlags() {}

    static int of(boolean will, boolean cleanSession) {
        return (will ? WILL : 0) | (cleanSession ? CLEAN_SESSION : 0);
    }

    static int of(int qos) {
        return (qos & QOS) << QOS_SHIFT; // -1 is 0b11
    }

    static int of(int qos, boolean retain) {
        return of(qos) | (retain ? RETAIN : 0);
    }

    static int of(Subscribe subscribe) {
        return of(subscribe.dup(), subscribe.qos(), false, subscribe.topic());
    }

    static int of(Publish publish) {
        return of(publish.dup(), publish.qos(), publish.retain(), publish.topic());
    }

    static int of(boolean dup, int qos, boolean retain, SnTopic topic) {
        return of(qos, retain) | (dup ? DUP : 0) | typeOf(topic);
    }

    private static int typeOf(SnTopic topic) {
        return switch (topic) {
            case SnTopic.Normal _, SnTopic.Name _ -> 0b00;
            case SnTopic.Predefined _ -> 0b01;
            case SnTopic.Short _ -> 0b10;
        };
    }

    static boolean dup(int flags) {
        return (flags & DUP) != 0;
    }

    /** -1 to 2. */
    static int qos(int flags) {
        int qos = flags >> QOS_SHIFT & QOS;
        return qos == WITHOUT_CONNECTION ? -1 : qos;
    }

    static boolean retain(int flags) {
        return (flags & RETAIN) != 0;
    }

    static boolean will(int flags) {
        return (flags & WILL) != 0;
    }

    static boolean cleanSession(int flags) {
        return (flags & CLEAN_SESSION) != 0;
    }

    /** How the topic is named, 0 to 3. */
    static int topicType(int flags) {
        return flags & TOPIC;
    }
}

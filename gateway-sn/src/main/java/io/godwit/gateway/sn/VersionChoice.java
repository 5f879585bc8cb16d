package io.godwit.gateway.sn;

import io.godwit.gateway.sn.codec.SnVersion;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which version a datagram is of, where both are spoken on one port: their numbers mean different
 * things, so what was said before at the same address decides. Only CONNECT and what goes around
 * other messages can't be mistaken. Immutable.
 */
final class VersionChoice {

    private static final int LONG_FORM = 1;

    private static final int V12_ADVERTISE = 0x00;
    private static final int V12_SEARCHGW = 0x01;
    private static final int V12_GWINFO = 0x02;
    private static final int V12_CONNECT = 0x04;
    private static final int V12_REGISTER = 0x0A;
    private static final int V12_PUBLISH = 0x0C;
    private static final int V12_PUBREL = 0x10;
    private static final int V12_SUBSCRIBE = 0x12;
    private static final int V12_UNSUBSCRIBE = 0x14;
    private static final int V12_PINGREQ = 0x16;
    private static final int V12_DISCONNECT = 0x18;
    private static final int V12_WILLTOPICUPD = 0x1A;
    private static final int V12_WILLMSGUPD = 0x1C;
    private static final int FORWARDER = 0xFC;

    /** A forwarder's in version 1.2, a client's that is elsewhere in version 2.0. */
    private static final int ENCAPSULATED = 0xFE;

    private static final int PROTECTED = 0xFF;

    /** Bytes of the shortest CONNECT of each version; what else has its number is shorter. */
    private static final int V12_CONNECT_SIZE = 6;

    private static final int V20_CONNECT_SIZE = 10;

    /** Bytes of PINGREQ in version 2.0; PUBLISH of version 1.2, which has its number, is longer. */
    private static final int V20_PINGREQ_SIZE = 4;

    private static final int V12_PUBREL_SIZE = 4;

    /** What PUBWOS may have among its flags: RETAIN, and a topic that belongs to no session. */
    private static final int PUBWOS_FLAGS = 0x13;

    private final @Nullable SnVersion only;

    /**
     * A choice.
     *
     * @param spoken one version or both
     */
    VersionChoice(Set<SnVersion> spoken) {
        only = spoken.size() == 1 ? spoken.iterator().next() : null;
    }

    /**
     * The version of a datagram, which may turn out to be malformed.
     *
     * @param before what was spoken at its source lately; null if nothing was
     */
    SnVersion of(ByteBuffer datagram, @Nullable SnVersion before) {
        if (only != null) {
            return only;
        }
        int size = datagram.remaining();
        int start = datagram.position();
        boolean longForm = size > 0 && datagram.get(start) == LONG_FORM;
        int header = longForm ? 4 : 2;
        if (size < header) {
            return SnVersion.V1_2;
        }
        int type = datagram.get(start + header - 1) & 0xFF;
        int normal = size - header + 2; // as if it had the short form
        SnVersion plain = unmistakable(type, normal, longForm, datagram.get(start) & 0xFF, size);
        if (plain != null) {
            return plain;
        }
        return before != null ? before : guessed(type, normal, datagram, start + header);
    }

    private static @Nullable SnVersion unmistakable(
            int type, int normal, boolean longForm, int length, int size) {
        return switch (type) {
            case V12_SEARCHGW -> normal >= V20_CONNECT_SIZE ? SnVersion.V2_0 : null;
            case V12_CONNECT -> normal >= V12_CONNECT_SIZE ? SnVersion.V1_2 : null;
            case FORWARDER, PROTECTED -> SnVersion.V2_0;
            case ENCAPSULATED -> // whose length in version 1.2 is that of its header only
                    longForm || length == size ? SnVersion.V2_0 : SnVersion.V1_2;
            default -> null;
        };
    }

    /** Of somebody who is not connected: what is only said to who is, is not meant. */
    private static SnVersion guessed(int type, int normal, ByteBuffer datagram, int body) {
        boolean old =
                switch (type) {
                    case V12_ADVERTISE,
                            V12_SEARCHGW,
                            V12_GWINFO,
                            V12_UNSUBSCRIBE,
                            V12_PINGREQ,
                            V12_DISCONNECT,
                            V12_WILLTOPICUPD,
                            V12_WILLMSGUPD ->
                            true;
                    case V12_REGISTER -> // of a client it has no identifier, and UNSUBSCRIBE flags
                            normal > 4 && datagram.getShort(body) == 0;
                    case V12_PUBLISH -> normal > V20_PINGREQ_SIZE;
                    case V12_PUBREL -> normal <= V12_PUBREL_SIZE;
                    case V12_SUBSCRIBE -> normal < 3 || !mayBeWithoutSession(datagram.get(body));
                    default -> false;
                };
        return old ? SnVersion.V1_2 : SnVersion.V2_0;
    }

    private static boolean mayBeWithoutSession(int flags) {
        return (flags & ~PUBWOS_FLAGS) == 0 && (flags & 1) == 1;
    }
}

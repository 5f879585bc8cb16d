package io.godwit.gateway.sn;

import io.godwit.codec.Connect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Will;
import io.godwit.gateway.sn.codec.ConnectOptions;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnAuthentication;
import io.godwit.gateway.sn.codec.SnCodecV12;
import io.godwit.gateway.sn.codec.SnCodecV20;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnVersion;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the broker is asked for a client that connects.
 *
 * @param packet null if it need not be asked
 * @param refusal why not, if so
 */
record Opening(@Nullable Connect packet, ReturnCode refusal) {

    /** What Receive Maximum says: one message at a time (§6.13). */
    private static final int ONE = 1;

    /** Client identifiers have 23 characters (§5.3.1); longer ones do no harm. */
    private static final int LONGEST_CLIENT_ID = 256;

    /** The least Maximum Packet Size of version 2.0. */
    private static final int LEAST_PACKET_SIZE = 10;

    /** Why somebody can't connect, whoever he is; null if the broker is to be asked. */
    static @Nullable ReturnCode refusal(SnVersion version, SnMessage.Connect connect) {
        boolean draft = version == SnVersion.V2_0;
        int packetSize = connect.options().maximumPacketSize();
        if (connect.protocolId()
                != (draft ? SnCodecV20.PROTOCOL_VERSION : SnCodecV12.PROTOCOL_ID)) {
            return ReturnCode.UNSUPPORTED_PROTOCOL_VERSION;
        }
        if (connect.clientId().isEmpty() && !draft
                || connect.clientId().length() > LONGEST_CLIENT_ID) {
            return ReturnCode.CLIENT_IDENTIFIER_NOT_VALID;
        }
        boolean isOutOfRange =
                connect.keepAlive() == 0 || packetSize > 0 && packetSize < LEAST_PACKET_SIZE;
        return draft && isOutOfRange ? ReturnCode.PROTOCOL_ERROR : null;
    }

    static Opening refused(ReturnCode code) {
        return new Opening(null, code);
    }

    /**
     * For a client.
     *
     * @param clientId its own, or the one that it is given
     * @param sessionExpiry seconds that its session is to outlive the connection
     */
    static Opening of(
            SnMessage.Connect connect, String clientId, @Nullable Will will, long sessionExpiry) {
        SnAuthentication authentication = connect.options().authentication();
        BasicCredentials credentials = null;
        if (authentication != null) {
            if (!authentication.method().equals(SnAuthentication.BASIC)) {
                return refused(ReturnCode.BAD_AUTHENTICATION_METHOD);
            }
            credentials = BasicCredentials.of(authentication.data());
            if (credentials == null) {
                return refused(ReturnCode.MALFORMED_PACKET);
            }
        }
        Properties.Builder properties = Properties.builder();
        if (sessionExpiry > 0) {
            properties.add(Property.SESSION_EXPIRY_INTERVAL, sessionExpiry);
        }
        properties.add(Property.RECEIVE_MAXIMUM, ONE);
        Connect packet =
                new Connect(
                        ProtocolVersion.V5,
                        clientId,
                        connect.cleanSession(),
                        0, // the gateway judges its silence
                        will,
                        credentials == null ? null : credentials.userName(),
                        credentials == null ? null : credentials.password().bytes(),
                        properties.build());
        return new Opening(packet, ReturnCode.ACCEPTED);
    }

    /**
     * Seconds that a client's session is to outlive its connection, 0 to 4,294,967,295.
     *
     * @param most what the gateway allows, and version 1.2 can't ask for
     */
    static long sessionExpiry(SnMessage.Connect connect, Dialect dialect, long most) {
        if (dialect == Dialect.V1_2) {
            return connect.cleanSession() ? 0 : most;
        }
        Long asked = connect.options().sessionExpiry();
        return asked == null ? 0 : Math.min(asked, most);
    }

    /**
     * CONNACK of a client that is let in, of which version 1.2 has the return code only.
     *
     * @param clientId its own, or the one that it is given
     * @param sessionExpiry what was granted
     */
    static SnMessage accepted(
            SnMessage.Connect connect,
            String clientId,
            boolean sessionPresent,
            long sessionExpiry) {
        Long asked = connect.options().sessionExpiry();
        return new SnMessage.ConnAck(
                ReturnCode.ACCEPTED,
                connect.options().messageId(),
                sessionPresent,
                sessionExpiry == (asked == null ? 0 : asked) ? null : sessionExpiry,
                null,
                null,
                connect.clientId().isEmpty() ? clientId : "");
    }

    /**
     * Whether a sleeping client asks for nothing but to be active.
     *
     * @param then what it has said when it connected
     */
    static boolean isTheSame(SnMessage.Connect then, SnMessage.Connect now) {
        ConnectOptions before = then.options();
        ConnectOptions again = now.options();
        return now.protocolId() == then.protocolId()
                && !now.cleanSession()
                && now.will() == (again.will() != null) // else it wants to be asked
                && Objects.equals(again.will(), before.will())
                && Objects.equals(again.authentication(), before.authentication())
                && Objects.equals(again.sessionExpiry(), before.sessionExpiry());
    }
}

package io.godwit.broker.connection;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.session.Sessions;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.FlightRecorder;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.ReasonCode;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** DISCONNECT in both directions (§3.14), and CONNACK where it refuses (§3.2). */
final class DisconnectHandler {

    private static final Logger LOG = LoggerFactory.getLogger(DisconnectHandler.class);

    /**
     * Refusals of authentications, of which the words are for the log: they say which link knows
     * the user, and where that looked.
     */
    private static final Set<ReasonCode> UNEXPLAINED =
            EnumSet.of(
                    ReasonCode.UNSPECIFIED_ERROR,
                    ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                    ReasonCode.NOT_AUTHORIZED,
                    ReasonCode.SERVER_UNAVAILABLE,
                    ReasonCode.SERVER_BUSY,
                    ReasonCode.BAD_AUTHENTICATION_METHOD);

    private DisconnectHandler() {}

    static void handle(Connection connection, Disconnect disconnect) throws ProtocolError {
        Long expiry = disconnect.properties().get(Property.SESSION_EXPIRY_INTERVAL);
        if (expiry != null && connection.isConnected()) {
            Sessions sessions = connection.here().sessions();
            if (expiry > 0 && sessions.expiryInterval(connection.session()) == 0) {
                throw new ProtocolError( // §3.14.2.2.2
                        "DISCONNECT sets a Session Expiry Interval where CONNECT had 0");
            }
            long most = connection.limits().session().maximumExpiry();
            sessions.changeExpiry(connection.session(), Math.min(expiry, most));
        }
        LOG.debug("{} disconnected: {}", connection, disconnect.reasonCode());
        if (connection.isConnected() && !disconnect.reasonCode().isError()) {
            connection.session().forgetPackets();
        }
        // [v5 MQTT-3.14.4-3], [v3 MQTT-3.1.2-10]
        connection.leave(disconnect.reasonCode() == ReasonCode.SUCCESS);
    }

    /** A refusal, with the reason in words where it fits. */
    static Packet connAck(Connection connection, ReasonCode reasonCode, String why) {
        ConnAck plain = new ConnAck(false, reasonCode);
        String told = UNEXPLAINED.contains(reasonCode) ? "the log of the server says why" : why;
        ConnAck explained =
                new ConnAck(false, reasonCode, Properties.of(Property.REASON_STRING, told));
        // [v5 MQTT-3.2.2-19]
        return connection.version().isV5() && connection.outbox().fits(explained)
                ? explained
                : plain;
    }

    /** What is said of a packet that can't be taken; one that its limit refuses is counted. */
    static String why(Connection connection, PacketException refused) {
        String why = String.valueOf(refused.getMessage());
        if (refused.reasonCode() != ReasonCode.PACKET_TOO_LARGE) {
            return why;
        }
        Limits limits = connection.limits();
        boolean early = !connection.isConnected();
        if (early) {
            connection.shard().counters().increment(Counter.CONNECTIONS_OVER_SIZE);
        }
        return early && limits.connectSize() < limits.packetSize()
                ? why + " (limits.connect-size)"
                : why + " (limits.packet-size)";
    }

    /** The end, with the reason in words where it fits; version 5. */
    static Packet disconnect(Connection connection, ReasonCode reasonCode, String why) {
        Disconnect explained =
                new Disconnect(reasonCode, Properties.of(Property.REASON_STRING, why));
        // [v5 MQTT-3.14.2-3]
        return connection.outbox().fits(explained) ? explained : new Disconnect(reasonCode);
    }

    /** The connection was lost, or closed by a client that says nothing. */
    static void missed(Connection connection) {
        LOG.debug(
                "{} closed its connection without DISCONNECT{}",
                connection,
                new FlightRecorder.Ending(connection.recorder(), connection.shard().now()));
    }

    /** Whether a connection is ended by whoever runs the server, and not by what went wrong. */
    static boolean isWanted(ReasonCode reasonCode) {
        return reasonCode == ReasonCode.ADMINISTRATIVE_ACTION
                || reasonCode == ReasonCode.SERVER_SHUTTING_DOWN;
    }

    /** A fault of the server ends this connection and nothing else [v3 MQTT-4.8.0-2]. */
    static void fault(Connection connection, RuntimeException fault) {
        LOG.error("{} is closed because of a fault in the server", connection, fault);
        String why = "a fault in the server, which its log shows";
        if (connection.phase() == Phase.DECIDING || connection.phase() == Phase.AUTHENTICATING) {
            connection.reject(ReasonCode.UNSPECIFIED_ERROR, why);
        } else {
            connection.close(ReasonCode.UNSPECIFIED_ERROR, why);
        }
    }
}

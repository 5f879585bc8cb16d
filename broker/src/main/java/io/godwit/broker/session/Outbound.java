package io.godwit.broker.session;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.control.ConnectionState;
import io.godwit.broker.shard.FlightRecorder;
import io.godwit.broker.spi.Delivery;
import io.godwit.codec.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * What a session sends through: the connection that it has at the moment. On the session's shard
 * only. It never calls back into the session before it returns.
 */
public interface Outbound {

    /** Where its connection comes from. */
    Origin origin();

    /** The connection as an administrator sees it. */
    ConnectionState look();

    /** What its last packets are noted in; null if nothing is. */
    @Nullable FlightRecorder recorder();

    /** Whether more may be encoded; otherwise messages wait in the session until it calls pump. */
    boolean hasRoom();

    /**
     * How many messages at QoS 1 or 2 it may have that are not acknowledged, 1 to 65,535: the
     * client's Receive Maximum, or {@code limits.session.in-flight} if that is less.
     */
    int receiveMaximum();

    /**
     * Sends PUBLISH.
     *
     * @param packetId 1 to 65,535, or 0 at QoS 0
     * @return false if the packet would be over the client's Maximum Packet Size, and was not sent
     */
    boolean publish(Delivery delivery, int packetId, boolean dup);

    /** Sends PUBREL. */
    void release(int packetId);

    /**
     * Ends the connection, and with it its hold on the session, before this returns. Version 5 is
     * told the reason in DISCONNECT [v5 MQTT-4.13.1-1].
     *
     * @param why in words
     */
    void close(ReasonCode reasonCode, String why);
}

package io.godwit.broker.control;

import org.jspecify.annotations.Nullable;

/**
 * A connection, as an administrator sees it.
 *
 * @param userName null for a client without one
 * @param address the client's; null over a Unix domain socket
 * @param port the client's, or 0
 * @param listener the name of the listener that it came to
 * @param protocol 3.1, 3.1.1 or 5.0
 * @param keepAlive seconds; 0 for none
 * @param cleanStart whether it began without an earlier session
 * @param certificate the subject of the client's certificate; null if it showed none
 * @param receiveMaximum messages at QoS 1 and 2 that it takes before it acknowledges, 1 to 65,535
 * @param maximumPacketSize bytes of a packet that it takes
 * @param topicAliasMaximum aliases that it takes, 0 to 65,535
 */
public record ConnectionState(
        @Nullable String userName,
        @Nullable String address,
        int port,
        String listener,
        String protocol,
        int keepAlive,
        boolean cleanStart,
        @Nullable String certificate,
        int receiveMaximum,
        long maximumPacketSize,
        int topicAliasMaximum) {}

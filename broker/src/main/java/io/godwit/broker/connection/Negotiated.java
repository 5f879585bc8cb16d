package io.godwit.broker.connection;

import io.godwit.codec.Connect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;

/**
 * What a client asked for in CONNECT that binds the server (§3.1.2.11).
 *
 * @param receiveMaximum 1 to 65,535
 * @param maximumPacketSize bytes
 * @param topicAliasMaximum 0 to 65,535
 * @param problemInformation whether reason strings and user properties may go into any packet
 * @param cleanStart whether it began without an earlier session, as CONNECT said
 */
record Negotiated(
        int receiveMaximum,
        long maximumPacketSize,
        int topicAliasMaximum,
        boolean problemInformation,
        boolean cleanStart) {

    private static final long NO_MAXIMUM = 268_435_460;

    static final Negotiated NOTHING = new Negotiated(65_535, NO_MAXIMUM, 0, true, false);

    private static final Negotiated CLEAN_START = new Negotiated(65_535, NO_MAXIMUM, 0, true, true);

    static Negotiated from(Connect connect) {
        Properties properties = connect.properties();
        return properties.isEmpty()
                ? connect.cleanStart() ? CLEAN_START : NOTHING
                : new Negotiated(
                        properties.getOrDefault(Property.RECEIVE_MAXIMUM, 65_535),
                        properties.getOrDefault(Property.MAXIMUM_PACKET_SIZE, NO_MAXIMUM),
                        properties.getOrDefault(Property.TOPIC_ALIAS_MAXIMUM, 0),
                        properties.getOrDefault(Property.REQUEST_PROBLEM_INFORMATION, true),
                        connect.cleanStart());
    }
}

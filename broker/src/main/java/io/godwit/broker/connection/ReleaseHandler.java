package io.godwit.broker.connection;

import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.ReasonCode;

/** PUBREC and PUBREL (§4.3.3): the second half of a QoS 2 flow, in both directions. */
final class ReleaseHandler {

    private ReleaseHandler() {}

    static void handle(Connection connection, PubRec pubRec) {
        int packetId = pubRec.packetId();
        if (pubRec.reasonCode().isError()) {
            connection.session().refused(packetId);
            return;
        }
        boolean known = connection.session().received(packetId);
        ReasonCode code = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        // [v5 MQTT-4.3.3-4]; before version 5 an unknown identifier is answered just the same. It
        // is stored first: after PUBREL the client takes another PUBLISH for another message
        connection
                .acknowledgements()
                .whenStored(() -> connection.answer(new PubRel(packetId, code)));
    }

    static void handle(Connection connection, PubRel pubRel) {
        int packetId = pubRel.packetId();
        boolean known = connection.session().inbound().release(packetId);
        ReasonCode code = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        // [v5 MQTT-4.3.3-11], [v3 MQTT-4.3.3-2]
        connection
                .acknowledgements()
                .whenStored(() -> connection.answer(new PubComp(packetId, code)));
    }
}

package io.godwit.app.doctor;

import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;

/** What a server of version 5 says in CONNACK that it can do (§3.2.2.3). */
final class Announcements {

    private static final int USUAL_RECEIVE_MAXIMUM = 65_535;

    private Announcements() {}

    /** Tells all of them. */
    static void examine(Patient patient, ProtocolVersion version, Findings findings) {
        if (!version.isV5()) {
            findings.ok("announced", "nothing: that began with version 5");
            return;
        }
        Properties says;
        try (Visitor visitor = Visitor.open(patient, version, "", it -> it.clientId(""))) {
            says = visitor.connected().connAck().properties();
        }
        String assigned = says.get(Property.ASSIGNED_CLIENT_IDENTIFIER);
        if (assigned == null) {
            findings.fail(
                    "assigned identifier",
                    "none, though the client had none [MQTT-3.2.2-16]",
                    "name client identifiers yourself");
        } else {
            findings.ok("assigned identifier", assigned);
        }
        maximumQos(says, findings);
        available(says, Property.RETAIN_AVAILABLE, "retained messages", findings);
        available(
                says, Property.WILDCARD_SUBSCRIPTION_AVAILABLE, "wildcard subscriptions", findings);
        available(says, Property.SHARED_SUBSCRIPTION_AVAILABLE, "shared subscriptions", findings);
        available(
                says,
                Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                "subscription identifiers",
                findings);
        numbers(says, findings);
    }

    private static void maximumQos(Properties says, Findings findings) {
        Boolean maximum = says.get(Property.MAXIMUM_QOS);
        if (maximum == null) {
            findings.ok("announced: maximum QoS", "2");
        } else {
            findings.warn(
                    "announced: maximum QoS",
                    maximum ? "1" : "0",
                    "publish at no higher QoS: the server would disconnect");
        }
    }

    private static void available(
            Properties says, Property<Boolean> property, String what, Findings findings) {
        if (says.getOrDefault(property, true)) {
            findings.ok("announced: " + what, "available");
        } else {
            findings.warn(
                    "announced: " + what,
                    "not available",
                    "do without, or allow them in the server");
        }
    }

    private static void numbers(Properties says, Findings findings) {
        findings.ok(
                "announced: receive maximum",
                "%d messages of QoS 1 and 2 under way"
                        .formatted(
                                says.getOrDefault(
                                        Property.RECEIVE_MAXIMUM, USUAL_RECEIVE_MAXIMUM)));
        Long size = says.get(Property.MAXIMUM_PACKET_SIZE);
        findings.ok(
                "announced: packet size",
                size == null ? "no limit but the protocol's" : size + " bytes at most");
        findings.ok(
                "announced: topic aliases",
                String.valueOf(says.getOrDefault(Property.TOPIC_ALIAS_MAXIMUM, 0)));
        Integer keepAlive = says.get(Property.SERVER_KEEP_ALIVE);
        findings.ok(
                "announced: keep alive",
                keepAlive == null ? "as the client asks" : keepAlive + " s, whatever is asked");
    }
}

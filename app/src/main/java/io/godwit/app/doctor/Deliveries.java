package io.godwit.app.doctor;

import io.godwit.client.ReceivedMessage;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Messages that go from one client to another. */
final class Deliveries {

    private static final int MESSAGES = 10;

    /** How long a message that should not come is waited for. */
    private static final Duration A_MOMENT = Duration.ofMillis(100);

    private Deliveries() {}

    /** Some messages at a QoS, one after the other. */
    static void atQos(Patient patient, ProtocolVersion version, int qos, Findings findings)
            throws InterruptedException {
        String name = "QoS " + qos;
        String topic = patient.topic() + "/qos/" + qos;
        List<Duration> times = new ArrayList<>();
        try (Visitor from = Visitor.open(patient, version, "-from");
                Visitor to = Visitor.open(patient, version, "-to")) {
            if (from.maximumQos() < qos) {
                findings.warn(name, "not tried: the server has none", "use a lower QoS");
                return;
            }
            ReasonCode granted = to.subscribe(topic, qos);
            for (int i = 0; i < MESSAGES; i++) {
                long begin = System.nanoTime();
                from.publish(topic, "message " + i, qos, false);
                ReceivedMessage message = to.take("message " + i);
                if (message == null) {
                    findings.fail(
                            name,
                            "message %d of %d has not come".formatted(i + 1, MESSAGES),
                            "look whether the user may receive below " + patient.topic());
                    return;
                }
                times.add(Duration.ofNanos(System.nanoTime() - begin));
                if (message.qos() != qos) {
                    findings.warn(
                            name,
                            "it came at QoS %d; granted was %s".formatted(message.qos(), granted),
                            "allow it in the server");
                    return;
                }
            }
        }
        Collections.sort(times);
        findings.ok(
                name,
                "%d of %d delivered, in %s mostly, %s at most"
                        .formatted(
                                MESSAGES,
                                MESSAGES,
                                Words.time(times.get(MESSAGES / 2)),
                                Words.time(times.getLast())));
    }

    /** A message by a filter with both wildcards. */
    static void byWildcards(Patient patient, ProtocolVersion version, Findings findings)
            throws InterruptedException {
        String name = "wildcards";
        try (Visitor visitor = Visitor.open(patient, version, "-wild")) {
            if (isAnnouncedAbsent(visitor, Property.WILDCARD_SUBSCRIPTION_AVAILABLE)) {
                findings.warn(name, "not tried: the server has none", "name topics one by one");
                return;
            }
            visitor.subscribe(patient.topic() + "/wild/+/#", 0);
            visitor.publish(patient.topic() + "/wild/a/b/c", "wild", 0, false);
            if (visitor.take("wild") == null) {
                findings.fail(
                        name,
                        "a message that + and # match has not come",
                        "look whether the user may receive below " + patient.topic());
            } else {
                findings.ok(name, "+ and # match");
            }
        }
    }

    /** Whether a message says by which subscription it comes. */
    static void withIdentifier(Patient patient, ProtocolVersion version, Findings findings)
            throws InterruptedException {
        String name = "subscription identifier";
        if (!version.isV5()) {
            return;
        }
        try (Visitor visitor = Visitor.open(patient, version, "-id")) {
            if (isAnnouncedAbsent(visitor, Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE)) {
                findings.warn(
                        name,
                        "not tried: the server has none",
                        "tell subscriptions apart by their filters");
                return;
            }
            visitor.subscribe(patient.topic() + "/id", 0);
            visitor.publish(patient.topic() + "/id", "id", 0, false);
            ReceivedMessage message = visitor.take("id");
            if (message == null || message.subscriptionIds().isEmpty()) {
                findings.fail(
                        name,
                        message == null
                                ? "the message has not come"
                                : "the message has none [MQTT-3.3.4-3]",
                        "tell subscriptions apart by their filters");
            } else {
                findings.ok(name, "comes with the message");
            }
        }
    }

    /** Messages for two members of a shared subscription. */
    static void shared(Patient patient, ProtocolVersion version, Findings findings)
            throws InterruptedException {
        String name = "shared subscription";
        String topic = patient.topic() + "/shared";
        if (!version.isV5()) {
            return;
        }
        try (Visitor one = Visitor.open(patient, version, "-share-1");
                Visitor two = Visitor.open(patient, version, "-share-2");
                Visitor from = Visitor.open(patient, version, "-from")) {
            if (isAnnouncedAbsent(one, Property.SHARED_SUBSCRIPTION_AVAILABLE)) {
                findings.warn(
                        name, "not tried: the server has none", "let one client take the messages");
                return;
            }
            String filter = "$share/godwit-doctor/" + topic;
            one.subscribe(filter, 1);
            two.subscribe(filter, 1);
            for (int i = 0; i < MESSAGES; i++) {
                from.publish(topic, "message " + i, 1, false);
            }
            share(name, received(one, two, patient.patience()), findings);
        }
    }

    /** What each of two has got, until all has come and a moment longer. */
    private static int[] received(Visitor one, Visitor two, Duration patience)
            throws InterruptedException {
        int[] counts = new int[2];
        Visitor[] members = {one, two};
        long end = System.nanoTime() + patience.toNanos();
        boolean isQuiet = false;
        while (System.nanoTime() < end && !(isQuiet && counts[0] + counts[1] >= MESSAGES)) {
            isQuiet = true;
            for (int i = 0; i < members.length; i++) {
                if (members[i].take(A_MOMENT) != null) {
                    counts[i]++;
                    isQuiet = false;
                }
            }
        }
        return counts;
    }

    private static void share(String name, int[] counts, Findings findings) {
        String says =
                "%d messages, %d and %d came to the two members"
                        .formatted(MESSAGES, counts[0], counts[1]);
        if (counts[0] + counts[1] != MESSAGES) {
            findings.fail(name, says, "do not rely on it: each message is to come to one member");
        } else if (counts[0] == 0 || counts[1] == 0) {
            findings.warn(name, says, "look how the server chooses: one member has all the work");
        } else {
            findings.ok(name, says);
        }
    }

    private static boolean isAnnouncedAbsent(Visitor visitor, Property<Boolean> property) {
        Properties says = visitor.connected().connAck().properties();
        return !says.getOrDefault(property, true);
    }
}

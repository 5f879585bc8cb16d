package io.godwit.app.doctor;

import io.godwit.client.Message;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.MqttException;
import io.godwit.client.ReceivedMessage;
import io.godwit.codec.Disconnect;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import io.godwit.codec.Will;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a server keeps for later: retained messages, wills, sessions. */
final class Keeping {

    /** Seconds after which a session is gone, should the doctor not come to end it. */
    private static final Duration EXPIRY = Duration.ofSeconds(60);

    private Keeping() {}

    /** A retained message that comes to a subscription made later, and can be removed. */
    static void retained(Patient patient, ProtocolVersion version, Findings findings)
            throws InterruptedException {
        String name = "retained message";
        String topic = patient.topic() + "/retained";
        try (Visitor visitor = Visitor.open(patient, version, "-retained")) {
            Properties says = visitor.connected().connAck().properties();
            if (!says.getOrDefault(Property.RETAIN_AVAILABLE, true)) {
                findings.warn(
                        name,
                        "not tried: the server keeps none",
                        "let publishers repeat themselves");
                return;
            }
            boolean isRemoved = false;
            try {
                visitor.publish(topic, "retained", 1, true);
                visitor.subscribe(topic, 1);
                ReceivedMessage message = visitor.take("retained");
                if (message == null || !message.retain()) {
                    findings.fail(
                            name,
                            message == null
                                    ? "it did not come to a later subscription"
                                    : "it came without its flag [MQTT-3.3.1-8]",
                            "look whether the server keeps retained messages");
                    return;
                }
                visitor.publish(topic, "", 1, true);
                isRemoved = true;
                removed(patient, version, name, topic, findings);
            } finally {
                if (!isRemoved) {
                    visitor.publish(topic, "", 1, true);
                }
            }
        }
    }

    /** What comes first to a subscriber is not what was removed. */
    private static void removed(
            Patient patient, ProtocolVersion version, String name, String topic, Findings findings)
            throws InterruptedException {
        try (Visitor visitor = Visitor.open(patient, version, "-removed")) {
            visitor.subscribe(topic, 1);
            visitor.publish(topic, "another", 1, false);
            ReceivedMessage first = visitor.take();
            if (first != null && first.text().equals("retained")) {
                findings.fail(
                        name,
                        "it is still there after an empty one [MQTT-3.3.1-6]",
                        "remove %s in the server".formatted(topic));
            } else {
                findings.ok(name, "comes to a later subscription, and is gone after an empty one");
            }
        }
    }

    /** A will, after a connection that ends without DISCONNECT. */
    static void will(Patient patient, ProtocolVersion version, Findings findings)
            throws IOException, InterruptedException {
        String name = "will";
        String topic = patient.topic() + "/will";
        try (Visitor visitor = Visitor.open(patient, version, "-heir")) {
            visitor.subscribe(topic, 0);
            long begin = System.nanoTime();
            leave(patient, version, topic);
            if (visitor.take("will") == null) {
                findings.fail(
                        name,
                        "it did not come within "
                                + Words.time(Duration.ofNanos(System.nanoTime() - begin)),
                        "look whether the user may publish and receive below " + patient.topic());
            } else {
                findings.ok(
                        name,
                        "came %s after the connection began that broke"
                                .formatted(
                                        Words.time(Duration.ofNanos(System.nanoTime() - begin))));
            }
        }
    }

    private static void leave(Patient patient, ProtocolVersion version, String topic)
            throws IOException {
        byte[] text = "will".getBytes(StandardCharsets.UTF_8);
        if (!patient.isEnhanced()) {
            try {
                Will will = new Will(TopicName.of(topic), text, 0, false, Properties.NONE);
                RawConnection.open(patient, version, "-will", will).close();
            } catch (PacketException wrong) {
                throw new IOException(wrong.getMessage(), wrong);
            }
            return;
        }
        try (Visitor visitor =
                Visitor.open(patient, version, "-will", it -> it.will(Message.of(topic, "will")))) {
            visitor.client()
                    .disconnect(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE))
                    .join();
        }
    }

    /** A session that has a message for a client that was away. */
    static void session(Patient patient, ProtocolVersion version, Findings findings)
            throws InterruptedException {
        String topic = patient.topic() + "/session";
        try {
            try (Visitor away = kept(patient, version)) {
                if (away.maximumQos() == 0) {
                    findings.warn(
                            "session",
                            "not tried: at QoS 0 no message waits for sure",
                            "let clients ask for what they missed");
                    return;
                }
                away.subscribe(topic, 1);
            }
            try (Visitor from = Visitor.open(patient, version, "-from")) {
                from.publish(topic, "meanwhile", 1, false);
            }
            try (Visitor back = kept(patient, version)) {
                session(back, findings);
            }
        } finally {
            end(patient, version, findings);
        }
    }

    private static void session(Visitor back, Findings findings) throws InterruptedException {
        String name = "session";
        if (!back.connected().sessionPresent()) {
            findings.warn(
                    name,
                    "the server has not kept it",
                    "allow sessions in the server where clients are to miss nothing");
        } else if (back.take("meanwhile") == null) {
            findings.fail(
                    name,
                    "it was kept, but not the message of QoS 1 that was for it",
                    "do not rely on it: look at the server's queues");
        } else {
            findings.ok(name, "kept, with the message that came meanwhile");
        }
    }

    private static Visitor kept(Patient patient, ProtocolVersion version) {
        return Visitor.open(
                patient,
                version,
                "-session",
                it -> {
                    MqttClientBuilder kept = it.cleanStart(false);
                    return version.isV5() ? kept.sessionExpiry(EXPIRY) : kept;
                });
    }

    /** A connection with a clean start ends the session, and its own session ends with it. */
    private static void end(Patient patient, ProtocolVersion version, Findings findings) {
        try (Visitor _ = Visitor.open(patient, version, "-session")) {
            // that it comes and goes is all
        } catch (MqttException failure) {
            findings.fail(
                    "session",
                    "it could not be ended: " + Words.of(failure),
                    "end the session of %s-session in the server%s"
                            .formatted(
                                    patient.clientId(),
                                    version.isV5() ? ", or wait a minute" : ""));
        }
    }
}

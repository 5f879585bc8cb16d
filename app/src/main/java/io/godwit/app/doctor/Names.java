package io.godwit.app.doctor;

import io.godwit.client.ConnectRefused;
import io.godwit.client.MqttException;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.RequestRefused;
import io.godwit.codec.ProtocolVersion;
import java.time.Duration;

/** Who the server is, and whom it asks who they are. */
final class Names {

    /** Where servers say their version, each in its own way. */
    private static final String[] PLACES = {
        "$SYS/broker/version", "$SYS/brokers/+/version", "$SYS/+/version"
    };

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private Names() {}

    /** What the server says of itself. */
    static void broker(Patient patient, ProtocolVersion version, Findings findings)
            throws InterruptedException {
        String name = "who it is";
        try (Visitor visitor = Visitor.open(patient, version, "-sys")) {
            boolean isRefused = true;
            for (String place : PLACES) {
                isRefused &= !subscribes(visitor, place);
            }
            ReceivedMessage message = isRefused ? null : visitor.take(PATIENCE);
            if (message != null) {
                findings.ok(name, "%s (%s)".formatted(message.text(), message.topic()));
            } else if (isRefused) {
                findings.ok(name, "not said: $SYS is not for this user");
            } else {
                findings.ok(name, "not said: there is no version below $SYS");
            }
        }
    }

    private static boolean subscribes(Visitor visitor, String filter) {
        try {
            return !visitor.subscribe(filter, 0).isError();
        } catch (RequestRefused refused) {
            return false;
        }
    }

    /** Whether the server takes clients that do not say who they are. */
    static void anonymous(Patient patient, ProtocolVersion version, Findings findings) {
        String name = "anonymous";
        if (patient.isEnhanced()) {
            return;
        }
        if (patient.credentials() == null) {
            findings.ok(name, "this examination was made without a user name");
            return;
        }
        try (Visitor _ =
                Visitor.open(patient, version, "-nobody", it -> it.credentials(() -> null))) {
            findings.warn(
                    name,
                    "clients without a user name are let in",
                    "turn that off in the server, if it is not meant");
        } catch (ConnectRefused refused) {
            findings.ok(name, "clients without a user name are refused");
        } catch (MqttException failure) {
            findings.ok(name, "clients without a user name are not let in: " + Words.of(failure));
        }
    }
}

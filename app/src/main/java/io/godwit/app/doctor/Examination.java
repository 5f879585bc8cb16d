package io.godwit.app.doctor;

import io.godwit.client.ConnectRefused;
import io.godwit.client.MqttException;
import io.godwit.client.RequestRefused;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at everything, one after the other. */
public final class Examination {

    private static final ProtocolVersion[] VERSIONS = {
        ProtocolVersion.V5, ProtocolVersion.V3_1_1, ProtocolVersion.V3_1
    };

    private static final Map<String, Probe> PROBES = probes();

    private final Patient patient;
    private final Findings findings;

    /** Of a server, for somebody who hears what is found. */
    public Examination(Patient patient, Findings findings) {
        this.patient = patient;
        this.findings = findings;
    }

    private static Map<String, Probe> probes() {
        Map<String, Probe> probes = new LinkedHashMap<>();
        probes.put("announced", Announcements::examine);
        probes.put("round trip", Network::roundTrips);
        for (int qos = 0; qos <= 2; qos++) {
            int level = qos;
            probes.put(
                    "QoS " + qos,
                    (patient, version, findings) ->
                            Deliveries.atQos(patient, version, level, findings));
        }
        probes.put("wildcards", Deliveries::byWildcards);
        probes.put("subscription identifier", Deliveries::withIdentifier);
        probes.put("shared subscription", Deliveries::shared);
        probes.put("retained message", Keeping::retained);
        probes.put("will", Keeping::will);
        probes.put("session", Keeping::session);
        probes.put("who it is", Names::broker);
        probes.put("anonymous", Names::anonymous);
        return probes;
    }

    /** Does it. */
    public void execute() throws InterruptedException {
        if (!Network.isReachable(patient, findings)) {
            return;
        }
        ProtocolVersion newest = null;
        for (ProtocolVersion version : VERSIONS) {
            if (speaks(version) && newest == null) {
                newest = version;
            }
        }
        if (newest == null) {
            return;
        }
        for (Map.Entry<String, Probe> probe : PROBES.entrySet()) {
            examine(probe.getKey(), probe.getValue(), newest);
        }
    }

    private void examine(String name, Probe probe, ProtocolVersion version)
            throws InterruptedException {
        try {
            probe.examine(patient, version, findings);
        } catch (RequestRefused refused) {
            findings.fail(name, Words.of(refused), advice(refused.reasonCode()));
        } catch (MqttException | IOException failure) {
            findings.fail(name, Words.of(failure), "look into the server's log");
        }
    }

    private static String advice(ReasonCode code) {
        return code == ReasonCode.NOT_AUTHORIZED || code == ReasonCode.UNSPECIFIED_ERROR
                ? "allow the user to publish and to subscribe there, or name another topic with -t"
                : "look into the server's log";
    }

    private boolean speaks(ProtocolVersion version) {
        String name = "MQTT " + version;
        if (patient.isEnhanced() && !version.isV5()) {
            findings.ok(name, "not tried: AUTH is for version 5");
            return false;
        }
        try (Visitor _ = Visitor.open(patient, version, "-" + version.level())) {
            findings.ok(name, "spoken");
            return true;
        } catch (MqttException failure) {
            refused(version, name, failure);
            return false;
        }
    }

    private void refused(ProtocolVersion version, String name, MqttException failure) {
        ReasonCode code = failure instanceof ConnectRefused refused ? refused.reasonCode() : null;
        if (isAboutIdentity(code)) {
            findings.fail(
                    name,
                    Words.of(failure),
                    "name a user with -u and -P, or --auth-method, or a certificate with --cert");
        } else if (version == ProtocolVersion.V3_1) {
            findings.ok(name, "not spoken: " + Words.of(failure));
        } else {
            findings.warn(
                    name, Words.of(failure), "allow it in the server if there are such clients");
        }
    }

    private static boolean isAboutIdentity(@Nullable ReasonCode code) {
        return code == ReasonCode.NOT_AUTHORIZED
                || code == ReasonCode.BAD_USER_NAME_OR_PASSWORD
                || code == ReasonCode.BAD_AUTHENTICATION_METHOD
                || code == ReasonCode.BANNED;
    }
}

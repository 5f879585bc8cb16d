package io.godwit.app.doctor;

import io.godwit.client.network.Link;
import io.godwit.client.network.Links;
import io.godwit.codec.ProtocolVersion;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** What is below MQTT: the way to the server, TLS, round trips. */
final class Network {

    private static final int PINGS = 10;

    /** Days before its end from which on a certificate is to be renewed. */
    private static final long SOON = 30;

    private Network() {}

    /** Opens a connection; false if there is none to be had. */
    static boolean isReachable(Patient patient, Findings findings) {
        try (Link link = Links.open(patient.address(), patient.network())) {
            findings.ok(
                    "connection", "%s in %s".formatted(link.peer(), Words.time(another(patient))));
            SSLSession session = link.session();
            if (session == null) {
                withoutTls(patient, findings);
            } else {
                tls(session, findings);
            }
            return true;
        } catch (IOException failure) {
            findings.fail(
                    "connection",
                    String.valueOf(failure.getMessage()),
                    "look whether the server runs, and at host (-h), port (-p), TLS (--cafile) and"
                            + " WebSocket (--ws)");
            return false;
        }
    }

    /** How long it takes, when this program itself has done it before. */
    private static Duration another(Patient patient) throws IOException {
        long begin = System.nanoTime();
        Links.open(patient.address(), patient.network()).close();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static void withoutTls(Patient patient, Findings findings) {
        String host = patient.address().host();
        boolean isLocal =
                host.isEmpty()
                        || host.equals("localhost")
                        || host.startsWith("127.")
                        || host.equals("::1");
        if (isLocal) {
            findings.ok("TLS", "none, and the server is on this machine");
        } else if (patient.credentials() == null) {
            findings.warn(
                    "TLS",
                    "none: whoever is on the way reads all",
                    "use TLS (port 8883, --cafile) where the network is not your own");
        } else {
            findings.warn(
                    "TLS",
                    "none: the password goes over the network as it is",
                    "use TLS (port 8883, --cafile)");
        }
    }

    private static void tls(SSLSession session, Findings findings) {
        findings.ok("TLS", "%s, %s".formatted(session.getProtocol(), session.getCipherSuite()));
        try {
            Certificate[] chain = session.getPeerCertificates();
            if (chain[0] instanceof X509Certificate certificate) {
                certificate(certificate, findings);
            }
        } catch (SSLPeerUnverifiedException none) {
            findings.fail("certificate", "the server has shown none", "give it one");
        }
    }

    private static void certificate(X509Certificate certificate, Findings findings) {
        long days = Duration.between(Instant.now(), certificate.getNotAfter().toInstant()).toDays();
        String says =
                "%s, %d days until it ends"
                        .formatted(certificate.getSubjectX500Principal().getName(), days);
        if (days < SOON) {
            findings.warn("certificate", says, "renew it before it ends");
        } else {
            findings.ok("certificate", says);
        }
    }

    /** PINGREQ and PINGRESP, some times. */
    static void roundTrips(Patient patient, ProtocolVersion version, Findings findings)
            throws IOException {
        if (patient.isEnhanced()) {
            findings.ok("round trip", "not measured: that connection would need AUTH");
            return;
        }
        List<Duration> times = new ArrayList<>();
        try (RawConnection connection = RawConnection.open(patient, version, "-ping", null)) {
            for (int i = 0; i < PINGS; i++) {
                times.add(connection.ping());
            }
        }
        Collections.sort(times);
        findings.ok(
                "round trip",
                "%d pings, %s at least, %s mostly, %s at most"
                        .formatted(
                                PINGS,
                                Words.time(times.getFirst()),
                                Words.time(times.get(PINGS / 2)),
                                Words.time(times.getLast())));
    }
}

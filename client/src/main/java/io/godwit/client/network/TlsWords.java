package io.godwit.client.network;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says what went wrong with TLS, and what to do. */
record TlsWords(ServerAddress server, TlsSettings settings, TlsMaterial material) {

    private static final String ALERT = "fatal alert: ";

    /** What a failure of TLS means. */
    String of(SSLException failure) {
        if (cause(failure, CertificateExpiredException.class) != null) {
            return "the server's certificate %shas expired: have it renewed, or set this machine's clock"
                    .formatted(subject());
        }
        if (cause(failure, CertificateNotYetValidException.class) != null) {
            return "the server's certificate %sis not valid yet: is this machine's clock right?"
                    .formatted(subject());
        }
        if (isAboutTheName(cause(failure, CertificateException.class))) {
            return otherName();
        }
        if (cause(failure, CertPathBuilderException.class) != null) {
            return notTrusted();
        }
        String message = String.valueOf(failure.getMessage());
        int alert = message.indexOf(ALERT);
        if (alert >= 0) {
            return ofAlert(message.substring(alert + ALERT.length()).strip());
        }
        if (message.contains("Unsupported or unrecognized SSL message")) {
            return "the server does not speak TLS on that port: is %s:// meant?"
                    .formatted(server.scheme().isWebSocket() ? "ws" : "mqtt");
        }
        if (message.contains("No appropriate protocol")) {
            return "no TLS is left to offer with protocols %s and cipher suites %s: the JDK has turned off the others (jdk.tls.disabledAlgorithms)"
                    .formatted(settings.protocols(), settings.ciphers());
        }
        return "TLS failed: " + message;
    }

    /** What it means that the server has closed the connection during the handshake. */
    String ofSilence() {
        return "the server closed the connection before TLS was agreed on: does it speak TLS on that port?";
    }

    private static boolean isAboutTheName(@Nullable CertificateException failure) {
        String message = failure == null ? "" : String.valueOf(failure.getMessage());
        return message.startsWith("No subject alternative") || message.startsWith("No name match");
    }

    private String otherName() {
        return "the server's certificate %sis not for '%s': connect by one of its names, or expect another (serverName), or turn the check of the name off (verifiesHost, --insecure)"
                .formatted(names(), TlsMaterial.name(server, settings));
    }

    private String notTrusted() {
        List<X509Certificate> chain = shown();
        String issuer = chain.isEmpty() ? "" : chain.getLast().getIssuerX500Principal().toString();
        String known =
                settings.trustStore() != null
                        ? settings.trustStore().toString()
                        : settings.ca() != null ? settings.ca().toString() : "the JDK's own list";
        return "the server's certificate %sis not trusted: its authority '%s' is not in %s; give the authority's certificate as a PEM file (ca, --cafile) or in a trust store"
                .formatted(subject(), issuer, known);
    }

    private String ofAlert(String alert) {
        return switch (alert) {
            case "certificate_required" ->
                    "the server wants a certificate of the client, and has got none that it asked for: give certificate and key (--cert, --key) from an authority that it knows";
            case "unknown_ca",
                    "bad_certificate",
                    "certificate_unknown",
                    "unsupported_certificate",
                    "certificate_expired",
                    "certificate_revoked",
                    "access_denied" ->
                    "the server does not accept the client's certificate (%s): give one that is valid and from an authority that it knows"
                            .formatted(alert);
            case "protocol_version" ->
                    "the server takes none of the TLS versions %s"
                            .formatted(
                                    settings.protocols().isEmpty()
                                            ? "of the JDK"
                                            : settings.protocols());
            case "handshake_failure", "insufficient_security" ->
                    "the server and the client have no cipher suite in common, or it wants a certificate of the client (%s)"
                            .formatted(alert);
            case "unrecognized_name" ->
                    "the server has no certificate for '%s': expect another name (serverName)"
                            .formatted(TlsMaterial.name(server, settings));
            case "no_application_protocol" ->
                    "the server takes none of the application protocols %s (ALPN)"
                            .formatted(settings.alpn());
            default -> "the server ended TLS with the alert " + alert;
        };
    }

    private List<X509Certificate> shown() {
        ServerTrust trust = material.trust();
        return trust == null ? List.of() : trust.shown();
    }

    /** Whose certificate the server has shown, with a space behind it; empty if that is not known. */
    private String subject() {
        List<X509Certificate> chain = shown();
        return chain.isEmpty() ? "" : "(" + chain.getFirst().getSubjectX500Principal() + ") ";
    }

    /** The names in the server's certificate, with a space behind them; empty if not known. */
    private String names() {
        List<X509Certificate> chain = shown();
        if (chain.isEmpty()) {
            return "";
        }
        List<String> names = new ArrayList<>();
        try {
            var alternatives = chain.getFirst().getSubjectAlternativeNames();
            if (alternatives != null) {
                alternatives.forEach(name -> names.add(String.valueOf(name.getLast())));
            }
        } catch (CertificateParsingException damaged) {
            return subject();
        }
        return names.isEmpty() ? subject() : "(for " + String.join(", ", names) + ") ";
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> kind) {
        Throwable cause = failure;
        while (cause != null) {
            if (kind.isInstance(cause)) {
                return kind.cast(cause);
            }
            cause = cause.getCause();
        }
        return null;
    }
}

package io.godwit.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How a listener encrypts. The files are read by {@link NettyTransport#listen} and {@link
 * Listener#replaceTls}, not before.
 *
 * @param certificates at least one; the first is for clients that name no host, or one that none of
 *     the others is for
 * @param clientCertificates whether clients show a certificate
 * @param clientAuthorities files with the authorities that clients' certificates come from; not
 *     empty if clients show any
 * @param revocationLists files with what these authorities have revoked; if there are any, a client
 *     whose authority has no current one is refused
 * @param versions {@code 1.2}, {@code 1.3} or both
 * @param ciphers their names in the order of preference, as IANA or OpenSSL calls them; empty for
 *     the provider's own choice
 * @param handshakes how many may be under way at once, 1 or more; beyond it sockets wait, not yet
 *     accepted, in the system's queue
 * @param handshakeTimeout how long a client has from its connection to the end of the handshake
 */
public record TlsSettings(
        List<KeyFiles> certificates,
        ClientCertificates clientCertificates,
        List<Path> clientAuthorities,
        List<Path> revocationLists,
        List<String> versions,
        List<String> ciphers,
        int handshakes,
        Duration handshakeTimeout) {

    /** TLS 1.2 and 1.3. */
    public static final List<String> ALL_VERSIONS = List.of("1.2", "1.3");

    /**
     * Handshakes at once, if nothing else is said; more than an address may have undecided sockets.
     */
    public static final int HANDSHAKES = 2_000;

    /** The time for a handshake, if nothing else is said. */
    public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    /**
     * A certificate and its key, both in PEM.
     *
     * @param certificate the certificate, then those of its issuers up to the one that clients know
     * @param key its private key, not encrypted; may be the same file
     */
    public record KeyFiles(Path certificate, Path key) {}

    /** Whether clients show a certificate. */
    public enum ClientCertificates {
        /** They are not asked for one. */
        NONE,
        /** They are asked, and may have none; one that is not valid is refused all the same. */
        OPTIONAL,
        /** Without a valid one the handshake fails. */
        REQUIRED;

        /** The word for it in a configuration. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Copies the lists, and checks that all is there. */
    public TlsSettings {
        certificates = List.copyOf(certificates);
        clientAuthorities = List.copyOf(clientAuthorities);
        revocationLists = List.copyOf(revocationLists);
        versions = List.copyOf(versions);
        ciphers = List.copyOf(ciphers);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("TLS needs a certificate");
        }
        if (versions.isEmpty() || !ALL_VERSIONS.containsAll(versions)) {
            throw new IllegalArgumentException("not versions of TLS: " + versions);
        }
        if (clientCertificates != ClientCertificates.NONE && clientAuthorities.isEmpty()) {
            throw new IllegalArgumentException("clients' certificates need an authority");
        }
        if (handshakes < 1 || !handshakeTimeout.isPositive()) {
            throw new IllegalArgumentException(handshakes + " in " + handshakeTimeout);
        }
    }

    /**
     * Reads the files and makes of them what {@link NettyTransport#listen} would, to see whether it
     * can be made. Dates are not looked at. Blocks.
     *
     * @throws TlsProblem with the first thing that is wrong
     */
    public void check() throws TlsProblem {
        TlsContext.of(this, TlsContext.best()).release();
    }

    /** With one certificate, and nothing asked of clients. */
    public static TlsSettings of(Path certificate, Path key) {
        return new TlsSettings(
                List.of(new KeyFiles(certificate, key)),
                ClientCertificates.NONE,
                List.of(),
                List.of(),
                ALL_VERSIONS,
                List.of(),
                HANDSHAKES,
                HANDSHAKE_TIMEOUT);
    }

    /** The same, with clients' certificates. */
    public TlsSettings withClients(
            ClientCertificates asked, List<Path> authorities, List<Path> lists) {
        return new TlsSettings(
                certificates,
                asked,
                authorities,
                lists,
                versions,
                ciphers,
                handshakes,
                handshakeTimeout);
    }

    /** The same, with other versions and ciphers. */
    public TlsSettings withProtocol(List<String> otherVersions, List<String> otherCiphers) {
        return new TlsSettings(
                certificates,
                clientCertificates,
                clientAuthorities,
                revocationLists,
                otherVersions,
                otherCiphers,
                handshakes,
                handshakeTimeout);
    }

    /** The same, with other limits for handshakes. */
    public TlsSettings withHandshakes(int most, Duration within) {
        return new TlsSettings(
                certificates,
                clientCertificates,
                clientAuthorities,
                revocationLists,
                versions,
                ciphers,
                most,
                within);
    }
}

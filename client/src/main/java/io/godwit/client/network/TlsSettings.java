package io.godwit.client.network;

import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is done, where the address asks for it. Files are read at each connection, so that certificates may be renewed while
 * the client runs.
 *
 * @param context null to make one of what follows; otherwise all but {@code verifiesHost}, {@code alpn}, {@code protocols} and {@code ciphers} is
 *     passed over
 * @param ca a PEM file of certificates to trust, or a directory of them; null for those that the JDK trusts
 * @param certificate a PEM file with the client's certificate and those that follow, or null
 * @param key a PEM file with its key (PKCS#8, PKCS#1 or SEC1; perhaps encrypted PKCS#8), or null
 * @param keyStore a PKCS#12 or JKS file with certificate and key instead, or null
 * @param trustStore a PKCS#12 or JKS file with certificates to trust instead, or null
 * @param password of {@code key}, {@code keyStore} and {@code trustStore}, or null
 * @param verifiesHost whether the certificate has to have the server's name
 * @param alpn application protocols to offer, such as {@code mqtt}; empty for none
 * @param protocols such as {@code TLSv1.3}; empty for the JDK's
 * @param ciphers cipher suites by their JDK names; empty for the JDK's
 * @param serverName the name for SNI and for verifying, where it is not the address's; or null
 */
public record TlsSettings(
        @Nullable SSLContext context,
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable Path keyStore,
        @Nullable Path trustStore,
        char @Nullable [] password,
        boolean verifiesHost,
        List<String> alpn,
        List<String> protocols,
        List<String> ciphers,
        @Nullable String serverName) {

    /** Trusts what the JDK trusts, and verifies the host. */
    public static final TlsSettings DEFAULT =
            new TlsSettings(
                    null, null, null, null, null, null, null, true, List.of(), List.of(), List.of(), null);

    /** With an {@link SSLContext} of one's own. */
    public TlsSettings context(SSLContext value) {
        return new TlsSettings(
                value, ca, certificate, key, keyStore, trustStore, password, verifiesHost, alpn, protocols, ciphers, serverName);
    }

    /** Trusts the certificates of a PEM file, or of the files of a directory. */
    public TlsSettings ca(Path value) {
        return new TlsSettings(
                context, value, certificate, key, keyStore, trustStore, password, verifiesHost, alpn, protocols, ciphers, serverName);
    }

    /** Shows the server a certificate. */
    public TlsSettings certificate(Path pem, Path pemKey) {
        return new TlsSettings(
                context, ca, pem, pemKey, keyStore, trustStore, password, verifiesHost, alpn, protocols, ciphers, serverName);
    }

    /** Shows the server the certificate of a key store. */
    public TlsSettings keyStore(Path value) {
        return new TlsSettings(
                context, ca, certificate, key, value, trustStore, password, verifiesHost, alpn, protocols, ciphers, serverName);
    }

    /** Trusts the certificates of a key store. */
    public TlsSettings trustStore(Path value) {
        return new TlsSettings(
                context, ca, certificate, key, keyStore, value, password, verifiesHost, alpn, protocols, ciphers, serverName);
    }

    /** The password of key and key stores. */
    public TlsSettings password(char[] value) {
        return new TlsSettings(
                context, ca, certificate, key, keyStore, trustStore, value, verifiesHost, alpn, protocols, ciphers, serverName);
    }

    /** Whether the certificate has to have the server's name; true by default. */
    public TlsSettings verifiesHost(boolean value) {
        return new TlsSettings(
                context, ca, certificate, key, keyStore, trustStore, password, value, alpn, protocols, ciphers, serverName);
    }

    /** Offers application protocols. */
    public TlsSettings alpn(String... values) {
        return new TlsSettings(
                context, ca, certificate, key, keyStore, trustStore, password, verifiesHost, List.of(values), protocols, ciphers, serverName);
    }

    /** Allows these protocols only. */
    public TlsSettings protocols(String... values) {
        return new TlsSettings(
                context, ca, certificate, key, keyStore, trustStore, password, verifiesHost, alpn, List.of(values), ciphers, serverName);
    }

    /** Allows these cipher suites only. */
    public TlsSettings ciphers(String... values) {
        return new TlsSettings(
                context, ca, certificate, key, keyStore, trustStore, password, verifiesHost, alpn, protocols, List.of(values), serverName);
    }

    /** Expects another name than the address's. */
    public TlsSettings serverName(String value) {
        return new TlsSettings(
                context, ca, certificate, key, keyStore, trustStore, password, verifiesHost, alpn, protocols, ciphers, value);
    }

    @Override
    public String toString() {
        return "TlsSettings[ca=%s, certificate=%s, keyStore=%s, trustStore=%s, verifiesHost=%b]"
                .formatted(ca, certificate, keyStore, trustStore, verifiesHost);
    }
}

package io.godwit.client.network;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is done, where the address asks for it. Files are read at each connection, so that
 * certificates may be renewed while the client runs.
 *
 * @param context null to make one of what follows; otherwise all but {@code verifiesHost}, {@code
 *     alpn}, {@code protocols} and {@code ciphers} is passed over
 * @param ca a PEM file of certificates to trust, or a directory of them; null for those that the
 *     JDK trusts
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
                    null, null, null, null, null, null, null, true, List.of(), List.of(), List.of(),
                    null);

    /** With an {@link SSLContext} of one's own. */
    public TlsSettings context(SSLContext value) {
        return with(it -> it.context = value);
    }

    /** Trusts the certificates of a PEM file, or of the files of a directory. */
    public TlsSettings ca(Path value) {
        return with(it -> it.ca = value);
    }

    /** Shows the server a certificate. */
    public TlsSettings certificate(Path pem, Path pemKey) {
        return with(it -> {
            it.certificate = pem;
            it.key = pemKey;
        });
    }

    /** Shows the server the certificate of a key store. */
    public TlsSettings keyStore(Path value) {
        return with(it -> it.keyStore = value);
    }

    /** Trusts the certificates of a key store. */
    public TlsSettings trustStore(Path value) {
        return with(it -> it.trustStore = value);
    }

    /** The password of key and key stores. */
    public TlsSettings password(char[] value) {
        return with(it -> it.password = value);
    }

    /** Whether the certificate has to have the server's name; true by default. */
    public TlsSettings verifiesHost(boolean value) {
        return with(it -> it.verifiesHost = value);
    }

    /** Offers application protocols. */
    public TlsSettings alpn(String... values) {
        return with(it -> it.alpn = List.of(values));
    }

    /** Allows these protocols only. */
    public TlsSettings protocols(String... values) {
        return with(it -> it.protocols = List.of(values));
    }

    /** Allows these cipher suites only. */
    public TlsSettings ciphers(String... values) {
        return with(it -> it.ciphers = List.of(values));
    }

    /** Expects another name than the address's. */
    public TlsSettings serverName(String value) {
        return with(it -> it.serverName = value);
    }

    @Override
    public String toString() {
        return "TlsSettings[ca=%s, certificate=%s, keyStore=%s, trustStore=%s, verifiesHost=%b]"
                .formatted(ca, certificate, keyStore, trustStore, verifiesHost);
    }

    private TlsSettings with(Consumer<Components> change) {
        Components components = new Components(this);
        change.accept(components);
        return components.settings();
    }

    /** The components, so that one can be changed without naming the others. */
    private static final class Components {
        private @Nullable SSLContext context;
        private @Nullable Path ca;
        private @Nullable Path certificate;
        private @Nullable Path key;
        private @Nullable Path keyStore;
        private @Nullable Path trustStore;
        private char @Nullable [] password;
        private boolean verifiesHost;
        private List<String> alpn;
        private List<String> protocols;
        private List<String> ciphers;
        private @Nullable String serverName;

        Components(TlsSettings of) {
            context = of.context;
            ca = of.ca;
            certificate = of.certificate;
            key = of.key;
            keyStore = of.keyStore;
            trustStore = of.trustStore;
            password = of.password;
            verifiesHost = of.verifiesHost;
            alpn = of.alpn;
            protocols = of.protocols;
            ciphers = of.ciphers;
            serverName = of.serverName;
        }

        TlsSettings settings() {
            return new TlsSettings(
                    context,
                    ca,
                    certificate,
                    key,
                    keyStore,
                    trustStore,
                    password,
                    verifiesHost,
                    alpn,
                    protocols,
                    ciphers,
                    serverName);
        }
    }
}

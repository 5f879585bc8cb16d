package io.godwit.client.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What TLS is made with: keys and certificates from the files that the settings name.
 *
 * @param trust null if the context is the user's own
 */
record TlsMaterial(SSLContext context, @Nullable ServerTrust trust) {

    private static final String ALIAS = "client";

    /** Reads the files. */
    static TlsMaterial of(TlsSettings settings) throws IOException {
        SSLContext own = settings.context();
        if (own != null) {
            return new TlsMaterial(own, null);
        }
        try {
            ServerTrust trust = new ServerTrust(trust(trusted(settings)));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(settings), new TrustManager[] {trust}, null);
            return new TlsMaterial(context, trust);
        } catch (GeneralSecurityException failure) {
            throw new LinkProblem("TLS can't be set up: " + failure.getMessage(), failure);
        }
    }

    /** An engine for a server, with all that the settings ask for. */
    SSLEngine engine(ServerAddress server, TlsSettings settings) throws LinkProblem {
        String name = name(server, settings);
        SSLEngine engine = context.createSSLEngine(name, server.port());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        if (settings.verifiesHost()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (!HostAddresses.isAddress(name)) {
            try {
                parameters.setServerNames(List.of(new SNIHostName(name)));
            } catch (IllegalArgumentException _) {
                // a name with, for example, an underscore: no SNI can carry it
            }
        }
        parameters.setApplicationProtocols(settings.alpn().toArray(String[]::new));
        if (!settings.protocols().isEmpty()) {
            parameters.setProtocols(settings.protocols().toArray(String[]::new));
        }
        if (!settings.ciphers().isEmpty()) {
            parameters.setCipherSuites(settings.ciphers().toArray(String[]::new));
        }
        try {
            engine.setSSLParameters(parameters);
        } catch (IllegalArgumentException unknown) {
            throw new LinkProblem(
                    "the TLS settings name something that the JDK does not have: %s; it has the protocols %s and the cipher suites %s"
                            .formatted(
                                    unknown.getMessage(),
                                    Arrays.toString(engine.getSupportedProtocols()),
                                    Arrays.toString(engine.getSupportedCipherSuites())),
                    unknown);
        }
        return engine;
    }

    /** The name that the server's certificate has to have. */
    static String name(ServerAddress server, TlsSettings settings) {
        String name = settings.serverName();
        return name == null ? server.host() : name;
    }

    /** What is trusted, or null for what the JDK trusts. */
    private static @Nullable KeyStore trusted(TlsSettings settings)
            throws IOException, GeneralSecurityException {
        Path file = settings.trustStore();
        if (file != null) {
            KeyStore store = store(file, settings.password());
            for (String alias : Collections.list(store.aliases())) {
                if (store.isCertificateEntry(alias)) {
                    return store;
                }
            }
            throw new LinkProblem(
                    file + ": it has no certificate to trust; add one with keytool -importcert");
        }
        Path ca = settings.ca();
        if (ca == null) {
            return null;
        }
        KeyStore store = emptyStore();
        for (X509Certificate certificate : authorities(ca)) {
            store.setCertificateEntry("ca" + store.size(), certificate);
        }
        return store;
    }

    private static List<X509Certificate> authorities(Path ca) throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        if (Files.isDirectory(ca)) {
            try (Stream<Path> files = Files.list(ca)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    certificates.addAll(PemFile.read(file).certificates());
                }
            }
        } else {
            certificates.addAll(PemFile.read(ca).certificates());
        }
        if (certificates.isEmpty()) {
            throw new LinkProblem(
                    ca + ": no certificate is there in PEM, which begins -----BEGIN CERTIFICATE-----");
        }
        return certificates;
    }

    private static X509ExtendedTrustManager trust(@Nullable KeyStore trusted)
            throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("the JDK has no trust manager for X.509");
    }

    private static KeyManager @Nullable [] keys(TlsSettings settings)
            throws IOException, GeneralSecurityException {
        Path file = settings.keyStore();
        char[] password = settings.password();
        if (file != null) {
            KeyStore store = store(file, password);
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    return keys(store, password, file);
                }
            }
            throw new LinkProblem(file + ": it has no private key");
        }
        Path certificate = settings.certificate();
        Path key = settings.key();
        if (certificate == null && key == null) {
            return null;
        }
        if (certificate == null || key == null) {
            throw new LinkProblem("a client's certificate needs its key, and the key its certificate");
        }
        List<X509Certificate> chain = PemFile.read(certificate).certificates();
        if (chain.isEmpty()) {
            throw new LinkProblem(
                    certificate + ": it has no certificate, which begins -----BEGIN CERTIFICATE-----");
        }
        PrivateKey privateKey = PemFile.read(key).privateKey(password);
        if (!belongTogether(privateKey, chain.getFirst())) {
            throw new LinkProblem(
                    "%s: the key is not that of the first certificate in %s"
                            .formatted(key, certificate));
        }
        KeyStore store = emptyStore();
        char[] none = new char[0];
        store.setKeyEntry(ALIAS, privateKey, none, chain.toArray(Certificate[]::new));
        return keys(store, none, key);
    }

    private static KeyManager[] keys(KeyStore store, char @Nullable [] password, Path file)
            throws GeneralSecurityException, IOException {
        try {
            KeyManagerFactory factory =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password == null ? new char[0] : password);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException failure) {
            throw new LinkProblem(
                    "%s: its key can't be read with that password (%s)"
                            .formatted(file, failure.getMessage()),
                    failure);
        }
    }

    private static KeyStore store(Path file, char @Nullable [] password) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new LinkProblem(file + ": there is no such file");
        }
        try {
            return KeyStore.getInstance(file.toFile(), password);
        } catch (GeneralSecurityException | IOException failure) {
            throw new LinkProblem(
                    "%s: the key store can't be read (%s); is it PKCS #12 or JKS, and is that its password?"
                            .formatted(file, failure.getMessage()),
                    failure);
        }
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** Whether what the key signs is what the certificate verifies. */
    private static boolean belongTogether(PrivateKey key, X509Certificate certificate)
            throws GeneralSecurityException {
        String kind = certificate.getPublicKey().getAlgorithm();
        String algorithm =
                switch (kind) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    case "EdDSA" -> "EdDSA";
                    default -> "";
                };
        if (!kind.equals(key.getAlgorithm())) {
            return kind.startsWith("RSA") && key.getAlgorithm().startsWith("RSA");
        }
        if (algorithm.isEmpty()) {
            return true;
        }
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update((byte) 1);
        Signature verifying = Signature.getInstance(algorithm);
        verifying.initVerify(certificate);
        verifying.update((byte) 1);
        return verifying.verify(signing.sign());
    }
}

package io.godwit.gateway.sn;

import java.net.InetSocketAddress;
import java.security.cert.CertPath;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.crypto.SecretKey;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.eclipse.californium.scandium.dtls.AlertMessage;
import org.eclipse.californium.scandium.dtls.AlertMessage.AlertDescription;
import org.eclipse.californium.scandium.dtls.AlertMessage.AlertLevel;
import org.eclipse.californium.scandium.dtls.CertificateIdentityResult;
import org.eclipse.californium.scandium.dtls.CertificateMessage;
import org.eclipse.californium.scandium.dtls.CertificateType;
import org.eclipse.californium.scandium.dtls.CertificateVerificationResult;
import org.eclipse.californium.scandium.dtls.ConnectionId;
import org.eclipse.californium.scandium.dtls.HandshakeException;
import org.eclipse.californium.scandium.dtls.HandshakeResultHandler;
import org.eclipse.californium.scandium.dtls.PskPublicInformation;
import org.eclipse.californium.scandium.dtls.PskSecretResult;
import org.eclipse.californium.scandium.dtls.SignatureAndHashAlgorithm;
import org.eclipse.californium.scandium.dtls.cipher.CipherSuite.CertificateKeyAlgorithm;
import org.eclipse.californium.scandium.dtls.cipher.XECDHECryptography.SupportedGroup;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedPskStore;
import org.eclipse.californium.scandium.dtls.x509.CertificateProvider;
import org.eclipse.californium.scandium.dtls.x509.NewAdvancedCertificateVerifier;
import org.eclipse.californium.scandium.util.ServerNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the library the keys that are in force, and decides about those of devices. Safe for every
 * thread.
 */
final class DtlsSecrets
        implements AdvancedPskStore, CertificateProvider, NewAdvancedCertificateVerifier {

    private static final Logger LOG = LoggerFactory.getLogger(DtlsSecrets.class);

    private final SnPort.Counts counts;
    private volatile DtlsKeys keys;

    DtlsSecrets(DtlsKeys keys, SnPort.Counts counts) {
        this.keys = keys;
        this.counts = counts;
    }

    /** Puts other keys in force. */
    void replace(DtlsKeys others) {
        keys = others;
    }

    /** Nothing is decided later. */
    @Override
    public void setResultHandler(HandshakeResultHandler handler) {}

    @Override
    public List<CertificateType> getSupportedCertificateTypes() {
        return List.of(CertificateType.X_509);
    }

    // --- pre-shared keys ------------------------------------------------------------------------

    @Override
    public boolean hasEcdhePskSupported() {
        return true;
    }

    @Override
    public PskSecretResult requestPskSecretResult(
            ConnectionId connection,
            @Nullable ServerNames names,
            PskPublicInformation identity,
            String hmac,
            @Nullable SecretKey other,
            byte[] seed,
            boolean extended) {
        String name = identity.getPublicInfoAsString();
        SecretKey key = identity.isCompliantEncoding() ? keys.preShared().key(name) : null;
        if (key == null) { // which the library tells nobody
            counts.count(SnCounter.HANDSHAKES_FAILED);
            LOG.debug("a device is refused: nobody has the pre-shared key of its identity");
        }
        return new PskSecretResult(connection, identity, key);
    }

    /** Clients have one; a server has none. */
    @Override
    public @Nullable PskPublicInformation getIdentity(
            InetSocketAddress peer, @Nullable ServerNames names) {
        return null;
    }

    // --- the gateway's certificate --------------------------------------------------------------

    @Override
    public List<CertificateKeyAlgorithm> getSupportedCertificateKeyAlgorithms() {
        return List.of(
                CertificateKeyAlgorithm.getAlgorithm(keys.chain().getFirst().getPublicKey()));
    }

    @Override
    public CertificateIdentityResult requestCertificateIdentity(
            ConnectionId connection,
            boolean client,
            @Nullable List<X500Principal> issuers,
            @Nullable ServerNames names,
            @Nullable List<CertificateKeyAlgorithm> algorithms,
            @Nullable List<SignatureAndHashAlgorithm> signatures,
            @Nullable List<SupportedGroup> curves) {
        DtlsKeys now = keys;
        return new CertificateIdentityResult(
                connection, Objects.requireNonNull(now.key()), now.chain());
    }

    // --- the certificates of devices ------------------------------------------------------------

    @Override
    public CertificateVerificationResult verifyCertificate(
            ConnectionId connection,
            @Nullable ServerNames names,
            InetSocketAddress peer,
            boolean client,
            boolean verifiesSubject,
            boolean truncates,
            CertificateMessage message) {
        CertPath path = message.getCertificateChain();
        X509TrustManager trust = keys.clients();
        try {
            if (path == null || trust == null) {
                throw new CertificateException("the device has shown no certificate");
            }
            X509Certificate[] chain =
                    path.getCertificates().stream()
                            .map(X509Certificate.class::cast)
                            .toArray(X509Certificate[]::new);
            if (chain.length > 0) { // the library has looked whether it must
                trust.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
            }
            return new CertificateVerificationResult(connection, path, null);
        } catch (CertificateException refused) {
            LOG.debug("a device at {} is refused: {}", peer, refused.getMessage());
            AlertMessage alert =
                    new AlertMessage(AlertLevel.FATAL, AlertDescription.BAD_CERTIFICATE);
            return new CertificateVerificationResult(
                    connection, new HandshakeException("not admitted", alert, refused), null);
        }
    }

    @Override
    public List<X500Principal> getAcceptedIssuers() {
        X509TrustManager trust = keys.clients();
        return trust == null
                ? List.of()
                : Arrays.stream(trust.getAcceptedIssuers())
                        .map(X509Certificate::getSubjectX500Principal)
                        .toList();
    }
}

package io.godwit.transport;

import io.godwit.codec.Utf8;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Decides which clients' certificates are admitted: those with a valid chain to one of the
 * authorities, meant for clients, and, where there are revocation lists, not revoked. Nothing is
 * fetched from the network. Immutable and safe for every thread.
 */
final class ClientTrust extends X509ExtendedTrustManager {

    /** The extended key usage id-kp-clientAuth (RFC 5280 §4.2.1.12). */
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    private static final String NOT_FOR_CLIENTS =
            "is not for clients: its key usages don't allow it";

    private static final String UNLISTED =
            "may be revoked: its issuer has no current revocation list";

    /** Certificates that a client may show, its own among them. */
    private static final int MOST_CERTIFICATES = 10;

    private static final String TOO_MANY =
            "comes with more than " + (MOST_CERTIFICATES - 1) + " others";

    /** The key usage digitalSignature. */
    private static final boolean[] SIGNS = {true};

    private final List<X509Certificate> authorities;
    private final Set<TrustAnchor> anchors;
    private final List<X509CRL> revoked;

    ClientTrust(List<X509Certificate> authorities, List<X509CRL> revoked) {
        this.authorities = List.copyOf(authorities);
        this.anchors =
                authorities.stream()
                        .map(authority -> new TrustAnchor(authority, null))
                        .collect(Collectors.toUnmodifiableSet());
        this.revoked = List.copyOf(revoked);
    }

    /**
     * Why a chain is not admitted, in words; empty if it is.
     *
     * @param chain the client's own certificate first
     */
    Optional<String> refusal(List<X509Certificate> chain) {
        try {
            check(chain);
            return Optional.empty();
        } catch (CertificateException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    private void check(List<X509Certificate> chain) throws CertificateException {
        if (chain.isEmpty()) {
            throw new CertificateException("the client showed no certificate");
        }
        X509Certificate client = chain.getFirst();
        try {
            if (chain.size() > MOST_CERTIFICATES) { // a search tries the ways between all of them
                throw new CertPathValidatorException(TOO_MANY);
            }
            client.checkValidity();
            buildPath(client, chain);
        } catch (GeneralSecurityException invalid) {
            throw new CertificateException(
                    "the client's certificate (%s) %s"
                            .formatted(subject(client), why(client, invalid)),
                    invalid);
        }
    }

    /** In quotes, since whoever made it may have written anything. */
    private static String subject(X509Certificate client) {
        return Utf8.quote(client.getSubjectX500Principal().toString());
    }

    private void buildPath(X509Certificate client, List<X509Certificate> chain)
            throws GeneralSecurityException {
        CertPathBuilder builder = CertPathBuilder.getInstance("PKIX");
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, wanted(client));
        parameters.addCertStore(storeOf(chain));
        parameters.setRevocationEnabled(false);
        if (revoked.isEmpty()) {
            builder.build(parameters);
            return;
        }
        parameters.addCertStore(storeOf(revoked));
        PKIXRevocationChecker lists = (PKIXRevocationChecker) builder.getRevocationChecker();
        lists.setOptions(
                EnumSet.of(
                        PKIXRevocationChecker.Option.PREFER_CRLS,
                        PKIXRevocationChecker.Option.NO_FALLBACK,
                        PKIXRevocationChecker.Option.SOFT_FAIL));
        parameters.addCertPathChecker(lists);
        builder.build(parameters);
        for (CertPathValidatorException unknown : lists.getSoftFailExceptions()) {
            if (unknown.getIndex() <= 0) { // authorities in between need no list of their own
                throw new CertPathValidatorException(UNLISTED);
            }
        }
    }

    private static X509CertSelector wanted(X509Certificate client)
            throws CertPathValidatorException {
        X509CertSelector selector = new X509CertSelector();
        selector.setCertificate(client);
        selector.setKeyUsage(SIGNS);
        try {
            selector.setExtendedKeyUsage(Set.of(CLIENT_AUTHENTICATION));
        } catch (IOException impossible) {
            throw new CertPathValidatorException(impossible);
        }
        if (!selector.match(client)) {
            throw new CertPathValidatorException(NOT_FOR_CLIENTS);
        }
        return selector;
    }

    private static CertStore storeOf(Collection<?> all) throws GeneralSecurityException {
        return CertStore.getInstance("Collection", new CollectionCertStoreParameters(all));
    }

    private static String why(X509Certificate client, GeneralSecurityException invalid) {
        if (invalid instanceof CertificateExpiredException) {
            return "has expired, on " + client.getNotAfter().toInstant();
        }
        if (invalid instanceof CertificateNotYetValidException) {
            return "is not valid before " + client.getNotBefore().toInstant();
        }
        if (invalid.getCause() instanceof CertPathValidatorException path
                && path.getReason() == BasicReason.REVOKED) {
            return "is revoked";
        }
        String message = String.valueOf(invalid.getMessage());
        return List.of(UNLISTED, NOT_FOR_CLIENTS, TOO_MANY).contains(message)
                ? message
                : "is from no authority that this listener knows: " + message;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        check(List.of(chain));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(List.of(chain));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(List.of(chain));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("a listener trusts no servers");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(X509Certificate[]::new);
    }
}

package io.godwit.gateway.sn;

import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import org.eclipse.californium.elements.auth.PreSharedKeyIdentity;
import org.eclipse.californium.elements.auth.X509CertPath;
import org.jspecify.annotations.Nullable;

/**
 * Who a peer has proved to be in its handshake.
 *
 * @param pskIdentity whose pre-shared key it has; null if it has shown none
 * @param certificates that it has proved to own, its own first; empty if it has shown none
 */
record Proof(@Nullable String pskIdentity, List<X509Certificate> certificates) {

    static Proof of(@Nullable Principal principal) {
        return switch (principal) {
            case PreSharedKeyIdentity psk -> new Proof(psk.getIdentity(), List.of());
            case X509CertPath path ->
                    new Proof(
                            null,
                            path.getPath().getCertificates().stream()
                                    .map(X509Certificate.class::cast)
                                    .toList());
            case null, default -> new Proof(null, List.of());
        };
    }

    /** A name that stays the same when a certificate is renewed; empty if nothing is proved. */
    String name() {
        if (pskIdentity != null) {
            return "psk " + pskIdentity;
        }
        return certificates.isEmpty()
                ? ""
                : "certificate " + certificates.getFirst().getSubjectX500Principal();
    }
}

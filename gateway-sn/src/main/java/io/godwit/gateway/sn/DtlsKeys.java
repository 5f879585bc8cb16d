package io.godwit.gateway.sn;

import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a gateway's DTLS hold. Immutable; shows nothing of what is secret.
 *
 * @param preShared by which devices prove who they are; none if they may not
 * @param chain the gateway's certificate and those of its issuers; empty if it has none
 * @param key of the first of these; null if there is none
 * @param clients which certificates of devices are admitted; null if none are asked for
 */
public record DtlsKeys(
        PreSharedKeys preShared,
        List<X509Certificate> chain,
        @Nullable PrivateKey key,
        @Nullable X509TrustManager clients) {

    /** Copies the list. */
    public DtlsKeys {
        chain = List.copyOf(chain);
    }

    /**
     * Whether a device that came by other keys would be let in by these as well. May take
     * milliseconds.
     *
     * @param identity whose pre-shared key it has; null for none
     * @param shown its certificates; empty for none
     * @param before the keys by which it came
     */
    public boolean admits(@Nullable String identity, List<X509Certificate> shown, DtlsKeys before) {
        if (identity != null) {
            return preShared.isSame(identity, before.preShared);
        }
        if (shown.isEmpty()) {
            return true;
        }
        try {
            if (clients != null) {
                clients.checkClientTrusted(
                        shown.toArray(X509Certificate[]::new),
                        shown.getFirst().getPublicKey().getAlgorithm());
                return true;
            }
            return false;
        } catch (CertificateException refused) {
            return false;
        }
    }

    /** Whether a port with these can take the others while it is open. */
    public boolean isLike(DtlsKeys others) {
        return preShared.isEmpty() == others.preShared.isEmpty()
                && chain.isEmpty() == others.chain.isEmpty()
                && (chain.isEmpty() || algorithm().equals(others.algorithm()))
                && (clients == null) == (others.clients == null);
    }

    private String algorithm() {
        return chain.getFirst().getPublicKey().getAlgorithm();
    }

    @Override
    public String toString() {
        return "%s, %d certificates".formatted(preShared, chain.size());
    }
}

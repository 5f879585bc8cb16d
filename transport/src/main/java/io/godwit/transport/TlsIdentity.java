package io.godwit.transport;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What the files of TLS settings hold, for a port that another library encrypts.
 *
 * @param chain the first certificate, then those of its issuers
 * @param key of the first certificate
 * @param clients decides which certificates of clients are admitted; null if none are asked for
 */
public record TlsIdentity(
        List<X509Certificate> chain, PrivateKey key, @Nullable X509TrustManager clients) {

    /**
     * Reads and checks the files. Blocks.
     *
     * @throws TlsProblem with the first thing that is wrong
     */
    public static TlsIdentity of(TlsSettings settings) throws TlsProblem {
        TlsMaterial material = TlsMaterial.read(settings);
        TlsMaterial.Own first = material.certificates().getFirst();
        return new TlsIdentity(first.chain(), first.key(), material.clients());
    }

    /** Without the key. */
    @Override
    public String toString() {
        return chain.getFirst().getSubjectX500Principal().toString();
    }
}

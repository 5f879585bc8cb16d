package io.godwit.transport;

import io.godwit.transport.TlsMaterial.Own;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** TLS by the JDK, for servers that are none of ours, with files such as those of a listener. */
public final class JdkTls {

    /** The key store is never written anywhere, and can't do without one. */
    private static final char[] PASSWORD = "in memory".toCharArray();

    private JdkTls() {}

    /**
     * Reads the files of a server. Blocks.
     *
     * @param certificate the server's certificate, then those of its issuers, in PEM
     * @param key its private key, in PEM and not encrypted
     * @throws TlsProblem if something about the files is wrong
     */
    public static SSLContext of(Path certificate, Path key) throws TlsProblem {
        Own own = TlsMaterial.read(TlsSettings.of(certificate, key)).certificates().getFirst();
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "server", own.key(), PASSWORD, own.chain().toArray(new Certificate[0]));
            KeyManagerFactory managers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException failure) {
            throw new TlsProblem(key, "can't be used: " + failure.getMessage());
        }
    }
}

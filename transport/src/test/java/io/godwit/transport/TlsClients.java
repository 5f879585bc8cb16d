package io.godwit.transport;

import io.godwit.transport.TestAuthority.Issued;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes clients with the JDK's TLS. */
public final class TlsClients {

    private static final char[] PASSWORD = "unused".toCharArray();

    private final SSLContext context;

    /**
     * Clients that trust one authority.
     *
     * @param own what they show, or null
     */
    public TlsClients(Path authority, @Nullable Issued own)
            throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", PemFile.read(authority).certificates().getFirst());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        KeyStore owned = KeyStore.getInstance("PKCS12");
        owned.load(null, null);
        if (own != null) {
            owned.setKeyEntry(
                    "own",
                    PemFile.read(own.key()).privateKey(),
                    PASSWORD,
                    PemFile.read(own.certificate()).certificates().toArray(X509Certificate[]::new));
        }
        keys.init(owned, PASSWORD);
        context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    }

    /** Connects and finishes the handshake. */
    FrameClient connect(InetSocketAddress address, String... versions) throws IOException {
        return new FrameClient(handshake(FrameClient.connected(address, 0), versions));
    }

    /** Finishes the handshake on a socket that is connected. */
    public SSLSocket handshake(Socket plain, String... versions) throws IOException {
        plain.setSoTimeout(20_000);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(plain, "localhost", plain.getPort(), true);
        if (versions.length > 0) {
            socket.setEnabledProtocols(versions);
        }
        socket.startHandshake();
        return socket;
    }
}

package io.godwit.server.clients;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for this machine that is its own authority, made with the openssl command. */
final class SelfSigned {

    private SelfSigned() {}

    /** Makes one in a directory. */
    static void make(Path directory) throws Exception {
        Path output = directory.resolve("openssl.txt");
        Process process =
                new ProcessBuilder(
                                ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
                                                + " -nodes -days 2 -subj /CN=localhost -addext"
                                                + " subjectAltName=DNS:localhost,IP:127.0.0.1"
                                                + " -keyout server.key -out server.pem")
                                        .split(" "))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("openssl made no certificate:\n" + Files.readString(output));
        }
    }

    /** What makes a Java client trust one. */
    static TrustManagerFactory trust(Path certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry(
                    "broker", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory;
    }

    /** Sockets that trust one. */
    static SSLSocketFactory socketFactory(Path certificate) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust(certificate).getTrustManagers(), null);
        return context.getSocketFactory();
    }

    static Path certificate(Path directory) {
        return directory.resolve("server.pem");
    }

    static Path key(Path directory) {
        return directory.resolve("server.key");
    }
}

package io.godwit.client.network;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/** Certificates, and servers of the JDK that use them. */
final class TlsFixture {

    final Certificates certificates;

    TlsFixture(Path directory) throws Exception {
        certificates =
                new Certificates(directory)
                        .sign("server", "subjectAltName=DNS:localhost,IP:127.0.0.1", 5)
                        .sign("other", "subjectAltName=DNS:broker.example.org,DNS:b.test", 5)
                        .sign("expired", "subjectAltName=DNS:localhost", -1)
                        .sign("client", "extendedKeyUsage=clientAuth", 5);
    }

    ScriptedServer server(String certificate, ScriptedServer.Script script) throws Exception {
        return server(certificate, parameters -> {}, script);
    }

    ScriptedServer server(
            String certificate, Consumer<SSLParameters> change, ScriptedServer.Script script)
            throws Exception {
        return new ScriptedServer(listener(certificate, change), script);
    }

    private SSLServerSocket listener(String certificate, Consumer<SSLParameters> change)
            throws Exception {
        SSLServerSocket listener =
                (SSLServerSocket)
                        certificates
                                .server(certificate)
                                .getServerSocketFactory()
                                .createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        SSLParameters parameters = listener.getSSLParameters();
        change.accept(parameters);
        listener.setSSLParameters(parameters);
        return listener;
    }

    TlsSettings trusting() {
        return TlsSettings.DEFAULT.ca(certificates.ca());
    }

    static TlsLink open(ScriptedServer server, TlsSettings settings) throws IOException {
        return (TlsLink) Links.open(server.address("mqtts"), Opened.settings(settings));
    }
}

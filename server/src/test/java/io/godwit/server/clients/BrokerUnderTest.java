package io.godwit.server.clients;

import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.TlsSettings;
import io.godwit.transport.WebSocketSettings;
import io.godwit.transport.websocket.WebOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The broker that the clients talk to: Godwit inside this process, or, where the system property
 * {@code godwit.test.broker=host:port} is set, one that is already running somewhere else.
 */
interface BrokerUnderTest extends AutoCloseable {

    String host();

    int port();

    @Override
    void close() throws IOException;

    static BrokerUnderTest start() throws IOException {
        String external = System.getProperty("godwit.test.broker", "");
        if (external.isEmpty()) {
            return Embedded.start();
        }
        int colon = external.lastIndexOf(':');
        return new External(
                external.substring(0, colon), Integer.parseInt(external.substring(colon + 1)));
    }

    /** Godwit in this process, on a port that the system chose. */
    record Embedded(GodwitServer server, Path dataDir) implements BrokerUnderTest {

        static Embedded start() throws IOException {
            return start(ListenerSettings.tcp("it", "127.0.0.1", 0));
        }

        /** With WebSocket, for pages of these origins. */
        static Embedded startWebSocket(List<String> origins) throws IOException {
            List<WebOrigin> allowed =
                    origins.stream().map(it -> WebOrigin.parse(it).orElseThrow()).toList();
            return start(
                    ListenerSettings.tcp("it", "127.0.0.1", 0)
                            .withWebSocket(
                                    new WebSocketSettings(
                                            WebSocketSettings.PATH,
                                            allowed,
                                            true,
                                            WebSocketSettings.PING_INTERVAL,
                                            List.of(),
                                            WebSocketSettings.MAXIMUM_FRAME)));
        }

        /** With secure WebSocket. */
        static Embedded startSecureWebSocket(Path certificate, Path key) throws IOException {
            return start(
                    ListenerSettings.tcp("it", "127.0.0.1", 0)
                            .withWebSocket(WebSocketSettings.upTo(WebSocketSettings.MAXIMUM_FRAME))
                            .withTls(TlsSettings.of(certificate, key)));
        }

        /** With a listener for each {@link Transport}, which bear their names. */
        static Embedded startAll(Path certificate, Path key) throws IOException {
            List<ListenerSettings> listeners = new ArrayList<>();
            for (Transport transport : Transport.values()) {
                ListenerSettings tcp = ListenerSettings.tcp(transport.name(), "127.0.0.1", 0);
                listeners.add(
                        switch (transport) {
                            case TCP -> tcp;
                            case TLS -> tcp.withTls(TlsSettings.of(certificate, key));
                            case WEB_SOCKET ->
                                    tcp.withWebSocket(
                                            WebSocketSettings.upTo(
                                                    WebSocketSettings.MAXIMUM_FRAME));
                        });
            }
            return start(listeners);
        }

        /** With a listener that is called {@code it}. */
        static Embedded start(ListenerSettings listener) throws IOException {
            return start(List.of(listener));
        }

        private static Embedded start(List<ListenerSettings> listeners) throws IOException {
            Path dataDir = Files.createTempDirectory("godwit-clients");
            Configuration configuration =
                    Configuration.defaults()
                            .withDataDir(dataDir)
                            .withEventLoops(2) // so that sessions meet across loops
                            .withListeners(listeners);
            return new Embedded(GodwitServer.start(configuration), dataDir);
        }

        /** The same broker by the listener of a transport. */
        BrokerUnderTest by(Transport transport) {
            return new External(
                    host(),
                    Objects.requireNonNull(server.addresses().get(transport.name())).getPort());
        }

        @Override
        public String host() {
            return "127.0.0.1";
        }

        @Override
        public int port() {
            return Objects.requireNonNull(server.addresses().get("it")).getPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
            try (Stream<Path> files = Files.walk(dataDir)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** A broker that someone else starts and stops. */
    record External(String host, int port) implements BrokerUnderTest {

        @Override
        public void close() {}
    }
}

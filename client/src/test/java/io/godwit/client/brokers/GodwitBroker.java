package io.godwit.client.brokers;

import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import io.godwit.transport.ListenerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Godwit, in this process. */
final class GodwitBroker implements TestBroker {

    private final Path dataDir;
    private final int port;
    private GodwitServer server;

    GodwitBroker(Path dataDir) throws IOException {
        this.dataDir = dataDir;
        this.server = start(0);
        this.port = Objects.requireNonNull(server.addresses().get("it")).getPort();
    }

    private GodwitServer start(int listenAt) throws IOException {
        return GodwitServer.start(
                Configuration.defaults()
                        .withDataDir(dataDir)
                        .withListeners(List.of(ListenerSettings.tcp("it", "127.0.0.1", listenAt))));
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void restart() throws IOException {
        server.close();
        server = start(port);
    }

    @Override
    public void close() {
        server.close();
    }
}

package io.godwit.server.crash;

import io.godwit.broker.limits.Limits;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.Persistence;
import io.godwit.transport.ListenerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The main class of the broker that is killed: as {@code godwit} itself starts one, but on a port
 * that the system chooses and that it prints. Each line of its input it answers with the residual
 * of its books. It ends when its input does, so that it does not outlive the test.
 */
final class KilledBroker {

    private KilledBroker() {}

    /** Arguments: the data directory, the mode of persistence, the durability. */
    public static void main(String[] arguments) throws IOException {
        Limits limits =
                Limits.defaults(Runtime.getRuntime().maxMemory()).toBuilder()
                        .connectRate(0)
                        .build();
        Persistence defaults = Persistence.defaults();
        Persistence persistence =
                new Persistence(
                        Persistence.Mode.valueOf(arguments[1]),
                        Persistence.Durability.valueOf(arguments[2]),
                        defaults.minimumFreeSpace(),
                        defaults.restartGrace());
        Configuration configuration =
                Configuration.defaults()
                        .withDataDir(Path.of(arguments[0]))
                        .withListeners(List.of(ListenerSettings.tcp("tcp", "127.0.0.1", 0)))
                        .withPersistence(persistence)
                        .withLimits(limits)
                        .withEventLoops(2);
        try (GodwitServer server = GodwitServer.start(configuration)) {
            System.out.println(server.addresses().values().iterator().next().getPort());
            while (System.in.read() >= 0) {
                System.out.println(server.broker().counts().books().join().residual());
            }
        }
    }
}

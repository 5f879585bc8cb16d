package io.godwit.server.hostile;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.shard.Counter;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.TcpListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The main class of a broker that {@link BrokerProcess} starts with little memory. It says its
 * port, then answers each line that it reads with the bytes that it counts as held and what is
 * connected; it ends when there is no more to read.
 */
final class SmallBroker {

    private SmallBroker() {}

    /** Arguments: the data directory, the number of loops. */
    public static void main(String[] arguments) throws IOException {
        Limits limits =
                Limits.defaults(Runtime.getRuntime().maxMemory()).toBuilder()
                        .connectRate(0)
                        .build();
        Configuration configuration =
                Configuration.defaults()
                        .withDataDir(Path.of(arguments[0]))
                        .withListeners(List.of(new TcpListener("tcp", "127.0.0.1", 0)))
                        .withLimits(limits)
                        .withEventLoops(Integer.parseInt(arguments[1]));
        try (GodwitServer server = GodwitServer.start(configuration);
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(server.addresses().values().iterator().next().getPort());
            while (in.readLine() != null) {
                System.out.printf(
                        "%d %d %d%n",
                        server.broker().memoryUsed(),
                        server.broker().connections(),
                        server.broker().count(Counter.FAILED_ACTIONS));
            }
        }
    }
}

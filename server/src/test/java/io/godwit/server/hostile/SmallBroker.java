package io.godwit.server.hostile;

import io.godwit.broker.Broker;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.QueueFull;
import io.godwit.broker.session.DropReason;
import io.godwit.broker.shard.Counter;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.transport.ListenerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The main class of a broker that {@link BrokerProcess} starts with little memory. It says its
 * port, then answers each line that it reads with what a {@link BrokerProcess.State} has; it ends
 * when there is no more to read.
 */
final class SmallBroker {

    /** The question before whose answer it collects garbage. */
    static final String COLLECT = "collect";

    /** Instead of a password file: anonymous clients may connect. */
    static final String NO_PASSWORDS = "-";

    private SmallBroker() {}

    /**
     * Arguments: the data directory, the number of loops, how many messages a queue holds, what
     * happens at a full one, the password file, how many seconds a CONNECT and its password may
     * take.
     */
    public static void main(String[] arguments) throws IOException {
        Limits limits =
                Limits.defaults(Runtime.getRuntime().maxMemory()).toBuilder()
                        .connectRate(0)
                        .connectTimeout(Duration.ofSeconds(Long.parseLong(arguments[5])))
                        .queuedMessages(Integer.parseInt(arguments[2]))
                        .queueFull(QueueFull.valueOf(arguments[3]))
                        .build();
        Configuration configuration =
                defaults(arguments[4], arguments[5])
                        .withDataDir(Path.of(arguments[0]))
                        .withListeners(List.of(ListenerSettings.tcp("tcp", "127.0.0.1", 0)))
                        .withLimits(limits)
                        .withEventLoops(Integer.parseInt(arguments[1]));
        try (GodwitServer server = GodwitServer.start(configuration);
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(server.addresses().values().iterator().next().getPort());
            String question;
            while ((question = in.readLine()) != null) {
                if (question.equals(COLLECT)) {
                    System.gc();
                }
                System.out.println(state(server.broker()).line());
            }
        }
    }

    private static Configuration defaults(String passwordFile, String seconds) {
        if (passwordFile.equals(NO_PASSWORDS)) {
            return Configuration.defaults();
        }
        Map<String, String> environment =
                Map.of(
                        "GODWIT_AUTHENTICATION__PASSWORD_FILE",
                        passwordFile,
                        "GODWIT_AUTHENTICATION__PASSWORD_WAIT",
                        seconds + " s",
                        "GODWIT_AUTHENTICATION__ANONYMOUS",
                        "false",
                        "GODWIT_ADMIN__ENABLED",
                        "false");
        try {
            return Configuration.load(null, environment);
        } catch (ConfigurationProblems problems) {
            throw new IllegalArgumentException(problems);
        }
    }

    private static BrokerProcess.State state(Broker broker) {
        Runtime runtime = Runtime.getRuntime();
        return new BrokerProcess.State(
                broker.memoryUsed(),
                broker.connections(),
                broker.count(Counter.FAILED_ACTIONS),
                broker.count(Counter.PUBLISH_SENT),
                broker.count(Counter.MESSAGES_QUEUED) - broker.count(Counter.MESSAGES_UNQUEUED),
                broker.count(Counter.DROPPED_SLOW),
                Arrays.stream(DropReason.values())
                        .mapToLong(reason -> broker.count(reason.counter()))
                        .sum(),
                runtime.totalMemory() - runtime.freeMemory());
    }
}

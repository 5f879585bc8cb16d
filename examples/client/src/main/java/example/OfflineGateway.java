package example;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.OfflineBuffer;
import io.godwit.client.Published;
import io.godwit.client.Reconnect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;

/**
 * Passes readings of meters on, each exactly once, however long the network is away and however
 * often the gateway is started again.
 */
public final class OfflineGateway implements AutoCloseable {

    private static final Duration A_WEEK = Duration.ofDays(7);

    private final MqttClient client;

    /**
     * A gateway that has not connected yet; it takes up what an earlier one has left.
     *
     * @param server knows the server, and how to get in
     * @param directory keeps what is not delivered; for one gateway at a time
     */
    public OfflineGateway(MqttClientBuilder server, Path directory) {
        client =
                server.clientId("gateway")
                        .cleanStart(false)
                        .sessionExpiry(A_WEEK) // with its end "exactly once" would end
                        .directory(directory)
                        .offline(
                                OfflineBuffer.DEFAULT
                                        .upTo(100_000, 256L << 20)
                                        .whenFull(OfflineBuffer.Full.DROP_OLDEST)
                                        .livingFor(A_WEEK))
                        .build();
    }

    /** Begins to connect; returns at once, also where there is no network yet. */
    public void start() {
        client.connect();
    }

    /** Passes a reading on. The future completes when the server has it. */
    public CompletableFuture<Published> read(String meter, String reading) {
        return client.publish(Message.of("meters/" + meter, reading, 2));
    }

    /** How many readings are not delivered. */
    public long waiting() {
        return client.counts().waiting();
    }

    /** Delivers what the server takes within half a minute; the rest stays in the directory. */
    @Override
    public void close() {
        client.close();
    }

    /** Reads lines such as {@code water 17.3}: {@code OfflineGateway mqtt://localhost readings}. */
    public static void main(String[] arguments) {
        MqttClientBuilder server =
                MqttClient.builder()
                        .server(arguments[0])
                        .reconnect(
                                Reconnect.DEFAULT
                                        .withFirst(true) // it may start before its network
                                        .between(Duration.ofSeconds(1), Duration.ofMinutes(1)));
        Scanner lines = new Scanner(System.in);
        try (OfflineGateway gateway = new OfflineGateway(server, Path.of(arguments[1]))) {
            gateway.start();
            while (lines.hasNext()) {
                gateway.read(lines.next(), lines.next())
                        .exceptionally(failure -> {
                            System.err.println(failure.getMessage());
                            return null;
                        });
            }
        }
    }
}

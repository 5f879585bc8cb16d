package io.godwit.server.hostile;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.codec.ProtocolVersion.V3_1_1;
import static io.godwit.codec.ProtocolVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.access.authentication.PasswordFileEditor;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.UserProperty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand clients log in at once, with Argon2id at its default cost: 47 MB for each, which would
 * be 47 GB. The broker has a heap of 256 MB and ends at the first OutOfMemoryError.
 */
class PasswordStormTest {

    private static final int CLIENTS = 1_000;
    private static final int USERS = 100;
    private static final int LARGE_CLIENTS = 200;

    /** Bytes that may be counted as held when nobody is there. */
    private static final long NEARLY_NOTHING = 200_000;

    private static final String PASSWORD = "correct horse";

    @TempDir private Path directory = Path.of("");
    private @Nullable BrokerProcess broker;
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger busy = new AtomicInteger();

    @BeforeEach
    void makeUsers() throws IOException {
        Path file = passwords();
        PasswordFileEditor editor = PasswordFileEditor.create(file);
        editor.set(
                "user",
                PASSWORD.getBytes(StandardCharsets.UTF_8),
                PasswordFileEditor.Kind.ARGON2ID);
        editor.write();
        // Making a hash takes as long as verifying one: all users share it, and nobody can tell.
        String hash = Files.readString(file).strip().substring("user".length());
        StringBuilder users = new StringBuilder();
        for (int user = 0; user < USERS; user++) {
            users.append("user").append(user).append(hash).append('\n');
        }
        Files.writeString(file, users);
    }

    private Path passwords() {
        return directory.resolve("passwd");
    }

    /**
     * Starts it.
     *
     * @param seconds how long a CONNECT may take to come, and its password to be verified
     */
    private BrokerProcess start(int seconds) throws IOException {
        BrokerProcess started =
                BrokerProcess.withPasswords(directory, 2, "256m", passwords(), seconds);
        broker = started;
        return started;
    }

    @AfterEach
    void stop() throws IOException {
        clients.shutdownNow();
        if (broker != null) {
            broker.close();
        }
    }

    /** Connects with a password, again and again while the broker is busy. */
    private ReasonCode logIn(int port, int number, String password) throws IOException {
        ProtocolVersion version = number % 2 == 0 ? V5 : V3_1_1;
        ReasonCode busyCode =
                version == V5 ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE;
        while (true) {
            try (RawClient client = new RawClient(port, version, 0)) {
                client.send(
                        connect(version, "client-" + number)
                                .credentials("user" + number % USERS, password)
                                .build());
                if (!(client.read() instanceof ConnAck connAck)) {
                    throw new IOException("no CONNACK");
                }
                if (connAck.reasonCode() != busyCode) {
                    return connAck.reasonCode();
                }
                busy.incrementAndGet();
            }
        }
    }

    @Test
    void everyClientGetsAnAnswerAndTheRightOnesGetIn() throws Exception {
        BrokerProcess broker = start(10);
        List<Future<ReasonCode>> answers = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int number = client;
            String password = number % 50 == 7 ? "wrong" : PASSWORD;
            answers.add(clients.submit(() -> logIn(broker.port(), number, password)));
        }
        Map<ReasonCode, Integer> counts = new EnumMap<>(ReasonCode.class);
        for (Future<ReasonCode> answer : answers) {
            counts.merge(answer.get(5, TimeUnit.MINUTES), 1, Integer::sum);
        }
        assertThat(counts)
                .as("and busy: %d", busy.get())
                .isEqualTo(
                        Map.of(
                                ReasonCode.SUCCESS,
                                CLIENTS - CLIENTS / 50,
                                ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                                CLIENTS / 50));
        assertThat(broker.log()).noneMatch(line -> line.contains(PASSWORD));
        assertThat(broker.state().failedActions()).isZero();
    }

    /**
     * Each CONNECT takes over a megabyte while its password waits, by what its properties count:
     * some are let wait, and the others are told so. All are complete at the same moment, and
     * nothing ends by time.
     */
    @Test
    @Timeout(300)
    void largeConnectsWaitWithinTheMemory() throws Exception {
        BrokerProcess broker = start(300);
        List<RawClient> waiting = new ArrayList<>();
        byte[] bytes = {};
        for (int number = 0; number < LARGE_CLIENTS; number++) {
            bytes = largeLogIn(number);
            RawClient client = RawClient.open(broker.port());
            client.waitForEver();
            client.send(Arrays.copyOf(bytes, bytes.length - 1));
            waiting.add(client);
        }
        byte[] last = {bytes[bytes.length - 1]}; // of the password
        for (RawClient client : waiting) {
            client.send(last);
        }
        Map<ReasonCode, Integer> counts = new EnumMap<>(ReasonCode.class);
        for (RawClient client : waiting) {
            counts.merge(((ConnAck) client.read()).reasonCode(), 1, Integer::sum);
            client.close();
        }
        assertThat(counts).containsOnlyKeys(ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED);
        assertThat(logIn(broker.port(), 0, PASSWORD)).isEqualTo(ReasonCode.SUCCESS);
        BrokerProcess.State state =
                broker.await(it -> it.connections() == 0 && it.memoryUsed() < NEARLY_NOTHING);
        assertThat(state.failedActions()).isZero();
    }

    /** With as many properties as a packet may have. */
    private static byte[] largeLogIn(int number) {
        ConnectBuilder connect =
                connect(V5, "large-" + number).credentials("user" + number % USERS, PASSWORD);
        for (int i = 0; i < 10_000; i++) {
            connect.with(Property.USER_PROPERTY, new UserProperty("", ""));
        }
        return RawClient.bytes(V5, connect.build());
    }
}

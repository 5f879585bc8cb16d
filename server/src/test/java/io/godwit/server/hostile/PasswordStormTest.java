package io.godwit.server.hostile;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.codec.ProtocolVersion.V3_1_1;
import static io.godwit.codec.ProtocolVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.access.authentication.PasswordFileEditor;
import io.godwit.codec.ConnAck;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand clients log in at once, with Argon2id at its default cost: 47 MB for each, which would
 * be 47 GB. The broker has a heap of 256 MB and ends at the first OutOfMemoryError.
 */
class PasswordStormTest {

    private static final int CLIENTS = 1_000;
    private static final int USERS = 100;
    private static final String PASSWORD = "correct horse";

    private BrokerProcess broker;
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger busy = new AtomicInteger();

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("passwd");
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
        broker = BrokerProcess.withPasswords(directory, 2, "256m", file);
    }

    @AfterEach
    void stop() throws IOException {
        clients.shutdownNow();
        broker.close();
    }

    /** Connects with a password, again and again while the broker is busy. */
    private ReasonCode logIn(int number, String password) throws IOException {
        ProtocolVersion version = number % 2 == 0 ? V5 : V3_1_1;
        ReasonCode busyCode =
                version == V5 ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE;
        while (true) {
            try (RawClient client = new RawClient(broker.port(), version, 0)) {
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
        List<Future<ReasonCode>> answers = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int number = client;
            String password = number % 50 == 7 ? "wrong" : PASSWORD;
            answers.add(clients.submit(() -> logIn(number, password)));
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
}

package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import io.godwit.server.clients.BrokerUnderTest.Embedded;
import io.godwit.server.clients.ClientMatrix.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays each cell of the table in docs/clients.md, with one broker for all, and one library for
 * each transport.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientMatrixTest {

    private static final String RUN = UUID.randomUUID().toString().substring(0, 6);

    /** Most clients wait more than they compute. */
    private final ExecutorService players = Executors.newFixedThreadPool(4);

    private final Map<Opened, ClientLibrary> libraries = new ConcurrentHashMap<>();
    private final AtomicInteger names = new AtomicInteger();
    private Embedded broker;
    private Path authority;

    /** Which library. */
    private record Opened(MatrixClient client, Transport transport) {}

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        SelfSigned.make(directory);
        authority = SelfSigned.certificate(directory);
        broker = Embedded.startAll(authority, SelfSigned.key(directory));
    }

    @AfterAll
    void stop() throws Exception {
        players.shutdownNow();
        try {
            for (ClientLibrary library : libraries.values()) {
                library.close();
            }
        } finally {
            broker.close();
        }
    }

    @TestFactory
    Stream<DynamicContainer> everyCell() {
        return ClientMatrix.rows().stream()
                .map(row ->
                        DynamicContainer.dynamicContainer(
                                row.title(),
                                Stream.of(Ability.values())
                                        .map(ability -> begin(row, ability))
                                        .toList()))
                .toList()
                .stream();
    }

    /** Begins to play a cell; the test waits for the end of it. */
    private DynamicTest begin(Row row, Ability ability) {
        Future<?> played =
                players.submit(() -> {
                    play(row, ability);
                    return null;
                });
        return DynamicTest.dynamicTest(
                ability.title(),
                () -> {
                    try {
                        played.get();
                    } catch (ExecutionException e) {
                        throw new AssertionError(
                                row.title() + ", " + ability.title() + ": " + e.getMessage(),
                                e.getCause());
                    }
                });
    }

    private void play(Row row, Ability ability) throws Exception {
        BrokerUnderTest reached = broker.by(row.transport());
        if (row.client() == MatrixClient.MOSQUITTO) {
            String name = "x" + RUN + "-" + names.incrementAndGet();
            ability.play(new MosquittoScenarios(mosquitto(reached, row), name));
            return;
        }
        ClientLibrary library = library(row.client(), row.transport());
        for (Scenario scenario : ability.scenarios()) {
            try (Stage stage = new Stage(reached, library, row.version())) {
                scenario.play().on(stage);
            }
        }
    }

    private MosquittoCommands mosquitto(BrokerUnderTest reached, Row row) {
        ProtocolVersion version = row.version();
        return new MosquittoCommands(
                reached.host(),
                reached.port(),
                version,
                row.transport() == Transport.TLS
                        ? List.of("--cafile", authority.toString())
                        : List.of());
    }

    private ClientLibrary library(MatrixClient client, Transport transport) throws Exception {
        Opened which = new Opened(client, transport);
        synchronized (libraries) {
            if (!libraries.containsKey(which)) {
                Access access =
                        new Access(transport, transport == Transport.TLS ? authority : null);
                libraries.put(which, client.open(access));
            }
        }
        return Objects.requireNonNull(libraries.get(which));
    }
}

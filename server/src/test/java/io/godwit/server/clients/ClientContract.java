package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Plays every scenario with one library, in every version that it speaks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClientContract {

    /** Most libraries wait more than they compute. */
    private final ExecutorService players = Executors.newFixedThreadPool(4);

    private BrokerUnderTest broker;
    private ClientLibrary library;

    /** Starts the library; fails with what to do where it is not installed. */
    abstract ClientLibrary open() throws Exception;

    /** Starts the broker, or finds one. */
    BrokerUnderTest startBroker() throws Exception {
        return BrokerUnderTest.start();
    }

    @BeforeAll
    void start() throws Exception {
        broker = startBroker();
        library = open();
    }

    @AfterAll
    void stop() throws Exception {
        players.shutdownNow();
        if (library != null) {
            library.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @TestFactory
    Stream<DynamicContainer> everyVersion() {
        return library.versions().stream()
                .map(version ->
                        DynamicContainer.dynamicContainer(
                                "MQTT " + version,
                                scenarios(version).map(s -> begin(version, s)).toList()));
    }

    private Stream<Scenario> scenarios(ProtocolVersion version) {
        List<Scenario> ofVersion = version.isV5() ? V5Scenarios.all() : List.of();
        return Stream.concat(CommonScenarios.all().stream(), ofVersion.stream())
                .filter(scenario -> library.features().containsAll(scenario.needs()));
    }

    /** Begins to play a scenario; the test waits for the end of it. */
    private DynamicTest begin(ProtocolVersion version, Scenario scenario) {
        Future<?> played =
                players.submit(() -> {
                    try (var stage = new Stage(broker, library, version)) {
                        scenario.play().on(stage);
                    }
                    return null;
                });
        return DynamicTest.dynamicTest(
                scenario.name(),
                () -> {
                    try {
                        played.get();
                    } catch (ExecutionException e) {
                        throw new AssertionError(
                                "MQTT " + version + ", " + scenario.name() + ": " + e.getMessage(),
                                e.getCause());
                    }
                });
    }
}

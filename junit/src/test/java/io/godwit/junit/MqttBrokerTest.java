package io.godwit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.godwit.broker.simulation.Packets;
import io.godwit.codec.ConnAck;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Where the annotation stands, and what follows from it: classes of tests that JUnit runs for this
 * one.
 */
@SuppressWarnings("NullAway.Init") // the extension sets the fields
class MqttBrokerTest {

    private static TestExecutionSummary run(Class<?> tests, Map<String, String> configuration) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(tests))
                                .configurationParameters(configuration)
                                .build(),
                        listener);
        return listener.getSummary();
    }

    private static void succeeds(Class<?> tests, int count) {
        TestExecutionSummary summary = run(tests, Map.of());
        summary.getFailures()
                .forEach(failure -> {
                    throw new AssertionError(
                            failure.getTestIdentifier().getDisplayName(), failure.getException());
                });
        assertThat(summary.getTestsSucceededCount()).isEqualTo(count);
    }

    private static String failure(Class<?> tests) {
        List<TestExecutionSummary.Failure> failures = run(tests, Map.of()).getFailures();
        assertThat(failures).hasSize(1);
        StringBuilder text = new StringBuilder();
        for (Throwable it = failures.getFirst().getException(); it != null; it = it.getCause()) {
            text.append(it.getMessage()).append('\n');
        }
        return text.toString();
    }

    // --- how long a broker lives ----------------------------------------------------------------

    private static final List<Integer> PORTS = new CopyOnWriteArrayList<>();

    private static Set<Integer> portsOf(Class<?> tests, int count) {
        PORTS.clear();
        succeeds(tests, count);
        assertThat(PORTS).hasSize(count);
        return Set.copyOf(PORTS);
    }

    @MqttBroker
    static class OnTheClass {

        @RepeatedTest(3)
        void one(TestBroker broker) {
            assertThat(broker.messages("#")).isEmpty(); // each test sees its own
            broker.publish("a", "1");
            assertThat(broker.messages("#")).hasSize(1);
            PORTS.add(broker.port());
        }

        @Nested
        class Inside {

            @Test
            void another(TestBroker broker) {
                PORTS.add(broker.port());
            }
        }
    }

    @Test
    void onAClassItIsThatOfAllTests() {
        assertThat(portsOf(OnTheClass.class, 4)).hasSize(1);
    }

    static class OnAStaticField {

        @MqttBroker static TestBroker broker;

        @BeforeAll
        static void before() {
            broker.publish("before", "1");
        }

        @RepeatedTest(3)
        void one() {
            assertThat(broker.messages("#")).isEmpty();
            broker.publish("a", "1");
            assertThat(broker.messages("#")).hasSize(1);
            PORTS.add(broker.port());
        }
    }

    @Test
    void onAStaticFieldItIsThatOfAllTests() {
        assertThat(portsOf(OnAStaticField.class, 3)).hasSize(1);
    }

    static class OnAField {

        @MqttBroker TestBroker broker;

        @BeforeEach
        void before(TestBroker same) {
            assertThat(same).isSameAs(broker);
            broker.publish("before", "1");
        }

        @RepeatedTest(3)
        void one(TestBroker same) {
            assertThat(same).isSameAs(broker);
            PORTS.add(broker.port());
        }
    }

    @Test
    void onAFieldItIsThatOfTheInstance() {
        assertThat(portsOf(OnAField.class, 3)).hasSize(3);
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class OnAFieldOfTheOnlyInstance {

        @MqttBroker TestBroker broker;

        @RepeatedTest(3)
        void one() {
            assertThat(broker.messages("#")).isEmpty();
            broker.publish("a", "1");
            PORTS.add(broker.port());
        }
    }

    @Test
    void onAFieldOfTheOnlyInstanceItIsThatOfAllTests() {
        assertThat(portsOf(OnAFieldOfTheOnlyInstance.class, 3)).hasSize(1);
    }

    static class InTheConstructor {

        private final TestBroker broker;

        InTheConstructor(@MqttBroker TestBroker broker) {
            this.broker = broker;
        }

        @RepeatedTest(2)
        void one() {
            PORTS.add(broker.port());
        }
    }

    @Test
    void inAConstructorItIsThatOfTheInstance() {
        assertThat(portsOf(InTheConstructor.class, 2)).hasSize(2);
    }

    static class OnParameters {

        @BeforeEach
        void before(TestBroker broker) {
            broker.publish("before", "1");
        }

        @RepeatedTest(2)
        void one(@MqttBroker TestBroker broker) {
            assertThat(broker.messages("before")).hasSize(1); // the same as in the method before
            PORTS.add(broker.port());
        }

        @Test
        @MqttBroker(store = MqttBroker.Store.DURABLE)
        void onTheMethod(TestBroker broker) {
            broker.restart();
            PORTS.add(broker.port());
        }
    }

    @Test
    void onAMethodOrItsParameterItIsThatOfTheTest() {
        assertThat(portsOf(OnParameters.class, 3)).hasSize(3);
    }

    @MqttBroker
    static class Several {

        @MqttBroker(name = "cloud")
        static TestBroker cloud;

        @Test
        void one(
                TestBroker own,
                @MqttBroker TestBroker same,
                @MqttBroker(name = "cloud") TestBroker ofTheCloud,
                @MqttBroker(name = "edge") TestBroker edge) {
            assertThat(same).isSameAs(own);
            assertThat(ofTheCloud.port()).isEqualTo(cloud.port());
            assertThat(Set.of(own.port(), cloud.port(), edge.port())).hasSize(3);
        }
    }

    @Test
    void severalHaveNames() {
        succeeds(Several.class, 1);
    }

    // --- all at once ----------------------------------------------------------------------------

    static class AtOnce {

        private static final int TESTS = 6;
        private static final CyclicBarrier ALL = new CyclicBarrier(TESTS);
        private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

        @RepeatedTest(TESTS)
        void one(@MqttBroker TestBroker broker) throws Exception {
            String mine = String.valueOf(broker.port());
            ALL.await(30, TimeUnit.SECONDS); // all brokers run by now
            try (RawClient client = RawClient.connect(broker, "sensor")) {
                client.send(Packets.publish("a", mine, 1, 1));
                assertThat(broker.awaitMessage("a").text()).isEqualTo(mine);
                ALL.await(30, TimeUnit.SECONDS);
                assertThat(broker.messages("#")).hasSize(1);
                assertThat(broker.clients()).containsExactly("sensor");
            }
            SEEN.add(mine);
        }
    }

    @Test
    void testsWithBrokersOfTheirOwnRunAtOnce() {
        AtOnce.SEEN.clear();
        TestExecutionSummary summary =
                run(
                        AtOnce.class,
                        Map.of(
                                "junit.jupiter.execution.parallel.enabled", "true",
                                "junit.jupiter.execution.parallel.mode.default", "concurrent",
                                "junit.jupiter.execution.parallel.config.strategy", "fixed",
                                "junit.jupiter.execution.parallel.config.fixed.parallelism", "16"));

        assertThat(summary.getFailures()).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(AtOnce.TESTS);
        assertThat(AtOnce.SEEN).hasSize(AtOnce.TESTS);
    }

    // --- its configuration ----------------------------------------------------------------------

    @Test
    @MqttBroker(
            config =
                    """
                    limits { connections = 1 }
                    authentication { anonymous = true }
                    listeners { test { type = websocket, bind = "127.0.0.1", port = 0 } }
                    """)
    void itsConfigurationCounts(TestBroker broker) throws Exception {
        assertThat(broker.listeners()).containsOnlyKeys("test");
        try (RawClient first = RawClient.connect(broker, "first");
                RawClient second = RawClient.open(broker)) {
            second.send(RawClient.connect("second").build());
            assertThat(second.receive())
                    .isInstanceOfSatisfying(
                            ConnAck.class,
                            refused ->
                                    assertThat(refused.reasonCode())
                                            .isEqualTo(ReasonCode.QUOTA_EXCEEDED));
            assertThat(first).isNotNull();
        }
    }

    static class Misspelt {

        @Test
        void one(@MqttBroker(config = "\nlimits { conections = 1 }") TestBroker broker) {
            assertThat(broker).isNull();
        }
    }

    @Test
    void aMistakeInTheConfigurationIsToldWithItsLine() {
        assertThat(failure(Misspelt.class))
                .contains("config of @MqttBroker:2")
                .contains("limits.conections");
    }

    // --- what can't be --------------------------------------------------------------------------

    static class NoBroker {

        @Test
        @ExtendWith(MqttBrokerExtension.class)
        void one(TestBroker broker) {
            assertThat(broker).isNull();
        }
    }

    @Test
    void withoutTheAnnotationThereIsNone() {
        assertThat(failure(NoBroker.class)).contains("no broker was started: put @MqttBroker on");
    }

    @MqttBroker
    static class TwoThings {

        @Test
        void one(@MqttBroker(store = MqttBroker.Store.DURABLE) TestBroker broker) {
            assertThat(broker).isNull();
        }
    }

    @Test
    void aNameStandsForOneBroker() {
        assertThat(failure(TwoThings.class))
                .contains("two @MqttBroker say different things about the broker without a name");
    }

    static class Unclear {

        @Test
        void one(
                @MqttBroker(name = "a") TestBroker a,
                @MqttBroker(name = "b") TestBroker b,
                TestBroker which) {
            assertThat(which).isNull();
        }
    }

    @Test
    void whichOfSeveralIsMeantMustBeSaid() {
        assertThat(failure(Unclear.class))
                .contains("which broker is meant? There are [\"a\", \"b\"]");
    }

    static class NoSuchType {

        @Test
        void one(@MqttBroker String broker) {
            assertThat(broker).isNull();
        }
    }

    @Test
    void onlyBrokersAndClientsAreGiven() {
        assertThat(failure(NoSuchType.class))
                .contains(
                        "a TestBroker, an MqttClient or a BlockingClient, and no java.lang.String");
    }

    static class Impatient {

        @Test
        void one(@MqttBroker(patience = 0) TestBroker broker) {
            assertThat(broker).isNull();
        }
    }

    @Test
    void patienceIsASecondAtLeast() {
        assertThat(failure(Impatient.class)).contains("patience is 1 second or more");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(
                        () -> new BrokerSettings("", MqttBroker.Store.MEMORY, "", Duration.ZERO));
    }
}

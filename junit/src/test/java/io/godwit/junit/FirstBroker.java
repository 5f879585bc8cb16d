package io.godwit.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * What bench/first-broker runs: a class of tests for which JUnit starts the first broker of this
 * Java machine, and others after it. Prints how many milliseconds each took.
 */
public final class FirstBroker {

    private static final int BROKERS = 8;

    private FirstBroker() {}

    /** Runs it, and exits with 0 if all brokers started. */
    public static void main(String[] arguments) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        for (int i = 0; i < BROKERS; i++) {
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectClass(Tests.class))
                                    .build(),
                            listener);
            if (listener.getSummary().getTestsSucceededCount() != 1) {
                listener.getSummary()
                        .getFailures()
                        .forEach(it -> System.err.println(it.getException()));
                System.exit(1);
            }
        }
        System.exit(0);
    }

    @ExtendWith(Clock.class)
    @MqttBroker
    static final class Tests {

        @BeforeAll
        static void begin(TestBroker broker) {
            long nanos = System.nanoTime() - Clock.before;
            System.out.println(TimeUnit.NANOSECONDS.toMillis(nanos));
        }

        @Test
        void hasABroker(TestBroker broker) {
            broker.client("c").close();
        }
    }

    /** Reads the clock before the broker's own extension is called. */
    static final class Clock implements BeforeAllCallback {

        private static long before;

        @Override
        public void beforeAll(ExtensionContext context) {
            before = System.nanoTime();
        }
    }
}

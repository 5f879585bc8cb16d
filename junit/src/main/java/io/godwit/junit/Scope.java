package io.godwit.junit;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The brokers that were started for a class or a test, and the views of them and of those around.
 * JUnit closes it when the class or test has ended. Safe from any thread.
 */
final class Scope implements AutoCloseable {

    private final @Nullable Scope around;
    private final SequencedMap<String, RunningBroker> brokers = new LinkedHashMap<>();
    private final Map<RunningBroker, TestBroker> views = new IdentityHashMap<>();

    /** A scope inside another one, or inside none. */
    Scope(@Nullable Scope around) {
        this.around = around;
    }

    /**
     * The view of the broker with this name, which is started if there is none here or around.
     *
     * @throws IllegalStateException if there is one that is to be otherwise
     */
    synchronized TestBroker declare(BrokerSettings settings) {
        RunningBroker known = find(settings.name());
        if (known == null) {
            known = new RunningBroker(settings);
            brokers.put(settings.name(), known);
        } else if (!known.settings().equals(settings)) {
            throw new IllegalStateException(
                    "two @MqttBroker say different things about the broker %s: give one of them another name, or leave the inner one away"
                            .formatted(quoted(settings.name())));
        }
        return view(known);
    }

    /**
     * The view of the broker that a test means without saying which: the one without a name, or the
     * only one.
     *
     * @throws IllegalStateException if there is none, or several
     */
    synchronized TestBroker only() {
        RunningBroker unnamed = find("");
        if (unnamed != null) {
            return view(unnamed);
        }
        List<RunningBroker> all = all();
        if (all.isEmpty()) {
            throw new IllegalStateException(
                    "no broker was started: put @MqttBroker on the class, the method or the parameter");
        }
        if (all.size() > 1) {
            throw new IllegalStateException(
                    "which broker is meant? There are %s; say @MqttBroker(name = ...)"
                            .formatted(
                                    all.stream().map(it -> quoted(it.settings().name())).toList()));
        }
        return view(all.getFirst());
    }

    /** A test of this scope begins: it sees what comes from now on. */
    synchronized void testBegins() {
        all().forEach(this::view);
        for (Scope outer = around; outer != null; outer = outer.around) {
            outer.viewsNow().forEach(TestBroker::testBegins);
        }
    }

    /** It has ended. */
    void testEnds() {
        for (Scope outer = around; outer != null; outer = outer.around) {
            outer.viewsNow().forEach(TestBroker::testEnds);
        }
    }

    private synchronized List<TestBroker> viewsNow() {
        return List.copyOf(views.values());
    }

    private TestBroker view(RunningBroker broker) {
        return views.computeIfAbsent(broker, it -> new TestBroker(it, false));
    }

    private synchronized @Nullable RunningBroker find(String name) {
        RunningBroker own = brokers.get(name);
        return own != null || around == null ? own : around.find(name);
    }

    private synchronized List<RunningBroker> all() {
        List<RunningBroker> all = new ArrayList<>(brokers.values());
        if (around != null) {
            all.addAll(around.all());
        }
        return all;
    }

    private static String quoted(String name) {
        return name.isEmpty() ? "without a name" : '"' + name + '"';
    }

    @Override
    public synchronized void close() {
        try {
            views.values().forEach(TestBroker::close);
        } finally {
            while (!brokers.isEmpty()) {
                brokers.pollLastEntry().getValue().close();
            }
        }
    }
}

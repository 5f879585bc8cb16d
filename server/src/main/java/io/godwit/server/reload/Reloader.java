package io.godwit.server.reload;

import io.godwit.broker.control.InvalidConfiguration;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.control.ReloadPlan;
import io.godwit.broker.control.ReloadPlan.Change;
import io.godwit.server.configuration.Configuration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Applies another configuration to a running broker, or says what that would change. All or
 * nothing: everything is built first, and only then put in force. What no part takes needs a
 * restart, and stays as it was. Safe for every thread but an event loop's; calls take turns.
 */
public final class Reloader implements AutoCloseable {

    private final ReentrantLock turn = new ReentrantLock(true);
    private final List<Part> parts;
    private Configuration inForce;
    private Snapshot values;
    private boolean closed;

    /**
     * For a broker that has been started.
     *
     * @param started what it was started with
     * @param values of that, as they were before anything else has read its files
     * @param parts in the order in which they are applied
     */
    public Reloader(Configuration started, Snapshot values, List<Part> parts) {
        this.parts = List.copyOf(parts);
        this.inForce = started;
        this.values = values;
    }

    /** A configuration that is read when its turn has come. */
    @FunctionalInterface
    public interface Source {
        /** Reads it; says what is wrong with it if it can't be used. */
        Configuration read() throws IOException;
    }

    /**
     * Applies what differs.
     *
     * @throws InvalidConfiguration if it can't be used; nothing was changed
     * @throws IOException if it could not be applied; nothing was changed
     */
    public ReloadPlan reload(Source source) throws IOException {
        return inTurn(source, true);
    }

    /**
     * What {@link #reload} would change, and do to the clients that there are now.
     *
     * @throws InvalidConfiguration if it can't be used
     */
    public ReloadPlan plan(Source source) throws IOException {
        return inTurn(source, false);
    }

    /** The files that what is in force names. */
    public Collection<Path> files() {
        turn.lock();
        try {
            return values.files();
        } finally {
            turn.unlock();
        }
    }

    /** Waits for the one that is under way, and allows no other. */
    @Override
    public void close() {
        turn.lock();
        closed = true;
        turn.unlock();
    }

    private ReloadPlan inTurn(Source source, boolean isApplied) throws IOException {
        turn.lock();
        try {
            if (closed) {
                throw new Refusal("the broker is stopping");
            }
            Configuration next = source.read();
            Snapshot nextValues = Snapshot.of(next);
            List<Change> changes = new ArrayList<>();
            Map<Part, Set<String>> changed = new HashMap<>();
            for (String key : values.differences(nextValues)) {
                List<Part> takers = parts.stream().filter(part -> part.takes(key)).toList();
                changes.add(change(key, nextValues, !takers.isEmpty()));
                takers.forEach(it -> changed.computeIfAbsent(it, _ -> new TreeSet<>()).add(key));
            }
            Effect effect = through(changed, next, isApplied);
            if (isApplied) {
                inForce = next;
                values = merged(nextValues);
            }
            return new ReloadPlan(changes, effect.disconnects(), effect.revokes());
        } finally {
            turn.unlock();
        }
    }

    private Change change(String key, Snapshot next, boolean isLive) {
        Snapshot.Value before = values.value(key);
        Snapshot.Value after = next.value(key);
        boolean isSame = before.text().equals(after.text());
        return new Change(
                key, before.text(), isSame ? after.text() + " (changed)" : after.text(), isLive);
    }

    private Effect through(Map<Part, Set<String>> changed, Configuration next, boolean isApplied)
            throws IOException {
        List<Prepared> prepared = new ArrayList<>();
        try {
            List<String> problems = new ArrayList<>();
            for (Part part : parts) {
                @Nullable Set<String> keys = changed.get(part);
                try {
                    if (keys != null) {
                        prepared.add(part.prepare(inForce, next, keys));
                    }
                } catch (IOException wrong) {
                    problems.addAll(String.valueOf(wrong.getMessage()).lines().toList());
                }
            }
            if (!problems.isEmpty()) {
                throw new InvalidConfiguration(problems);
            }
            if (isApplied) {
                for (Prepared step : prepared) {
                    step.begin();
                }
            }
            Effect effect = Effect.NONE;
            for (Prepared step : prepared) {
                effect = effect.plus(isApplied ? step.apply() : step.effect());
            }
            return effect;
        } finally {
            prepared.reversed().forEach(Prepared::close);
        }
    }

    /** What needs a restart stays as it was, so that every later plan says so again. */
    private Snapshot merged(Snapshot next) {
        var merged = new TreeMap<>(next.values());
        for (String key : values.differences(next)) {
            if (parts.stream().noneMatch(part -> part.takes(key))) {
                merged.put(key, values.value(key));
            }
        }
        return new Snapshot(merged);
    }
}

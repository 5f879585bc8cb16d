package io.godwit.server.mosquitto;

import io.godwit.server.configuration.NearestKey;
import io.godwit.server.configuration.Problem;
import io.godwit.server.mosquitto.MosquittoKey.Fate;
import io.godwit.server.mosquitto.MosquittoKey.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a mosquitto.conf, sorted by what they belong to. Names what is unknown, refused or
 * without effect. For one thread.
 */
final class MosquittoLines {

    /** Which of two is meant nobody can know, and it matters who gets in; Mosquitto asks too. */
    private static final Set<String> ONCE =
            Set.of(
                    "acl_file",
                    "cafile",
                    "certfile",
                    "crlfile",
                    "keyfile",
                    "password_file",
                    "persistence_location");

    private final List<Problem> problems;
    private final List<Problem> notices = new ArrayList<>();
    private final Map<String, Directive> broker = new HashMap<>();
    private final Map<String, Directive> security = new HashMap<>();
    private final List<ListenerLines> listeners = new ArrayList<>();
    private @Nullable ListenerLines current;
    private boolean inBridge;

    MosquittoLines(List<Problem> problems) {
        this.problems = problems;
    }

    void add(Directive directive) {
        var known = MosquittoKeys.find(directive.key());
        if (known.isEmpty()) {
            unknown(directive);
            return;
        }
        MosquittoKey key = known.get();
        boolean isHarmless = !key.harmless().isEmpty() && key.harmless().equals(directive.value());
        if (key.scope() == Scope.BRIDGE) {
            bridge(directive, key);
            return;
        }
        if (key.fate() == Fate.REFUSED && !isHarmless) {
            problems.add(directive.problem("refused: " + key.text()));
        } else if (key.fate() == Fate.IGNORED && !isHarmless) {
            notices.add(directive.problem("has no effect here: " + key.text()));
        }
        if (!isHarmless) {
            sort(directive, key);
        }
    }

    private void unknown(Directive directive) {
        List<String> names =
                MosquittoKeys.ALL.stream().map(key -> key.name().replace("*", "")).toList();
        problems.add(
                directive.problem(
                        "Mosquitto has no such key; the nearest is "
                                + NearestKey.of(directive.key(), names)));
    }

    private void bridge(Directive directive, MosquittoKey key) {
        if (directive.key().equals("connection")) {
            inBridge = true;
            problems.add(directive.problem("refused: " + key.text()));
        } else if (!inBridge) {
            problems.add(directive.problem("belongs to a bridge, and there is no connection line"));
        }
    }

    private void sort(Directive directive, MosquittoKey key) {
        if (directive.key().equals("listener")) {
            current = new ListenerLines(nameOf(directive), directive);
            listeners.add(current);
        } else if (key.scope() == Scope.LISTENER) {
            put(listenerOfThisLine().keys(), directive);
        } else if (key.scope() == Scope.SECURITY) {
            if (isPerListener() && current != null) {
                put(current.keys(), directive);
            } else {
                put(security, directive);
            }
        } else if (key.scope() == Scope.BROKER) {
            if (directive.key().equals("per_listener_settings")) {
                perListener(directive);
            }
            put(broker, directive);
        }
    }

    /** Lines before it went where they may not belong. */
    private void perListener(Directive directive) {
        boolean isOn = Translation.truth(Optional.of(directive), problems).orElse(false);
        if (!security.isEmpty() && isOn) {
            problems.add(
                    directive.problem(
                            "must stand before all keys that it changes, such as"
                                    + " allow_anonymous"));
        }
    }

    private void put(Map<String, Directive> to, Directive directive) {
        Directive before = to.put(directive.key(), directive);
        if (before != null && ONCE.contains(directive.key())) {
            problems.add(
                    directive.problem(
                            "is given before, in %s:%d; take one of them out"
                                    .formatted(before.file(), before.line())));
        }
    }

    /** The default listener comes to be by a line of a listener before any listener line. */
    private ListenerLines listenerOfThisLine() {
        if (current != null) {
            return current;
        }
        ListenerLines standard =
                listeners.isEmpty() ? new ListenerLines("default", null) : listeners.getFirst();
        if (listeners.isEmpty()) {
            listeners.add(standard);
        }
        return standard;
    }

    private String nameOf(Directive directive) {
        String first = directive.value().split(" ", 2)[0];
        String name = "listener-" + (first.equals("0") ? "unix" : first.replaceAll("[^0-9]", ""));
        String free = name.endsWith("-") ? name + "x" : name;
        String base = free;
        for (int i = 2; has(free); i++) {
            free = base + "-" + i;
        }
        return free;
    }

    private boolean has(String name) {
        return listeners.stream().anyMatch(listener -> listener.name().equals(name));
    }

    /** Adds what somebody who starts the broker has to know. */
    void notice(Problem notice) {
        notices.add(notice);
    }

    /** What has no effect, each as its line. */
    List<Problem> notices() {
        return notices;
    }

    /** The line with this key that holds for the broker. */
    Optional<Directive> find(String key) {
        return Optional.ofNullable(broker.get(key));
    }

    /** The line about access with this key that holds for all listeners. */
    Optional<Directive> findSecurity(String key) {
        return Optional.ofNullable(security.get(key));
    }

    /** The listeners, in order. */
    List<ListenerLines> listeners() {
        return listeners;
    }

    /** Whether each listener has its own keys about access. */
    boolean isPerListener() {
        return Translation.truth(find("per_listener_settings"), new ArrayList<>()).orElse(false);
    }

    /** Whether Mosquitto would serve this machine only: no line says where to listen. */
    boolean isLocal() {
        return listeners.stream()
                .allMatch(it ->
                        it.start() == null
                                && it.find("port").isEmpty()
                                && it.find("bind_address").isEmpty());
    }
}

package io.godwit.server.mosquitto;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one listener. For one thread.
 *
 * @param name what our configuration calls it
 * @param start its listener line; null for the default listener
 * @param keys its lines by their keys, of several the last
 */
record ListenerLines(String name, @Nullable Directive start, Map<String, Directive> keys) {

    ListenerLines(String name, @Nullable Directive start) {
        this(name, start, new HashMap<>());
    }

    Optional<Directive> find(String key) {
        return Optional.ofNullable(keys.get(key));
    }

    /** Our path of one of its keys. */
    String path(String key) {
        return "listeners." + name + "." + key;
    }

    /** A line that stands for it in a message. */
    Directive line() {
        return start != null ? start : keys.values().iterator().next();
    }
}

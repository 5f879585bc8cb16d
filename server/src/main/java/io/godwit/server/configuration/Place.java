package io.godwit.server.configuration;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where in the configuration something stands. */
record Place(String file, int line) {

    /** How an origin calls an environment variable, which has no lines. */
    static final String ENVIRONMENT_VARIABLE = "environment variable ";

    Problem problem(String text) {
        return new Problem(file, line, text);
    }

    static Place of(ConfigOrigin origin) {
        @Nullable String file = origin.filename();
        return file == null
                ? new Place(described(origin), Math.max(0, origin.lineNumber()))
                : new Place(file, Math.max(0, origin.lineNumber()));
    }

    /** Without the line, which the library puts behind it. */
    private static String described(ConfigOrigin origin) {
        String line = ": " + origin.lineNumber();
        String description = origin.description();
        return description.endsWith(line)
                ? description.substring(0, description.length() - line.length())
                : description;
    }

    /** A block that is written in several places has no line of its own: its first key's counts. */
    static Place of(ConfigValue value) {
        if (value.origin().filename() == null && value instanceof ConfigObject block) {
            return firstOf(block).orElseGet(() -> of(value.origin()));
        }
        return of(value.origin());
    }

    private static Optional<Place> firstOf(ConfigObject block) {
        try {
            return block.values().stream()
                    .map(Place::of)
                    .min(Comparator.comparing(Place::file).thenComparingInt(Place::line));
        } catch (ConfigException.NotResolved e) { // what it holds is not known
            return Optional.empty();
        }
    }
}

package io.godwit.app.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is measured. */
public enum Kind {
    CONN("Opens connections and keeps them"),
    PUB("Publishes messages"),
    SUB("Subscribes and counts what comes"),
    PAIR("Publishes messages and takes them, and checks that all come, once and in order");

    private final String purpose;

    Kind(String purpose) {
        this.purpose = purpose;
    }

    /** The word for it on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it is for, in a line. */
    public String purpose() {
        return purpose;
    }

    /** Whether it publishes. */
    public boolean publishes() {
        return this == PUB || this == PAIR;
    }

    /** Whether it subscribes. */
    public boolean subscribes() {
        return this == SUB || this == PAIR;
    }

    /** The kind of this word, or null. */
    public static @Nullable Kind of(String word) {
        for (Kind kind : values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        return null;
    }
}

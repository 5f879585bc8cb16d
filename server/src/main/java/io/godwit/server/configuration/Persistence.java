package io.godwit.server.configuration;

/**
 * Where sessions, queues and retained messages are kept; configured under {@code persistence}.
 *
 * @param mode the kind of store
 */
public record Persistence(Mode mode) {

    /** The kinds of store that this version has. */
    public enum Mode {
        /** The heap: what it holds is lost when the broker stops. */
        MEMORY
    }
}

package io.godwit.app.doctor;

import org.jspecify.annotations.Nullable;

/**
 * What was found.
 *
 * @param name what was looked at
 * @param says how it is
 * @param advice what to do about it; null where there is nothing to be done
 */
public record Finding(Status status, String name, String says, @Nullable String advice) {

    /** How bad it is. */
    public enum Status {
        /** As it should be, or just so. */
        OK,
        /** Something that a server may do, and that somebody should know. */
        WARN,
        /** Something that does not work as MQTT says. */
        FAIL
    }
}

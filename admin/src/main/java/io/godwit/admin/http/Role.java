package io.godwit.admin.http;

import java.util.Locale;

/** What somebody may ask for; each may all that those before it may. */
public enum Role {
    /** What needs no login, such as health. */
    NONE,
    /** Whoever comes to a port that only this machine reaches; elsewhere a viewer. */
    LOCAL,
    /** Looks at everything but the configuration and the log, and changes nothing. */
    VIEWER,
    /** Also disconnects, publishes, deletes, bans, and reads the log. */
    OPERATOR,
    /** Everything. */
    ADMIN;

    /** The word for it in configurations and answers. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it may do what needs another. */
    public boolean may(Role needed) {
        return compareTo(needed) >= 0;
    }
}

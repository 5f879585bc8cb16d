package io.godwit.access.rules;

import java.util.Locale;
import java.util.Set;

/** What a rule is about. */
public enum Action {
    /** PUBLISH; and a Will Message, unless a rule about {@link #WILL} says no. */
    PUBLISH,
    /** SUBSCRIBE; and what is delivered, unless a rule about {@link #RECEIVE} says no. */
    SUBSCRIBE,
    /** The delivery of a message, whichever subscription leads to it. */
    RECEIVE,
    /** A PUBLISH or will with the RETAIN flag, which is allowed without it. */
    RETAIN,
    /** A Will Message, at CONNECT and when it is published. */
    WILL;

    /** All of them. */
    public static final Set<Action> ALL = Set.of(values());

    /** Its bit in a set of actions. */
    int bit() {
        return 1 << ordinal();
    }

    static int bits(Set<Action> actions) {
        int bits = 0;
        for (Action action : actions) {
            bits |= action.bit();
        }
        return bits;
    }

    /** As the configuration writes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

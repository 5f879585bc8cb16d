package io.godwit.broker.auth;

/**
 * What the rules say about one thing that a client asks for. Rules have theirs made beforehand, so
 * that asking makes no garbage.
 *
 * @param isAllowed whether it may
 * @param maximumQos 0 to 2: the highest QoS, where it may
 * @param rule which rule said so, as {@code file:line}, or in words where none did
 */
public record Verdict(boolean isAllowed, int maximumQos, String rule) {

    /** Allowed by nothing in particular. */
    public static final Verdict ALLOWED = new Verdict(true, 2, "nothing forbids it");

    /** Whether it is allowed at this QoS. */
    public boolean allows(int qos) {
        return isAllowed && qos <= maximumQos;
    }
}

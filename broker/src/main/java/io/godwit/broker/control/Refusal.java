package io.godwit.broker.control;

import java.io.IOException;

/** What was asked for can't be done as things are; the message says why and what to do. */
public final class Refusal extends IOException {

    private static final long serialVersionUID = 1;

    private final boolean isInvalid;

    /** With the reason in words. */
    public Refusal(String message) {
        this(message, false);
    }

    private Refusal(String message, boolean isInvalid) {
        super(message);
        this.isInvalid = isInvalid;
    }

    /** Of what could never be done, such as with a filter that is not valid. */
    public static Refusal invalid(String message) {
        return new Refusal(message, true);
    }

    /** Whether it could never be done. */
    public boolean isInvalid() {
        return isInvalid;
    }
}

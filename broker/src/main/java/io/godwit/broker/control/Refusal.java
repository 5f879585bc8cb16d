package io.godwit.broker.control;

import java.io.IOException;

/** What was asked for can't be done as things are; the message says why and what to do. */
public final class Refusal extends IOException {

    private static final long serialVersionUID = 1;

    /** With the reason in words. */
    public Refusal(String message) {
        super(message);
    }
}

package io.godwit.broker.trace;

/** Which way a packet went, as the broker sees it. */
public enum Direction {
    RECEIVED,
    SENT
}

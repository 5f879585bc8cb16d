package io.godwit.junit;

/** Which way a packet goes. */
public enum Direction {
    /** From a client to the broker. */
    FROM_CLIENT,
    /** From the broker to a client. */
    TO_CLIENT
}

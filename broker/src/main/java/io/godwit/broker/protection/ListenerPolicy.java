package io.godwit.broker.protection;

/**
 * The limits of one listener, beside those of the whole broker.
 *
 * @param connections Network Connections that it has at a time, 0 (no limit of its own) to
 *     10,000,000. One more: CONNECT is answered 0x97 (quota exceeded), 0x03 in version 3
 * @param connectRate CONNECT packets that it accepts per second, 0 (no limit of its own) to
 *     1,000,000. Beyond it: 0x9F (connection rate exceeded), 0x03 in version 3
 */
public record ListenerPolicy(int connections, int connectRate) {

    /** No limits of its own. */
    public static final ListenerPolicy OPEN = new ListenerPolicy(0, 0);
}

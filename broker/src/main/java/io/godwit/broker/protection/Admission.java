package io.godwit.broker.protection;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.spi.Receiver;

/** What becomes of a socket, before anything of it is read. */
public sealed interface Admission {

    /** It may send CONNECT, and has taken a place among those that have not. */
    @FunctionalInterface
    non-sealed interface Admitted extends Admission, Receiver.Place {}

    /**
     * It is closed.
     *
     * @param counter counts it
     * @param why in words
     */
    record TurnedAway(Counter counter, String why) implements Admission {}
}

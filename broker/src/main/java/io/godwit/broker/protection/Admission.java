package io.godwit.broker.protection;

import io.godwit.broker.shard.Counter;
import org.jspecify.annotations.Nullable;

/** What becomes of a socket, before anything of it is read. */
public sealed interface Admission {

    /**
     * It may send CONNECT.
     *
     * @param place the one that it takes as a socket without CONNECT; null if these are not counted
     */
    record Admitted(@Nullable Place place) implements Admission {}

    /**
     * It is closed.
     *
     * @param counter counts it
     * @param why in words
     */
    record TurnedAway(Counter counter, String why) implements Admission {}
}

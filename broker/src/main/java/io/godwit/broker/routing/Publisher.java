package io.godwit.broker.routing;

/**
 * A connection that publishes, as the routing sees it: it can be paused while a mailbox is over its
 * mark. On its shard's loop only.
 */
public interface Publisher {

    /** Notes that it published in this turn; false if that was noted before. */
    boolean joinTurn();

    /** The turn in which it published has ended. */
    void leaveTurn();

    /** Stops reading from it; as many calls of {@link #resume} are needed to go on. */
    void pause();

    /** Takes one {@link #pause} back. */
    void resume();
}

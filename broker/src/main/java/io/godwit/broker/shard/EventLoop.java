package io.godwit.broker.shard;

import java.util.concurrent.Executor;

/**
 * The one thread of a shard, given by the transport or by a simulation. {@link #execute} may be
 * called from any thread, keeps the order of calls from one thread, and wakes the loop if it
 * sleeps. An action given by the loop itself runs at the end of the turn in which it was given.
 */
public interface EventLoop extends Executor {

    /** Whether the caller is this loop. */
    boolean inLoop();
}

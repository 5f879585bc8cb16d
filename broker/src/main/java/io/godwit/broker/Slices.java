package io.godwit.broker;

import io.godwit.broker.shard.Shard;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * Goes through things on a shard's loop, some of them each turn: however many there are, clients
 * get their turns in between.
 */
final class Slices<T> {

    /** What is done in one turn; a unit is some hundred nanoseconds. */
    private static final int A_TURN = 1_000;

    private final Shard shard;
    private final Supplier<? extends Iterator<T>> things;
    private final ToIntFunction<? super T> each;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private Slices(
            Shard shard, Supplier<? extends Iterator<T>> things, ToIntFunction<? super T> each) {
        this.shard = shard;
        this.things = things;
        this.each = each;
    }

    /**
     * Goes through them; from any thread.
     *
     * @param things asked once, on the loop
     * @param each is given each of them, on the loop, and says what that cost, 1 or more
     * @return done on the loop, behind the last one
     */
    static <T> CompletableFuture<Void> of(
            Shard shard, Supplier<? extends Iterator<T>> things, ToIntFunction<? super T> each) {
        Slices<T> slices = new Slices<>(shard, things, each);
        shard.control(() -> slices.guarded(() -> slices.go(slices.things.get())));
        return slices.done;
    }

    private void go(Iterator<T> rest) {
        for (int left = A_TURN; left > 0 && rest.hasNext(); ) {
            left -= each.applyAsInt(rest.next());
        }
        if (rest.hasNext()) {
            shard.loop().execute(() -> shard.control(() -> guarded(() -> go(rest))));
        } else {
            done.complete(null);
        }
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException fault) {
            done.completeExceptionally(fault);
            throw fault;
        }
    }
}

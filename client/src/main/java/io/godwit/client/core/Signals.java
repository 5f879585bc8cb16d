package io.godwit.client.core;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Gives a subscriber what it has requested, one signal after the other, on a virtual thread that
 * lives while there is something to give. Safe from any thread; it waits for nobody.
 *
 * @param <T> what is given
 */
abstract class Signals<T> implements Flow.Subscription {

    private final Flow.Subscriber<?> subscriber;
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private long requested;
    private boolean begun;
    private boolean running;
    private boolean over;
    private boolean ends;
    private @Nullable Throwable failure;

    Signals(Flow.Subscriber<?> subscriber) {
        this.subscriber = subscriber;
    }

    /** Gives one to the subscriber's {@code onNext}, and says so to whom it concerns. */
    abstract void give(T item);

    /** One that is not given any more. */
    abstract void discard(T item);

    /** The subscriber has cancelled, or broken the rules. */
    abstract void cancelled();

    /** Sends {@code onSubscribe}, before anything else. */
    final void begin() {
        try {
            subscriber.onSubscribe(this);
        } catch (RuntimeException e) {
            broke(e);
        }
        synchronized (this) {
            begun = true;
            wake();
        }
    }

    final void offer(T item) {
        boolean late;
        synchronized (this) {
            late = over || ends || failure != null;
            if (!late) {
                waiting.add(item);
                wake();
            }
        }
        if (late) {
            discard(item);
        }
    }

    /** Nothing comes any more: {@code onComplete} behind what waits. */
    final synchronized void complete() {
        ends = true;
        wake();
    }

    /** {@code onError} behind what was given; what waits is not given. */
    final synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        wake();
    }

    @Override
    public final void request(long n) {
        synchronized (this) {
            if (n > 0) {
                requested = requested + n < 0 ? Long.MAX_VALUE : requested + n;
                wake();
                return;
            }
        }
        fail(new IllegalArgumentException("request(" + n + "): more than 0 can be requested"));
    }

    @Override
    public final void cancel() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        cancelled();
        discardAll();
    }

    /** Whether it has ended, or was cancelled. */
    final synchronized boolean isOver() {
        return over;
    }

    private void discardAll() {
        for (T left = poll(); left != null; left = poll()) {
            discard(left);
        }
    }

    private synchronized @Nullable T poll() {
        return waiting.poll();
    }

    private void wake() {
        if (begun && !running && !over && (hasNext() || failure != null || isComplete())) {
            running = true;
            Thread.ofVirtual().name("godwit-client-stream").start(this::run);
        }
    }

    private boolean hasNext() {
        return requested > 0 && !waiting.isEmpty();
    }

    private boolean isComplete() {
        return ends && waiting.isEmpty();
    }

    private void run() {
        for (T item = next(); item != null; item = next()) {
            try {
                give(item);
            } catch (RuntimeException | Error e) {
                broke(e);
            }
        }
        finish();
    }

    private synchronized @Nullable T next() {
        if (over || failure != null || !hasNext()) {
            return null;
        }
        requested--;
        return waiting.poll();
    }

    /** No more for now, or for ever. */
    private void finish() {
        Throwable why;
        synchronized (this) {
            running = false;
            if (over) {
                return;
            }
            why = failure;
            if (why == null && !isComplete()) {
                wake();
                return;
            }
            over = true;
        }
        if (why != null) {
            cancelled();
            discardAll();
        }
        try {
            if (why != null) {
                subscriber.onError(why);
            } else {
                subscriber.onComplete();
            }
        } catch (RuntimeException e) {
            Log.CLIENT.log(Level.ERROR, "the subscriber of a stream has thrown an exception", e);
        }
    }

    /** A subscriber that throws has cancelled (rule 2.13). */
    private void broke(Throwable e) {
        Log.CLIENT.log(
                Level.ERROR, "the subscriber of a stream has thrown an exception; it ends", e);
        cancel();
    }
}

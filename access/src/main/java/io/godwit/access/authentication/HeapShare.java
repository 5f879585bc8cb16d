package io.godwit.access.authentication;

import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * The part of the heap that verifications may take together, whoever does them: while a password
 * file is replaced, two are in use. Who finds it taken waits; one that needs more than all of it is
 * done alone. Safe for every thread.
 */
final class HeapShare {

    /** That of this process: a quarter of the heap, and up to half of it for one alone. */
    static final HeapShare OF_THIS_PROCESS =
            new HeapShare(
                    Runtime.getRuntime().maxMemory() / 4, Runtime.getRuntime().maxMemory() / 2);

    private static final int UNIT = 1_024;

    private final long most;
    private final int all;
    private final Semaphore units;

    /**
     * A share of this size.
     *
     * @param bytes for all that are done at once
     * @param most bytes that one of them may take
     */
    HeapShare(long bytes, long most) {
        this.most = most;
        this.all = (int) Math.min(Integer.MAX_VALUE, bytes / UNIT);
        this.units = new Semaphore(all, true);
    }

    /** How much one may take, in bytes. */
    long most() {
        return most;
    }

    /**
     * Does work that takes so much, once so much is free. Blocks, and must not be called on an
     * event loop.
     *
     * @param needed bytes, up to {@link #most}
     */
    boolean with(long needed, BooleanSupplier work) {
        int taken = (int) Math.min(all, needed / UNIT);
        units.acquireUninterruptibly(taken);
        try {
            return work.getAsBoolean();
        } finally {
            units.release(taken);
        }
    }
}

package io.godwit.access.authentication;

import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * The part of the heap that verifications may take together, whoever does them: while a password
 * file is replaced, two are in use. Who finds it taken waits. Safe for every thread.
 */
final class HeapShare {

    /** That of this process: half of the heap. */
    static final HeapShare OF_THIS_PROCESS = new HeapShare(Runtime.getRuntime().maxMemory() / 2);

    private static final int UNIT = 1_024;

    private final long bytes;
    private final Semaphore units;

    HeapShare(long bytes) {
        this.bytes = bytes;
        this.units = new Semaphore((int) Math.min(Integer.MAX_VALUE, bytes / UNIT), true);
    }

    /** How much there is. */
    long bytes() {
        return bytes;
    }

    /**
     * Does work that takes so much, once so much is free. Blocks, and must not be called on an
     * event loop.
     *
     * @param needed bytes, no more than there are
     */
    boolean with(long needed, BooleanSupplier work) {
        int taken = (int) (needed / UNIT);
        units.acquireUninterruptibly(taken);
        try {
            return work.getAsBoolean();
        } finally {
            units.release(taken);
        }
    }
}

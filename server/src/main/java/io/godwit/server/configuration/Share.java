package io.godwit.server.configuration;

/** An amount of memory, in bytes or as a percentage of the heap. */
record Share(long amount, boolean isPercentage) {

    /** In bytes, where the heap has so many. */
    long of(long heap) {
        return isPercentage ? (long) (heap / 100.0 * amount) : amount;
    }
}

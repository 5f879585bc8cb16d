package io.godwit.client.core;

import io.godwit.client.Counts;

/** Counts. Under the lock. */
final class Tally {

    long published;
    long received;
    long unhandled;
    long dropped;
    long droppedIncoming;
    long reconnects;

    Counts counts(long waiting) {
        return new Counts(
                published, received, unhandled, dropped, droppedIncoming, waiting, reconnects);
    }
}

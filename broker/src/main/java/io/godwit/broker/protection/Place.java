package io.godwit.broker.protection;

/** A place that a Network Connection takes among a limited number. */
@FunctionalInterface
public interface Place {

    /** Gives it back; called once. */
    void leave();
}

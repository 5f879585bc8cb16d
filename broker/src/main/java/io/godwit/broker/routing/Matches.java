package io.godwit.broker.routing;

/** Takes what a match finds, one subscriber at a time. */
@FunctionalInterface
public interface Matches<T> {

    /** One subscriber of one matching Topic Filter. */
    void accept(T subscriber);
}

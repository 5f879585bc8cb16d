package io.godwit.broker.routing;

import org.jspecify.annotations.Nullable;

/**
 * One distinct Topic Filter and its subscribers: without a list as long as there is one. One writer
 * at a time, readers without a lock.
 */
@SuppressWarnings("ReferenceEquality") // subscribers are told apart by identity
final class FilterEntry<T> {

    /** The UTF-8 bytes, without a share prefix. */
    final byte[] filter;

    /** The upper half of the filter's hash. */
    final int hash;

    /** A subscriber, a {@link SubscriberList}, or null when the last one has gone. */
    private volatile @Nullable Object subscribers;

    FilterEntry(byte[] filter, int hash, T subscriber) {
        this.filter = filter;
        this.hash = hash;
        this.subscribers = subscriber;
    }

    void forEach(Matches<? super T> matches) {
        Object found = subscribers;
        if (found instanceof SubscriberList<?>) {
            list(found).forEach(matches);
        } else if (found != null) {
            matches.accept(one(found));
        }
    }

    /** Adds it unless it is there. */
    boolean add(T subscriber) {
        Object found = subscribers;
        if (found instanceof SubscriberList<?>) {
            return list(found).add(subscriber);
        }
        if (found == subscriber) {
            return false;
        }
        subscribers = found == null ? subscriber : new SubscriberList<>(one(found), subscriber);
        return true;
    }

    boolean remove(T subscriber) {
        Object found = subscribers;
        if (found instanceof SubscriberList<?>) {
            SubscriberList<T> list = list(found);
            if (!list.remove(subscriber)) {
                return false;
            }
            if (list.size() == 1) {
                subscribers = list.first();
            }
            return true;
        }
        if (found != subscriber) {
            return false;
        }
        subscribers = null;
        return true;
    }

    /** Puts a subscriber that is not there in the place of one that is. */
    boolean replace(T subscriber, T by) {
        Object found = subscribers;
        if (found instanceof SubscriberList<?>) {
            return list(found).replace(subscriber, by);
        }
        if (found != subscriber) {
            return false;
        }
        subscribers = by;
        return true;
    }

    boolean isEmpty() {
        return subscribers == null;
    }

    @SuppressWarnings("unchecked")
    private T one(Object found) {
        return (T) found;
    }

    @SuppressWarnings("unchecked")
    private SubscriberList<T> list(Object found) {
        return (SubscriberList<T>) found;
    }
}

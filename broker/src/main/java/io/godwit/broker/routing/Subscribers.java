package io.godwit.broker.routing;

import org.jspecify.annotations.Nullable;

/**
 * What is kept for a filter: null without subscribers, the subscriber itself if there is one, else
 * a {@link SubscriberList}. Most filters have one subscriber, and a list would cost more than the
 * filter. One writer at a time, which stores what these methods return; readers without a lock.
 */
@SuppressWarnings("ReferenceEquality") // subscribers are told apart by identity
final class Subscribers {

    private Subscribers() {}

    static <T> void forEach(@Nullable Object kept, Matches<? super T> matches) {
        if (kept instanceof SubscriberList<?>) {
            Subscribers.<T>list(kept).forEach(matches);
        } else if (kept != null) {
            matches.accept(Subscribers.<T>one(kept));
        }
    }

    static <T> boolean contains(@Nullable Object kept, T subscriber) {
        return kept instanceof SubscriberList<?>
                ? Subscribers.<T>list(kept).contains(subscriber)
                : kept == subscriber;
    }

    /** With one more, which is not there. */
    static <T> Object with(Object kept, T subscriber) {
        if (kept instanceof SubscriberList<?>) {
            Subscribers.<T>list(kept).add(subscriber);
            return kept;
        }
        return new SubscriberList<T>(one(kept), subscriber);
    }

    /** Without one that is there; null if it was the last. */
    static <T> @Nullable Object without(Object kept, T subscriber) {
        if (kept instanceof SubscriberList<?>) {
            SubscriberList<T> list = list(kept);
            list.remove(subscriber);
            return list.size() == 1 ? list.first() : list;
        }
        return null;
    }

    /** With one that is not there in the place of one that is. */
    static <T> Object replaced(Object kept, T subscriber, T by) {
        if (kept instanceof SubscriberList<?>) {
            Subscribers.<T>list(kept).replace(subscriber, by);
            return kept;
        }
        return by;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T> T one(Object kept) {
        return (T) kept;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T> SubscriberList<T> list(Object kept) {
        return (SubscriberList<T>) kept;
    }
}

package io.godwit.broker.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list that may be long.
 *
 * @param items in the order of the list
 * @param next what to ask for to get what follows; null if nothing does
 * @param total how many the whole list has at the moment
 */
public record Page<T>(List<T> items, @Nullable String next, long total) {

    /** Items that a page has at most. */
    public static final int MOST = 1_000;

    /** Copies the list. */
    public Page {
        items = List.copyOf(items);
    }
}

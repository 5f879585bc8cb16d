package io.godwit.broker.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one filter that has several. Appending and removing cost amortised constant
 * time: slots are written in order, hold {@link #GONE} after a removal, and when too many are gone,
 * or none is left to write, the rest moves to a new array.
 *
 * <p>One writer at a time (the caller holds a lock), any number of readers without one. A reader
 * walks the array that it found; a slot that is null was not yet written, nor any behind it. A
 * subscriber keeps its place in an array, so a reader can neither miss one that stays nor see it
 * twice.
 */
@SuppressWarnings("ReferenceEquality") // subscribers are told apart by identity
final class SubscriberList<T> {

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final Object GONE = new Object();
    private static final int LEAST_CAPACITY = 4;

    /** Longer arrays get an index from a subscriber to its slot. */
    private static final int INDEX_ABOVE = 32;

    private volatile @Nullable Object[] slots;

    /** Slots written. */
    private int used;

    /** Slots written and not removed. */
    private int live;

    /**
     * Open addressing by identity hash; a cell holds a slot's number plus one, 0 when empty. A cell
     * whose slot holds another subscriber by now is passed over. There are at least twice as many
     * cells as slots.
     */
    private int @Nullable [] index;

    /** Cells written. */
    private int cells;

    SubscriberList(T first, T second) {
        slots = new Object[LEAST_CAPACITY];
        add(first);
        add(second);
    }

    void forEach(Matches<? super T> matches) {
        @Nullable Object[] found = slots;
        for (int i = 0; i < found.length; i++) {
            Object subscriber = SLOT.getAcquire(found, i);
            if (subscriber == null) {
                return;
            }
            if (subscriber != GONE) {
                matches.accept(cast(subscriber));
            }
        }
    }

    boolean contains(T subscriber) {
        return slotOf(subscriber) >= 0;
    }

    /** Removes one that is there. */
    void remove(T subscriber) {
        SLOT.setRelease(slots, slotOf(subscriber), GONE);
        live--;
        if (used - live > live + LEAST_CAPACITY) {
            move();
        }
    }

    /** Puts a subscriber that is not there in the place of one that is. */
    void replace(T subscriber, T by) {
        int slot = slotOf(subscriber);
        SLOT.setRelease(slots, slot, by);
        if (index != null) {
            if (cells == index.length / 4 * 3) {
                move();
            } else {
                enter(index, by, slot);
                cells++;
            }
        }
    }

    int size() {
        return live;
    }

    /** The first that is left; only for a list that is not empty. */
    T first() {
        for (Object subscriber : slots) {
            if (subscriber != null && subscriber != GONE) {
                return cast(subscriber);
            }
        }
        throw new IllegalStateException("the list is empty");
    }

    /** Adds one that is not there. */
    void add(T subscriber) {
        if (used == slots.length) {
            move();
        }
        int slot = used++;
        live++;
        if (index != null) {
            enter(index, subscriber, slot);
            cells++;
        }
        SLOT.setRelease(slots, slot, subscriber);
    }

    /** Moves those that are left to a new array that is a third empty. */
    private void move() {
        @Nullable Object[] old = slots;
        @Nullable Object[] fresh = new Object[Math.max(LEAST_CAPACITY, live + live / 2 + 1)];
        int count = 0;
        for (Object subscriber : old) {
            if (subscriber != null && subscriber != GONE) {
                fresh[count++] = subscriber;
            }
        }
        used = count;
        index = null;
        if (fresh.length > INDEX_ABOVE) {
            index = new int[Integer.highestOneBit(fresh.length) * 4];
            for (int slot = 0; slot < count; slot++) {
                enter(index, fresh[slot], slot);
            }
            cells = count;
        }
        slots = fresh;
    }

    private int slotOf(T subscriber) {
        @Nullable Object[] current = slots;
        if (index == null) {
            for (int slot = 0; slot < used; slot++) {
                if (current[slot] == subscriber) {
                    return slot;
                }
            }
            return -1;
        }
        int cell = cellOf(index, subscriber);
        while (index[cell] != 0) {
            int slot = index[cell] - 1;
            if (current[slot] == subscriber) {
                return slot;
            }
            cell = (cell + 1) & (index.length - 1);
        }
        return -1;
    }

    private static void enter(int[] index, @Nullable Object subscriber, int slot) {
        int cell = cellOf(index, subscriber);
        while (index[cell] != 0) {
            cell = (cell + 1) & (index.length - 1);
        }
        index[cell] = slot + 1;
    }

    private static int cellOf(int[] index, @Nullable Object subscriber) {
        return ((System.identityHashCode(subscriber) * 0x9E3779B1) >>> 7) & (index.length - 1);
    }

    @SuppressWarnings("unchecked")
    private T cast(Object subscriber) {
        return (T) subscriber;
    }
}

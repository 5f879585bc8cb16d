package io.godwit.broker.routing;

import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * From Topic Filters to their subscribers (§4.7). All methods may be called from any thread: a
 * match takes no lock, makes no garbage and is never held up by a change; changes take turns.
 *
 * <p>The distinct filters lie in two hash tables. That of the filters without wildcards a match
 * probes once; the other one once for each shape, that is for each different set of places where
 * wildcards stand, unless {@link LiteralLevels} tells that no filter of that shape has the name's
 * levels. Being mostly the smaller one, it stays in the processor's caches, however many filters
 * the first one holds. A client can make many shapes: those beyond a limit go to a tree instead,
 * which is slower to match and only consulted if it has any.
 *
 * <p>Subscribers are told apart by identity. A filter's share name is not looked at: to the index
 * {@code $share/a/t} and {@code t} are the same filter.
 *
 * @param <T> what subscribes
 */
public final class SubscriptionIndex<T> {

    private static final int EPOCHS = 4096;

    private final ReentrantLock writing = new ReentrantLock();
    private final Levels written;
    private final FilterTable<T> exact = new FilterTable<>();
    private final FilterTable<T> wildcards = new FilterTable<>();
    private final FilterTrie<T> trie = new FilterTrie<>();
    private volatile Shapes shapes = Shapes.NONE;
    private volatile LiteralLevels literals = LiteralLevels.withRoomFor(0);
    private int wildcardFilters;
    private final AtomicLong filters = new AtomicLong();
    private final AtomicLong subscriptions = new AtomicLong();

    private final AtomicIntegerArray firstLevelEpochs = new AtomicIntegerArray(EPOCHS);
    private final AtomicInteger wildcardEpoch = new AtomicInteger();

    private final long seed;
    private final ThreadLocal<Scratch<T>> scratch;

    /**
     * An empty index.
     *
     * @param seed of the hash; a secret, so that no client can choose filters that collide
     */
    public SubscriptionIndex(long seed) {
        this.seed = seed;
        this.written = new Levels(seed);
        this.scratch = ThreadLocal.withInitial(() -> new Scratch<>(seed));
    }

    /**
     * Adds a subscriber to a filter. A match that starts after this has returned finds it.
     *
     * @return false if it was there already, and nothing changed
     */
    public boolean add(TopicFilter filter, T subscriber) {
        writing.lock();
        try {
            Levels levels = read(filter);
            Object kept = get(levels);
            if (kept == null) {
                insert(levels, subscriber);
                filters.incrementAndGet();
            } else if (Subscribers.contains(kept, subscriber)) {
                return false;
            } else {
                set(levels, Subscribers.with(kept, subscriber));
            }
            subscriptions.incrementAndGet();
            changed(levels);
            return true;
        } finally {
            writing.unlock();
        }
    }

    /**
     * Removes a subscriber from a filter. A match that starts after this has returned does not find
     * it.
     *
     * @return false if it was not there, and nothing changed
     */
    public boolean remove(TopicFilter filter, T subscriber) {
        writing.lock();
        try {
            Levels levels = read(filter);
            Object kept = get(levels);
            if (kept == null || !Subscribers.contains(kept, subscriber)) {
                return false;
            }
            Object rest = Subscribers.without(kept, subscriber);
            if (rest == null) {
                delete(levels);
                filters.decrementAndGet();
            } else {
                set(levels, rest);
            }
            subscriptions.decrementAndGet();
            changed(levels);
            return true;
        } finally {
            writing.unlock();
        }
    }

    /**
     * Puts a subscriber in the place of another, so that every match finds exactly one of the two.
     *
     * @return false if the one was not there or the other was, and nothing changed
     */
    public boolean replace(TopicFilter filter, T subscriber, T by) {
        writing.lock();
        try {
            Levels levels = read(filter);
            Object kept = get(levels);
            if (kept == null
                    || !Subscribers.contains(kept, subscriber)
                    || Subscribers.contains(kept, by)) {
                return false;
            }
            set(levels, Subscribers.replaced(kept, subscriber, by));
            changed(levels);
            return true;
        } finally {
            writing.unlock();
        }
    }

    /**
     * Passes on each subscriber of each filter that matches the name, in no order; one who
     * subscribed to several of them several times. A subscriber that was there before and stays is
     * found exactly once for each filter, whatever else changes meanwhile. One that is added or
     * removed meanwhile may be found or not; one removed and added again may be found twice.
     *
     * <p>{@code matches} may use and change this index itself.
     */
    public void match(TopicName topic, Matches<? super T> matches) {
        Scratch<T> own = scratch.get();
        if (own.busy) {
            own = new Scratch<>(seed);
        }
        own.busy = true;
        try {
            Levels name = own.levels;
            name.read(topic.bytes());
            boolean dollar = topic.isDollar();
            Shapes.Candidates candidates = shapes.forName(name.depth, dollar);
            long bits = literals.candidates(name, candidates.open());
            wildcards.match(name, candidates, bits, own.probes, matches);
            exact.match(name, matches);
            if (!trie.isEmpty()) {
                trie.match(name, dollar, own.search, matches);
            }
        } finally {
            own.busy = false;
        }
    }

    /**
     * A number that changes whenever a filter changes that could match names with this first level.
     * For caching what a match finds: read the epoch, then match, then keep the result under that
     * epoch; use it as long as the epoch is still the same.
     *
     * <p>Such a result never lacks a subscriber whose {@link #add} had returned before the epoch
     * was read to look it up. For let E be the epoch read before the match. The change is made
     * visible first and counted after. If the match missed the change, it was counted after E was
     * read; since neither of the two counters goes down, any epoch read after {@code add} returned
     * is greater than E, even when E was read between the steps of other changes. (After exactly
     * 2^32 changes the numbers start again.)
     */
    public int epoch(TopicName topic) {
        int slot = epochSlot(scratch.get().firstLevels.firstLevel(topic.bytes()));
        return firstLevelEpochs.get(slot) + wildcardEpoch.get();
    }

    /** The number of distinct filters. */
    public long filters() {
        return filters.get();
    }

    /** The number of subscribers, counted once for each filter. */
    public long subscriptions() {
        return subscriptions.get();
    }

    /** Counts a change that readers see already; see {@link #epoch}. */
    private void changed(Levels filter) {
        boolean wildcardFirst = (filter.plus & 1) != 0 || filter.depth == 0;
        if (wildcardFirst) {
            wildcardEpoch.incrementAndGet();
        } else {
            firstLevelEpochs.incrementAndGet(epochSlot(filter.hash(0)));
        }
    }

    private static int epochSlot(long firstLevelHash) {
        return (int) firstLevelHash & (EPOCHS - 1);
    }

    /** Takes a filter apart; not in the scratch of this thread, which a match may be using. */
    private Levels read(TopicFilter filter) {
        written.read(filter.bytes());
        return written;
    }

    /** The {@link Subscribers} of a filter. */
    private @Nullable Object get(Levels filter) {
        Object kept = inTable(filter);
        return kept == null && !trie.isEmpty() ? trie.get(filter) : kept;
    }

    private @Nullable Object inTable(Levels filter) {
        Shape shape = shape(filter);
        return shape == null ? null : table(shape).get(hash(filter, shape), filter.bytes());
    }

    private void set(Levels filter, Object subscribers) {
        Shape shape = shape(filter);
        if (shape != null && inTable(filter) != null) {
            table(shape).set(hash(filter, shape), filter.bytes(), subscribers);
        } else {
            trie.set(filter, subscribers);
        }
    }

    /** The shape of a filter if the table is probed for it, or null. */
    private @Nullable Shape shape(Levels filter) {
        return filter.hasWildcard
                ? shapes.find(filter.depth, filter.plus, filter.multi)
                : Shape.EXACT;
    }

    private FilterTable<T> table(Shape shape) {
        return shape == Shape.EXACT ? exact : wildcards;
    }

    private static long hash(Levels filter, Shape shape) {
        return shape == Shape.EXACT ? filter.hash() : filter.hashFor(shape);
    }

    private void insert(Levels filter, T subscriber) {
        Shape shape = shape(filter);
        boolean isNew = shape == null;
        if (shape == null && shapes.hasRoom(filter.depth, filter.multi)) {
            long key = filter.key(filter.depth, filter.plus, filter.multi);
            shape = new Shape(filter.depth, filter.plus, filter.multi, key, shapes.freeBit());
        }
        if (shape == null) {
            trie.insert(filter, subscriber);
            return;
        }
        if (shape != Shape.EXACT) {
            literals.add(filter, shape); // first, or a match would not look for it
            shape.filters++;
            wildcardFilters++;
        }
        table(shape).insert(hash(filter, shape), filter.bytes(), subscriber);
        if (isNew) {
            shapes = shapes.with(shape);
        }
        refreshLiterals();
    }

    private void refreshLiterals() {
        if (!literals.isStale(wildcardFilters)) {
            return;
        }
        LiteralLevels fresh = LiteralLevels.withRoomFor(wildcardFilters);
        Levels each = new Levels(seed);
        wildcards.forEachFilter(filter -> {
            each.read(filter);
            Shape shape = shape(each);
            if (shape != null) {
                fresh.add(each, shape);
            }
        });
        literals = fresh;
    }

    private void delete(Levels filter) {
        Shape shape = shape(filter);
        if (shape == null || inTable(filter) == null) {
            trie.remove(filter);
            return;
        }
        table(shape).remove(hash(filter, shape), filter.bytes());
        if (shape != Shape.EXACT) {
            literals.remove();
            wildcardFilters--;
            shape.filters--;
            if (shape.filters == 0) {
                shapes = shapes.without(shape);
            }
            refreshLiterals();
        }
    }

    /** What a thread needs to match without making garbage. */
    private static final class Scratch<T> {
        private final Levels levels;
        private final Levels firstLevels;
        private final FilterTable.Probes probes = new FilterTable.Probes();
        private final FilterTrie.Search<T> search = new FilterTrie.Search<>();
        private boolean busy;

        Scratch(long seed) {
            levels = new Levels(seed);
            firstLevels = new Levels(seed);
        }
    }
}

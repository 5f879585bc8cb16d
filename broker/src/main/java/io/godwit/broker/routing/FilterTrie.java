package io.godwit.broker.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The filters whose shape the {@link FilterTable} is not probed for: a tree with a level on each
 * edge. One writer at a time, readers without a lock; nothing here recurses, since a filter may
 * have 32,768 levels and more.
 */
final class FilterTrie<T> {

    private final Node<T> root = new Node<>();
    private final AtomicLong filters = new AtomicLong();

    boolean isEmpty() {
        return filters.get() == 0;
    }

    /** Passes on the subscribers of every filter that matches the name. */
    void match(Levels name, boolean dollar, Search<T> search, Matches<? super T> matches) {
        search.start(root);
        while (!search.isEmpty()) {
            Node<T> node = search.node();
            int level = search.pop();
            boolean wildcards = level > 0 || !dollar; // [v5 MQTT-4.7.2-1]
            if (wildcards) {
                Subscribers.<T>forEach(node.multi, matches);
            }
            if (level == name.depth) {
                Subscribers.<T>forEach(node.ending, matches);
                continue;
            }
            Node<T> plus = node.plus;
            if (plus != null && wildcards) {
                search.push(plus, level + 1);
            }
            ConcurrentHashMap<Level, Node<T>> children = node.children;
            if (children != null) {
                Node<T> child = children.get(search.level.at(name, level));
                if (child != null) {
                    search.push(child, level + 1);
                }
            }
        }
    }

    /** The {@link Subscribers} of the filter that was read. */
    @Nullable Object get(Levels filter) {
        Node<T> node = root;
        for (int level = 0; level < filter.depth; level++) {
            node = node.child(filter, level);
            if (node == null) {
                return null;
            }
        }
        return filter.multi ? node.multi : node.ending;
    }

    /** Puts in a filter that is not there; readers see it when this returns. */
    void insert(Levels filter, Object subscribers) {
        set(filter, subscribers);
        filters.incrementAndGet();
    }

    /** Changes the {@link Subscribers} of a filter. */
    void set(Levels filter, Object subscribers) {
        Node<T> node = root;
        for (int level = 0; level < filter.depth; level++) {
            Node<T> child = node.child(filter, level);
            if (child == null) {
                child = new Node<>();
                node.put(filter, level, child);
            }
            node = child;
        }
        if (filter.multi) {
            node.multi = subscribers;
        } else {
            node.ending = subscribers;
        }
    }

    /** Takes out a filter that is there, and the nodes that led only to it. */
    void remove(Levels filter) {
        List<Node<T>> path = new ArrayList<>();
        Node<T> node = root;
        for (int level = 0; level < filter.depth && node != null; level++) {
            path.add(node);
            node = node.child(filter, level);
        }
        if (node == null) {
            return;
        }
        if (filter.multi) {
            node.multi = null;
        } else {
            node.ending = null;
        }
        filters.decrementAndGet();
        for (int level = path.size() - 1; level >= 0 && node.isEmpty(); level--) {
            node = path.get(level);
            node.drop(filter, level);
        }
    }

    private static final class Node<T> {
        private volatile @Nullable ConcurrentHashMap<Level, Node<T>> children;
        private volatile @Nullable Node<T> plus;
        private volatile @Nullable Object ending;
        private volatile @Nullable Object multi;

        @Nullable Node<T> child(Levels filter, int level) {
            if (filter.isPlus(level)) {
                return plus;
            }
            ConcurrentHashMap<Level, Node<T>> found = children;
            return found == null ? null : found.get(new Level().at(filter, level));
        }

        void put(Levels filter, int level, Node<T> child) {
            if (filter.isPlus(level)) {
                plus = child;
                return;
            }
            if (children == null) {
                children = new ConcurrentHashMap<>(2);
            }
            children.put(new Level().at(filter, level).copy(), child);
        }

        void drop(Levels filter, int level) {
            if (filter.isPlus(level)) {
                plus = null;
                return;
            }
            ConcurrentHashMap<Level, Node<T>> found = children;
            if (found != null) {
                found.remove(new Level().at(filter, level));
                if (found.isEmpty()) {
                    children = null;
                }
            }
        }

        boolean isEmpty() {
            return children == null && plus == null && ending == null && multi == null;
        }
    }

    /** The nodes still to be visited by one match; reused from one to the next. */
    static final class Search<T> {
        private final Level level = new Level();
        private @Nullable Node<T>[] nodes = newNodes(16);
        private int[] levels = new int[16];
        private int size;

        private boolean isEmpty() {
            return size == 0;
        }

        /** Forgets what a match that ended in an exception left behind. */
        private void start(Node<T> root) {
            size = 0;
            push(root, 0);
        }

        private void push(Node<T> node, int level) {
            if (size == levels.length) {
                nodes = Arrays.copyOf(nodes, size * 2);
                levels = Arrays.copyOf(levels, size * 2);
            }
            nodes[size] = node;
            levels[size] = level;
            size++;
        }

        private Node<T> node() {
            Node<T> node = nodes[size - 1];
            if (node == null) {
                throw new IllegalStateException("no node is left");
            }
            return node;
        }

        private int pop() {
            size--;
            nodes[size] = null;
            return levels[size];
        }

        @SuppressWarnings({"unchecked", "rawtypes"})
        private static <T> @Nullable Node<T>[] newNodes(int length) {
            return new Node[length];
        }
    }

    /** A level as a key: a place in a name or filter, moved on from one to the next. */
    private static final class Level {
        private byte[] bytes = new byte[0];
        private int from;
        private int to;
        private int hash;

        Level at(Levels levels, int level) {
            bytes = levels.bytes();
            from = levels.from(level);
            to = levels.to(level);
            hash = (int) (levels.hash(level) >>> Integer.SIZE);
            return this;
        }

        /** A key to keep. */
        Level copy() {
            Level copy = new Level();
            copy.bytes = Arrays.copyOfRange(bytes, from, to);
            copy.to = to - from;
            copy.hash = hash;
            return copy;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Level that
                    && hash == that.hash
                    && Arrays.equals(bytes, from, to, that.bytes, that.from, that.to);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}

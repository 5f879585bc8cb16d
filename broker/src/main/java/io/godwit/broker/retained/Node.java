package io.godwit.broker.retained;

import io.godwit.broker.spi.Message;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A level of a retained message's topic. Any thread reads; children, and whether there is a message
 * at all, change under the store's lock; a message becomes another one without it.
 */
final class Node {

    private static final AtomicReferenceFieldUpdater<Node, @Nullable Message> MESSAGE =
            AtomicReferenceFieldUpdater.newUpdater(Node.class, Message.class, "message");

    /** Null for the root, as the level is. */
    final @Nullable Node parent;

    private final @Nullable Level level;
    private volatile @Nullable Message message;
    private volatile @Nullable ConcurrentHashMap<Level, Node> children;

    Node(@Nullable Node parent, @Nullable Level level) {
        this.parent = parent;
        this.level = level;
    }

    @Nullable Message message() {
        return message;
    }

    /** Puts a message in the place of another, which may be null, if that is still there. */
    boolean replace(@Nullable Message expected, @Nullable Message by) {
        return MESSAGE.compareAndSet(this, expected, by);
    }

    @Nullable Node child(Level key) {
        ConcurrentHashMap<Level, Node> found = children;
        return found == null ? null : found.get(key);
    }

    Collection<Node> children() {
        ConcurrentHashMap<Level, Node> found = children;
        return found == null ? List.of() : found.values();
    }

    boolean startsWithDollar() {
        return level != null && level.startsWithDollar();
    }

    /** The child for a level, made if it is missing; under the lock. */
    Node childOrNew(Level key) {
        ConcurrentHashMap<Level, Node> found = children;
        if (found == null) {
            found = new ConcurrentHashMap<>(1);
            children = found;
        }
        Node child = found.get(key);
        if (child == null) {
            Level kept = key.copy();
            child = new Node(this, kept);
            found.put(kept, child);
        }
        return child;
    }

    /**
     * Leaves the tree if it holds nothing, and each parent that holds nothing then; locked.
     *
     * @return how many have left
     */
    int prune() {
        int left = 0;
        Node node = this;
        while (node.parent != null
                && node.level != null
                && node.message == null
                && node.children == null) {
            node.parent.drop(node.level);
            node = node.parent;
            left++;
        }
        return left;
    }

    private void drop(Level key) {
        ConcurrentHashMap<Level, Node> found = children;
        if (found != null) {
            found.remove(key);
            if (found.isEmpty()) {
                children = null;
            }
        }
    }
}

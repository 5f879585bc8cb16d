package io.godwit.broker.retained;

import io.godwit.broker.limits.RetainedLimits;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Retained messages in a tree with a level of the topic on each edge. Reading, and replacing a
 * message by another one of its topic, which is most of what happens, takes no lock; to add or
 * remove one does. Nothing here recurses, since a topic may have 65,536 levels.
 */
public final class InMemoryRetainedStore implements RetainedStore {

    /** Bytes that a level costs which no message stands on: a topic may consist of such levels. */
    private static final int LEVEL = 256;

    private final RetainedLimits limits;
    private final Node root = new Node(null, null);
    private final ReentrantLock structure = new ReentrantLock();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /** Levels in the tree, changed under the lock. */
    private final AtomicLong nodes = new AtomicLong();

    /** Messages that will expire. */
    private final AtomicLong expiring = new AtomicLong();

    private final ReentrantLock sweeping = new ReentrantLock();

    /** Where the sweep stands: on each level the nodes that it has not looked at. */
    private final Deque<Iterator<Node>> sweep = new ArrayDeque<>();

    /** An empty store with these limits. */
    public InMemoryRetainedStore(RetainedLimits limits) {
        this.limits = limits;
    }

    @Override
    public Outcome put(Message message) {
        Node node = find(message.topic());
        Outcome outcome = node == null ? null : replace(node, message);
        if (outcome != null) {
            return outcome;
        }
        structure.lock();
        try {
            return putLocked(message);
        } finally {
            structure.unlock();
        }
    }

    /** Replaces the message of a node; null if it has none, and nothing changed. */
    private @Nullable Outcome replace(Node node, Message message) {
        while (true) {
            Message older = node.message();
            if (older == null) {
                return null;
            }
            int more = message.size() - older.size();
            if (more > 0 && !reserve(more)) {
                return Outcome.REFUSED;
            }
            // A node that has a message is in the tree, so whoever looks for the topic finds it.
            if (node.replace(older, message)) {
                if (more < 0) {
                    bytes.addAndGet(more);
                }
                expiring.addAndGet(expires(message) - expires(older));
                return Outcome.REPLACED;
            }
            if (more > 0) {
                bytes.addAndGet(-more);
            }
        }
    }

    private Outcome putLocked(Message message) {
        Node node = find(message.topic());
        Outcome outcome = node == null ? null : replace(node, message);
        if (outcome != null) {
            return outcome;
        }
        byte[] topic = message.topic().bytes();
        int missing = missing(topic);
        long levels = Math.max(0, missing - 1) * (long) LEVEL;
        if (count.get() >= limits.messages()
                || bytes.get() + message.size() + levelBytes() + levels > limits.bytes()
                || !reserve(message.size())) {
            return Outcome.REFUSED;
        }
        nodes.addAndGet(missing);
        node = root;
        for (int from = 0; from <= topic.length; ) {
            Level level = Level.at(topic, from);
            node = node.childOrNew(level);
            from = level.next();
        }
        count.incrementAndGet();
        expiring.addAndGet(expires(message));
        // Only under the lock does a node without a message get one.
        node.replace(null, message);
        return Outcome.STORED;
    }

    /** How many levels of a topic are not in the tree. */
    private int missing(byte[] topic) {
        int missing = 0;
        @Nullable Node node = root;
        for (int from = 0; from <= topic.length; ) {
            Level level = Level.at(topic, from);
            node = node == null ? null : node.child(level);
            missing += node == null ? 1 : 0;
            from = level.next();
        }
        return missing;
    }

    /** What the levels cost that no message stands on. */
    private long levelBytes() {
        return Math.max(0, nodes.get() - count.get()) * LEVEL;
    }

    /** Counts bytes that are to come, if the limit allows it. */
    private boolean reserve(int more) {
        while (true) {
            long taken = bytes.get();
            if (taken + more > limits.bytes()) {
                return false;
            }
            if (bytes.compareAndSet(taken, taken + more)) {
                return true;
            }
        }
    }

    private static int expires(Message message) {
        return message.expiresAt() == Message.NEVER ? 0 : 1;
    }

    @Override
    public boolean remove(TopicName topic) {
        if (find(topic) == null) {
            return false;
        }
        structure.lock();
        try {
            Node node = find(topic);
            Message message = node == null ? null : node.message();
            while (node != null && message != null) {
                if (take(node, message)) {
                    return true;
                }
                message = node.message();
            }
            return false;
        } finally {
            structure.unlock();
        }
    }

    /** Removes a message, unless another one has replaced it; under the lock. */
    private boolean take(Node node, Message message) {
        if (!node.replace(message, null)) {
            return false;
        }
        count.decrementAndGet();
        bytes.addAndGet(-message.size());
        expiring.addAndGet(-expires(message));
        nodes.addAndGet(-node.prune());
        return true;
    }

    @Override
    public @Nullable Message get(TopicName topic) {
        Node node = find(topic);
        return node == null ? null : node.message();
    }

    private @Nullable Node find(TopicName name) {
        byte[] topic = name.bytes();
        Node node = root;
        for (int from = 0; from <= topic.length && node != null; ) {
            Level level = Level.at(topic, from);
            node = node.child(level);
            from = level.next();
        }
        return node;
    }

    @Override
    public int match(TopicFilter filter, Consumer<? super Message> found) {
        List<Level> levels = Level.all(filter.bytes());
        boolean multi = levels.getLast().isHash();
        int depth = multi ? levels.size() - 1 : levels.size();
        boolean wildcardFirst = levels.getFirst().isPlus() || depth == 0;
        // The place in the stack is the depth of a node: the root alone lies at the bottom.
        Deque<Iterator<Node>> open = new ArrayDeque<>();
        open.push(List.of(root).iterator());
        int looked = 0;
        while (!open.isEmpty()) {
            if (!open.element().hasNext()) {
                open.pop();
                continue;
            }
            Node node = open.element().next();
            looked++;
            int at = open.size() - 1;
            if (at == 1 && wildcardFirst && node.startsWithDollar()) {
                continue; // [v5 MQTT-4.7.2-1]
            }
            Message message = node.message();
            if (message != null && (at == depth || (multi && at > depth))) {
                found.accept(message);
            }
            if (at < depth && !levels.get(at).isPlus()) {
                Node child = node.child(levels.get(at));
                open.push(child == null ? List.<Node>of().iterator() : List.of(child).iterator());
            } else if (at < depth || multi) {
                open.push(node.children().iterator());
            }
        }
        return looked;
    }

    @Override
    public long count() {
        return count.get();
    }

    @Override
    public long bytes() {
        return bytes.get();
    }

    @Override
    public void removeExpired(long now, int budget, Consumer<? super TopicName> removed) {
        if (expiring.get() == 0 || !sweeping.tryLock()) {
            return;
        }
        try {
            if (sweep.isEmpty()) {
                sweep.push(root.children().iterator());
            }
            for (int left = budget; left > 0 && !sweep.isEmpty(); left--) {
                if (!sweep.element().hasNext()) {
                    sweep.pop();
                    continue;
                }
                Node node = sweep.element().next();
                Message message = node.message();
                if (message != null && message.isExpired(now) && expire(node, message)) {
                    removed.accept(message.topic());
                }
                sweep.push(node.children().iterator());
            }
        } finally {
            sweeping.unlock();
        }
    }

    private boolean expire(Node node, Message message) {
        structure.lock();
        try {
            return take(node, message);
        } finally {
            structure.unlock();
        }
    }
}

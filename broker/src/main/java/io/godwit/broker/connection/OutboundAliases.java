package io.godwit.broker.connection;

import io.godwit.codec.TopicName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Topic Aliases that the server has assigned on a connection (§3.3.2.3.4): the first topics
 * that are sent get one, as far as the client's Topic Alias Maximum goes.
 */
final class OutboundAliases {

    /** What keeping a topic costs beside its bytes. */
    private static final int OVERHEAD = 96;

    /** Of a connection that gets none; nothing in it ever changes. */
    static final OutboundAliases NONE = new OutboundAliases(0);

    private final int maximum;
    private @Nullable Map<TopicName, Integer> assigned;
    private long bytes;

    private OutboundAliases(int maximum) {
        this.maximum = maximum;
    }

    /** None yet; 1 to {@code maximum} may be assigned [v5 MQTT-3.1.2-26], [v5 MQTT-3.1.2-27]. */
    static OutboundAliases upTo(int maximum) {
        return maximum == 0 ? NONE : new OutboundAliases(maximum);
    }

    /** The alias of a topic, or 0 if it has none. */
    int of(TopicName topic) {
        if (assigned == null) {
            return 0;
        }
        Integer alias = assigned.get(topic);
        return alias == null ? 0 : alias;
    }

    /** The alias that {@link #assign} would give, or 0 if there is none left. */
    int next() {
        int used = assigned == null ? 0 : assigned.size();
        return used < maximum ? used + 1 : 0;
    }

    /** Gives a topic the next alias: the packet with both was written. */
    void assign(TopicName topic) {
        if (assigned == null) {
            assigned = new HashMap<>();
        }
        assigned.put(topic, assigned.size() + 1);
        bytes += size(topic);
    }

    /** What keeping a topic costs, in bytes. */
    static int size(TopicName topic) {
        return OVERHEAD + topic.bytes().length;
    }

    /** What all of them cost. */
    long bytes() {
        return bytes;
    }
}

package io.godwit.broker.connection;

import io.godwit.broker.limits.MemoryBudget;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import org.jspecify.annotations.Nullable;

/** The Topic Aliases that a client has set up on its connection (§3.3.2.3.4). */
final class InboundAliases {

    /** What keeping a topic costs beside its bytes. */
    private static final int OVERHEAD = 64;

    /** Of a connection that may use none; nothing in it ever changes. */
    static final InboundAliases NONE = new InboundAliases(0);

    private final int maximum;
    private long bytes;
    private @Nullable TopicName @Nullable [] topics;

    private InboundAliases(int maximum) {
        this.maximum = maximum;
    }

    /** None yet; the client may use 1 to {@code maximum}. */
    static InboundAliases upTo(int maximum) {
        return maximum == 0 ? NONE : new InboundAliases(maximum);
    }

    /**
     * Counts what keeping a topic costs; setting up an alias that is too high is no matter of cost.
     *
     * @return false if {@code limits.memory} has no room for it
     */
    boolean count(int alias, TopicName topic, MemoryBudget.Account budget) {
        if (alias > maximum) {
            return true;
        }
        TopicName before = topics == null ? null : topics[alias];
        long more = cost(topic) - (before == null ? 0 : cost(before));
        if (more > 0 && !budget.reserve(more)) {
            return false;
        }
        if (more < 0) {
            budget.release(-more);
        }
        bytes += more;
        return true;
    }

    /** Gives back what is counted: the connection is gone. */
    void release(MemoryBudget.Account budget) {
        if (bytes > 0) {
            budget.release(bytes);
            bytes = 0;
        }
    }

    private static long cost(TopicName topic) {
        return OVERHEAD + topic.bytes().length;
    }

    /** The alias that a PUBLISH sets up, or 0. */
    static int setUpBy(Publish publish) {
        if (publish.properties().isEmpty() || publish.topic() == TopicName.EMPTY) {
            return 0;
        }
        return publish.properties().getOrDefault(Property.TOPIC_ALIAS, 0);
    }

    /** The topic that an alias stands for now; empty if none. */
    TopicName standsFor(int alias) {
        TopicName known = topics == null || alias > maximum ? null : topics[alias];
        return known == null ? TopicName.EMPTY : known;
    }

    /**
     * The topic of a PUBLISH, after its alias was set up or looked up.
     *
     * @throws ProtocolError if the alias is over the maximum, or stands for no topic
     */
    TopicName resolve(Publish publish) throws ProtocolError {
        if (publish.properties().isEmpty()) {
            return publish.topic();
        }
        Integer alias = publish.properties().get(Property.TOPIC_ALIAS);
        if (alias == null) {
            return publish.topic();
        }
        if (alias > maximum) { // [v5 MQTT-3.3.2-9], [v5 MQTT-3.3.2-12]
            throw new ProtocolError(
                    ReasonCode.TOPIC_ALIAS_INVALID,
                    "topic alias %d is over the maximum of %d".formatted(alias, maximum));
        }
        if (topics == null) {
            topics = new TopicName[maximum + 1];
        }
        if (publish.topic() != TopicName.EMPTY) {
            topics[alias] = publish.topic();
            return publish.topic();
        }
        TopicName known = topics[alias];
        if (known == null) {
            throw new ProtocolError(
                    "topic alias %d was never given a topic on this connection".formatted(alias));
        }
        return known;
    }
}

package io.godwit.client.core;

import io.godwit.codec.Property;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Topic Aliases of one connection, in both directions (§3.3.2.3.4). Under the lock. */
final class Aliases {

    /** More than this many of the server's are not used: each keeps a topic in memory. */
    private static final int MOST = 1_000;

    /** A shorter topic is no longer than its alias. */
    private static final int SHORTEST = 4;

    private final int most;
    private final int mostIncoming;
    private final Map<TopicName, Integer> outgoing = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Integer, TopicName> incoming = new HashMap<>();

    /**
     * None yet.
     *
     * @param most how many the server takes [v5 MQTT-3.2.2-17]
     * @param mostIncoming how many it may use
     */
    Aliases(int most, int mostIncoming) {
        this.most = Math.min(most, MOST);
        this.mostIncoming = mostIncoming;
    }

    /** The alias that stands for a topic, or 0. */
    int known(TopicName topic) {
        return outgoing.getOrDefault(topic, 0);
    }

    /** An alias for a topic, taken from the one that was not used for longest; 0 for none. */
    int define(TopicName topic) {
        if (most == 0 || topic.bytes().length < SHORTEST) { // [v5 MQTT-3.2.2-18]
            return 0;
        }
        int alias = outgoing.size() + 1;
        if (alias > most) {
            Iterator<Integer> oldest = outgoing.values().iterator();
            alias = oldest.next();
            oldest.remove();
        }
        outgoing.put(topic, alias);
        return alias;
    }

    /** A message that came, with its topic where an alias stood for it. */
    Publish resolve(Publish publish) throws ProtocolError {
        Integer alias = publish.properties().get(Property.TOPIC_ALIAS);
        if (alias == null) {
            return publish;
        }
        if (alias > mostIncoming) {
            throw new ProtocolError(
                    ReasonCode.TOPIC_ALIAS_INVALID,
                    "PUBLISH: its Topic Alias is %d, and the client takes %d at most"
                            .formatted(alias, mostIncoming));
        }
        if (publish.topic() != TopicName.EMPTY) {
            incoming.put(alias, publish.topic());
            return publish;
        }
        TopicName topic = incoming.get(alias);
        if (topic == null) {
            throw new ProtocolError(
                    ReasonCode.TOPIC_ALIAS_INVALID,
                    "PUBLISH: its Topic Alias %d stands for nothing".formatted(alias));
        }
        return new Publish(
                publish.dup(),
                publish.qos(),
                publish.retain(),
                topic,
                publish.packetId(),
                publish.properties(),
                publish.payload());
    }
}

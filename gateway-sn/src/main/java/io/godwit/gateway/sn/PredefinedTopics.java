package io.godwit.gateway.sn;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topics that clients and gateway know by an identifier beforehand (§3). Immutable. */
final class PredefinedTopics {

    private final Map<Integer, TopicName> byId = new HashMap<>();
    private final Map<TopicName, Integer> ids = new HashMap<>();

    /**
     * These topics.
     *
     * @throws IllegalArgumentException if one is no topic name
     */
    PredefinedTopics(Map<Integer, String> topics) {
        topics.forEach((id, text) -> {
            try {
                TopicName topic = TopicName.of(text);
                byId.put(id, topic);
                ids.merge(topic, id, Math::min);
            } catch (PacketException notValid) {
                throw new IllegalArgumentException(
                        "predefined topic %d: %s".formatted(id, notValid.getMessage()), notValid);
            }
        });
    }

    @Nullable TopicName topic(int id) {
        return byId.get(id);
    }

    /** The least of its identifiers, or null. */
    @Nullable Integer id(TopicName topic) {
        return ids.get(topic);
    }
}

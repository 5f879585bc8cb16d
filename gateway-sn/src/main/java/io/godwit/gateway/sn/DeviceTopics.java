package io.godwit.gateway.sn;

import io.godwit.codec.TopicName;
import io.godwit.gateway.sn.codec.SnTopic;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The topic identifiers of one client (§6.5). They outlive its connection; which of them it knows,
 * and which it has refused, does not.
 */
final class DeviceTopics {

    /** Who is told of each identifier that is given. */
    interface Listener {
        void given(int id, TopicName topic);
    }

    private final Map<TopicName, Integer> ids = new HashMap<>();
    private final Map<Integer, TopicName> byId = new HashMap<>();
    private final Set<Integer> known = new HashSet<>();
    private final Set<TopicName> rejected = new HashSet<>();
    private final int maximum;
    private final Listener listener;
    private int next;

    /**
     * No topics.
     *
     * @param first the identifier that is given first, 1 to 65,534: another one in each process, so
     *     that one of an earlier process means nothing rather than something else
     */
    DeviceTopics(int maximum, int first, Listener listener) {
        this.maximum = maximum;
        this.listener = listener;
        this.next = first;
    }

    /** For who has no topics. */
    static DeviceTopics none() {
        return new DeviceTopics(0, 1, (_, _) -> {});
    }

    @Nullable TopicName topic(int id) {
        return byId.get(id);
    }

    /** The identifier of a topic, a new one if it has none; null if there are too many. */
    @Nullable Integer give(TopicName topic) {
        Integer id = ids.get(topic);
        if (id != null) {
            return id;
        }
        if (ids.size() >= maximum) {
            return null;
        }
        while (byId.containsKey(next)) {
            step();
        }
        int given = next;
        step();
        ids.put(topic, given);
        byId.put(given, topic);
        listener.given(given, topic);
        return given;
    }

    /** Takes up what an earlier process has given. */
    void restore(int id, TopicName topic) {
        ids.put(topic, id);
        byId.put(id, topic);
    }

    private void step() {
        next = next == SnTopic.LAST_ID ? 1 : next + 1;
    }

    /** The identifier of a topic if the client knows it; else null. */
    @Nullable Integer known(TopicName topic) {
        Integer id = ids.get(topic);
        return id != null && known.contains(id) ? id : null;
    }

    /** The client was told, or has told that it knows. */
    void learned(int id) {
        if (byId.containsKey(id)) {
            known.add(id);
        }
    }

    /** The client does not know it after all. */
    void unlearned(int id) {
        known.remove(id);
    }

    /** A new connection: what its client knows is not known. */
    void startConnection() {
        known.clear();
        rejected.clear();
    }

    /** The client takes no identifier for the topic: it wants no messages on it (§6.10). */
    void reject(TopicName topic) {
        if (rejected.size() < maximum) {
            rejected.add(topic);
        }
    }

    /** The client asks for the topic itself. */
    void accept(TopicName topic) {
        rejected.remove(topic);
    }

    boolean isRejected(TopicName topic) {
        return rejected.contains(topic);
    }

    int size() {
        return ids.size();
    }
}

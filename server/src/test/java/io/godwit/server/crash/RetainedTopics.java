package io.godwit.server.crash;

import io.godwit.server.crash.Event.Acknowledged;
import io.godwit.server.crash.Event.Sent;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What may be retained: on each topic the last message that was acknowledged, or one that was sent
 * later. Only one publisher publishes on such a topic.
 */
final class RetainedTopics {

    /** Stands for a topic on which nothing is retained. */
    static final int NOTHING = 0;

    /** By topic and number what the message leaves there, the last acknowledged one first. */
    private final Map<String, NavigableMap<Integer, Integer>> left = new TreeMap<>();

    void accept(Event event) {
        if (event instanceof Sent sent && sent.retain()) {
            Message message = sent.message();
            NavigableMap<Integer, Integer> ofTopic =
                    left.computeIfAbsent(message.topic(), _ -> new TreeMap<>(Map.of(0, NOTHING)));
            if (message.number() > ofTopic.firstKey()) {
                ofTopic.put(message.number(), sent.clears() ? NOTHING : message.number());
            }
        } else if (event instanceof Acknowledged acknowledged) {
            Message message = acknowledged.message();
            NavigableMap<Integer, Integer> ofTopic = left.get(message.topic());
            if (ofTopic != null && ofTopic.containsKey(message.number())) {
                ofTopic.headMap(message.number(), false).clear();
            }
        }
    }

    /** By topic the numbers of the messages of which one must be retained, or {@link #NOTHING}. */
    Map<String, Set<Integer>> allowed() {
        return left.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey, it -> Set.copyOf(it.getValue().values())));
    }
}

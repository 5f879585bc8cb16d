package io.godwit.server.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The topics of the load: some that all publish on, and for each publisher two of its own whose
 * messages are retained. On one of these every second message clears the topic.
 */
final class Topics {

    private static final List<String> SHARED = List.of("load/a", "load/b", "load/c/d");
    private static final String KEPT = "kept/";
    private static final String CLEARED = "cleared/";

    private Topics() {}

    /** All that a publisher publishes on. */
    static List<String> ofPublisher(String publisher) {
        List<String> all = new ArrayList<>(SHARED);
        all.addAll(retainedOf(publisher));
        return all;
    }

    /** Those whose messages are retained. */
    static List<String> retainedOf(String publisher) {
        return List.of(KEPT + publisher, CLEARED + publisher);
    }

    /** One of a publisher's topics, the retained ones more seldom. */
    static String any(String publisher, Random random) {
        List<String> some = random.nextInt(5) == 0 ? retainedOf(publisher) : SHARED;
        return some.get(random.nextInt(some.size()));
    }

    static boolean isRetained(String topic) {
        return topic.startsWith(KEPT) || isCleared(topic);
    }

    static boolean isCleared(String topic) {
        return topic.startsWith(CLEARED);
    }

    /**
     * The QoS of all messages on a topic: were it not the same, a repeated QoS 1 message would be
     * retained behind a later QoS 2 one, which does not count when repeated.
     */
    static int qosOfRetained(String topic) {
        return 1 + (topic.hashCode() & 1);
    }

    /** Whether a topic matches a filter, §4.7, its {@code $share/name/} taken off. */
    static boolean matches(String topic, String filter) {
        String[] names = topic.split("/", -1);
        String[] levels = withoutShare(filter).split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            if (levels[i].equals("#")) {
                return true;
            }
            if (i >= names.length || !(levels[i].equals("+") || levels[i].equals(names[i]))) {
                return false;
            }
        }
        return names.length == levels.length;
    }

    static boolean isShared(String filter) {
        return filter.startsWith("$share/");
    }

    private static String withoutShare(String filter) {
        return isShared(filter) ? filter.split("/", 3)[2] : filter;
    }
}

package io.godwit.broker.routing;

import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;

/** Holds one Topic Filter against one Topic Name (§4.7), where there is no index to ask. */
public final class FilterMatch {

    private FilterMatch() {}

    /** Whether the filter, without its share, matches the name. */
    public static boolean matches(TopicFilter filter, TopicName name) {
        byte[] pattern = filter.bytes();
        byte[] topic = name.bytes();
        if (name.isDollar() && (pattern[0] == '+' || pattern[0] == '#')) {
            return false; // [v5 MQTT-4.7.2-1]
        }
        int p = 0;
        int t = 0;
        while (true) { // both are at the start of a level
            if (p < pattern.length && pattern[p] == '#') {
                return true;
            }
            if (p < pattern.length && pattern[p] == '+') {
                p++;
                t = endOfLevel(topic, t);
            } else {
                int end = endOfLevel(topic, t);
                while (t < end && p < pattern.length && pattern[p] == topic[t]) {
                    p++;
                    t++;
                }
                if (t < end || p < pattern.length && pattern[p] != '/') {
                    return false;
                }
            }
            if (t == topic.length) { // a/# matches a as well
                return p == pattern.length || p + 2 == pattern.length && pattern[p + 1] == '#';
            }
            if (p == pattern.length) {
                return false;
            }
            p++;
            t++;
        }
    }

    private static int endOfLevel(byte[] topic, int from) {
        int end = from;
        while (end < topic.length && topic[end] != '/') {
            end++;
        }
        return end;
    }
}

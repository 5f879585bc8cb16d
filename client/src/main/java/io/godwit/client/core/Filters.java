package io.godwit.client.core;

import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;

/** Compares Topic Names with Topic Filters (§4.7). */
final class Filters {

    private Filters() {}

    /** Whether a name matches a filter, a share prefix left aside. */
    static boolean match(TopicFilter filter, TopicName topic) {
        byte[] wanted = filter.bytes();
        byte[] name = topic.bytes();
        if (topic.isDollar() && (wanted[0] == '+' || wanted[0] == '#')) { // [v5 MQTT-4.7.2-1]
            return false;
        }
        int at = 0;
        int in = 0;
        while (true) {
            if (at < wanted.length && wanted[at] == '#') {
                return true;
            }
            if (at < wanted.length && wanted[at] == '+') {
                at++;
                while (in < name.length && name[in] != '/') {
                    in++;
                }
            } else {
                while (!endsLevel(wanted, at) && !endsLevel(name, in) && wanted[at] == name[in]) {
                    at++;
                    in++;
                }
                if (!endsLevel(wanted, at) || !endsLevel(name, in)) {
                    return false;
                }
            }
            if (in == name.length) {
                return at == wanted.length || isRestOfAll(wanted, at);
            }
            if (at == wanted.length) {
                return false;
            }
            at++;
            in++;
        }
    }

    private static boolean endsLevel(byte[] text, int at) {
        return at == text.length || text[at] == '/';
    }

    /** {@code a/#} matches {@code a} as well. */
    private static boolean isRestOfAll(byte[] filter, int at) {
        return at + 2 == filter.length && filter[at] == '/' && filter[at + 1] == '#';
    }
}

package io.godwit.app.messages;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;

/** Topic names and filters, as somebody types them. */
final class Topics {

    private Topics() {}

    /** The text, if it is a Topic Name. */
    static String name(String text) throws WrongUsage {
        try {
            return TopicName.of(text).toString();
        } catch (PacketException wrong) {
            throw new WrongUsage(
                    "'%s' is no topic to publish to: %s".formatted(text, wrong.getMessage()));
        }
    }

    /** The text, if it is a Topic Filter. */
    static TopicFilter filter(String text) throws WrongUsage {
        try {
            return TopicFilter.of(text);
        } catch (PacketException wrong) {
            throw new WrongUsage("'%s' is no topic filter: %s".formatted(text, wrong.getMessage()));
        }
    }

    /** Whether a filter matches a name (§4.7). */
    static boolean matches(TopicFilter filter, TopicName topic) {
        byte[] pattern = filter.bytes();
        byte[] name = topic.bytes();
        boolean startsWithWildcard = pattern[0] == '+' || pattern[0] == '#';
        if (topic.isDollar() && startsWithWildcard) { // [v5 MQTT-4.7.2-1]
            return false;
        }
        int at = 0;
        for (int i = 0; i < pattern.length; i++) {
            byte wanted = pattern[i];
            if (wanted == '#') {
                return true;
            }
            if (wanted == '+') {
                while (at < name.length && name[at] != '/') {
                    at++;
                }
            } else if (at < name.length && name[at] == wanted) {
                at++;
            } else {
                // "a/#" matches "a" as well
                return at == name.length
                        && i == pattern.length - 2
                        && pattern[i + 1] == '#'
                        && wanted == '/';
            }
        }
        return at == name.length;
    }
}

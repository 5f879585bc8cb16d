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
}

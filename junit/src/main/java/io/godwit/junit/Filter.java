package io.godwit.junit;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;

/** Which topics a test means: a Topic Filter, or a Topic Name, which is one too (§4.7). */
record Filter(TopicFilter filter) {

    /**
     * A filter.
     *
     * @throws IllegalArgumentException if it is none, or one of a shared subscription
     */
    static Filter of(String text) {
        try {
            TopicFilter filter = TopicFilter.of(text);
            if (filter.isShared()) {
                throw new IllegalArgumentException(
                        text + " is a shared subscription; name the filter behind it");
            }
            return new Filter(filter);
        } catch (PacketException invalid) {
            throw new IllegalArgumentException(invalid.getMessage(), invalid);
        }
    }

    boolean matches(String topic) {
        return filter.matches(TestBroker.name(topic));
    }

    @Override
    public String toString() {
        return filter.toString();
    }
}

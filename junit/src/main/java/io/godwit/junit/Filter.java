package io.godwit.junit;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import java.util.List;

/** Which topics a test means: a Topic Filter, or a Topic Name, which is one too (§4.7). */
final class Filter {

    private static final String LEVELS = "/";

    private final String text;
    private final List<String> levels;

    private Filter(String text) {
        this.text = text;
        this.levels = List.of(text.split(LEVELS, -1));
    }

    /**
     * A filter.
     *
     * @throws IllegalArgumentException if it is none, or one of a shared subscription
     */
    static Filter of(String text) {
        try {
            if (TopicFilter.of(text).isShared()) {
                throw new IllegalArgumentException(
                        text + " is a shared subscription; name the filter behind it");
            }
        } catch (PacketException invalid) {
            throw new IllegalArgumentException(invalid.getMessage(), invalid);
        }
        return new Filter(text);
    }

    boolean matches(String topic) {
        String[] given = topic.split(LEVELS, -1);
        for (int i = 0; i < levels.size(); i++) {
            String wanted = levels.get(i);
            if (wanted.equals("#")) { // also the level above [v5 MQTT-4.7.1-1]
                return true;
            }
            if (i == given.length || !wanted.equals("+") && !wanted.equals(given[i])) {
                return false;
            }
        }
        return levels.size() == given.length;
    }

    @Override
    public String toString() {
        return text;
    }
}

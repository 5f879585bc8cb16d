package io.godwit.access.rules;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.Utf8;
import org.jspecify.annotations.Nullable;

/** Checks the filters of rules. */
public final class Filters {

    private Filters() {}

    /** What is wrong with the filter of a rule, in words; null if it is valid. */
    public static @Nullable String wrong(String filter) {
        if (filter.isEmpty()) {
            return "has no topic filter";
        }
        try {
            if (TopicFilter.of(filter).isShared()) {
                return "has the topic filter "
                        + Utf8.quote(filter)
                        + "; a rule is about the filter behind $share/<name>/, for all names";
            }
            return null;
        } catch (PacketException invalid) {
            return String.valueOf(invalid.getMessage());
        }
    }
}

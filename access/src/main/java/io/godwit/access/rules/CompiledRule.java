package io.godwit.access.rules;

import io.godwit.broker.auth.Verdict;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A rule as it is asked: with names in the place of its placeholders. Immutable; told apart by
 * identity.
 */
final class CompiledRule {

    private final int actions;
    private final byte[] filter;
    private final @Nullable TopicName onlyTopic;
    private final Verdict verdict;

    /**
     * A rule.
     *
     * @param actions bits of {@link Action}s
     * @param filter a valid Topic Filter, or empty for everything, {@code $SYS} as well
     * @param verdict what it says where it matches
     */
    CompiledRule(int actions, String filter, Verdict verdict) {
        this.actions = actions;
        this.filter = filter.getBytes(StandardCharsets.UTF_8);
        this.onlyTopic = onlyTopic(filter);
        this.verdict = verdict;
    }

    private static @Nullable TopicName onlyTopic(String filter) {
        if (filter.isEmpty() || filter.indexOf('+') >= 0 || filter.indexOf('#') >= 0) {
            return null;
        }
        try {
            return TopicName.of(filter);
        } catch (PacketException tooLong) { // with a name in it: no client can name such a topic
            return null;
        }
    }

    boolean isAllowed() {
        return verdict.isAllowed();
    }

    Verdict verdict() {
        return verdict;
    }

    /** The one topic that it matches; null if there may be more. */
    @Nullable TopicName onlyTopic() {
        return onlyTopic;
    }

    /** Whether it is about one of these actions. */
    boolean isAbout(int bits) {
        return (actions & bits) != 0;
    }

    boolean matches(TopicName topic) {
        return filter.length == 0 || Coverage.covers(filter, topic.bytes());
    }

    /** Whether it matches all that a filter matches; the share prefix of that does not count. */
    boolean covers(TopicFilter asked) {
        return filter.length == 0 || Coverage.covers(filter, asked.bytes());
    }

    /** Whether it matches some of what a filter matches. */
    boolean overlaps(TopicFilter asked) {
        return filter.length == 0 || Coverage.overlaps(filter, asked.bytes());
    }

    /** The filter with names in the place of its placeholders. */
    @Override
    public String toString() {
        return filter.length == 0 ? "everything" : new String(filter, StandardCharsets.UTF_8);
    }
}

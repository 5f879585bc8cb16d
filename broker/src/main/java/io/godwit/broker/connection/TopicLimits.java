package io.godwit.broker.connection;

import io.godwit.broker.limits.Limits;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;

/** The limits on the length and the levels of topics. */
final class TopicLimits {

    private TopicLimits() {}

    /** Whether a Topic Name is over a limit. */
    static boolean exceeded(TopicName topic, Limits limits) {
        int length = topic.bytes().length;
        return length > limits.topicLength()
                // a name of n bytes has n + 1 levels at most: short ones need not be counted
                || length >= limits.topicLevels() && topic.levels() > limits.topicLevels();
    }

    /** Whether a Topic Filter is over a limit. */
    static boolean exceeded(TopicFilter filter, Limits limits) {
        return filter.bytes().length > limits.topicLength()
                || filter.levels() > limits.topicLevels();
    }
}

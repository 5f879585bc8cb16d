package io.godwit.codec;

/**
 * One Topic Filter with its Subscription Options, as SUBSCRIBE carries it (§3.8.3.1).
 *
 * @param filter the Topic Filter; shared ones keep their ShareName in {@link TopicFilter}
 * @param maximumQos the highest QoS that the subscriber wants, 0 to 2
 * @param noLocal whether the subscriber's own publications stay away; false before version 5
 * @param retainAsPublished whether RETAIN is forwarded as received; false before version 5
 * @param retainHandling which retained messages are sent at subscribe; {@link RetainHandling#SEND}
 *     before version 5
 */
public record SubscriptionRequest(
        TopicFilter filter,
        int maximumQos,
        boolean noLocal,
        boolean retainAsPublished,
        RetainHandling retainHandling) {

    /** A request with the options that versions before 5 have. */
    public SubscriptionRequest(TopicFilter filter, int maximumQos) {
        this(filter, maximumQos, false, false, RetainHandling.SEND);
    }

    /** This request, but for a QoS that is no higher. */
    public SubscriptionRequest upTo(int qos) {
        return maximumQos <= qos
                ? this
                : new SubscriptionRequest(filter, qos, noLocal, retainAsPublished, retainHandling);
    }
}

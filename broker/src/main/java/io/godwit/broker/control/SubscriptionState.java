package io.godwit.broker.control;

import org.jspecify.annotations.Nullable;

/**
 * A subscription, as an administrator sees it.
 *
 * @param filter the Topic Filter, without {@code $share/NAME/}
 * @param share the ShareName; {@code $queue} for a filter that begins so; null if it is not shared
 * @param qos the highest of its deliveries, 0 to 2
 * @param retainHandling 0 to 2
 * @param identifier the Subscription Identifier, 1 to 268,435,455; or null
 */
public record SubscriptionState(
        String clientId,
        String filter,
        @Nullable String share,
        int qos,
        boolean noLocal,
        boolean retainAsPublished,
        int retainHandling,
        @Nullable Integer identifier) {}

package io.godwit.broker.control;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session, as an administrator sees it.
 *
 * @param clientId its Client Identifier
 * @param userName the user that it belongs to, or null
 * @param isOfClient whether it belongs to whoever proves its Client Identifier; with neither it is
 *     anybody's
 * @param isConnected whether it has a connection
 * @param since when its connection came or, without one, when it closed
 * @param expiry how long it is kept without a connection, in whole seconds; null if it does not end
 *     by itself
 * @param queued how many messages wait in its queue
 * @param subscriptions how many it has
 * @param hasWill whether a will is to be published for it
 */
public record SessionState(
        String clientId,
        @Nullable String userName,
        boolean isOfClient,
        boolean isConnected,
        Instant since,
        @Nullable Duration expiry,
        int queued,
        int subscriptions,
        boolean hasWill) {}

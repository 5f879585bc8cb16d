package io.godwit.broker.control;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a running broker, connected or not. Safe from any thread but a shard's: calls may
 * block. The loops are asked for a few sessions at a time, so that a long list holds nobody up.
 */
public interface Clients {

    /**
     * Which clients.
     *
     * @param search a part of their Client Identifier, user name or address, in whatever case; or
     *     null
     * @param isConnected whether they are connected; null for both
     * @param limit 1 to {@link Page#MOST}
     * @param after a Client Identifier behind which to begin; or null
     */
    record ClientQuery(
            @Nullable String search,
            @Nullable Boolean isConnected,
            int limit,
            @Nullable String after) {}

    /**
     * Which subscriptions.
     *
     * @param filter a part of their filter, with {@code $share/NAME/}; or null
     * @param clientId whose; or null
     * @param limit 1 to {@link Page#MOST}
     * @param after what the page before said is next; or null
     */
    record SubscriptionQuery(
            @Nullable String filter,
            @Nullable String clientId,
            int limit,
            @Nullable String after) {}

    /**
     * Clients in the order of their Client Identifiers.
     *
     * @throws IOException if the broker does not say in time
     */
    Page<ClientState> list(ClientQuery query) throws IOException;

    /**
     * All of one client; empty if there is no session.
     *
     * @throws IOException if the broker does not say in time
     */
    Optional<ClientDetails> find(String clientId) throws IOException;

    /**
     * Disconnects a client, version 5 with reason code 0x98 (administrative action). Its session
     * goes on as its expiry says.
     *
     * @return false if it is not connected
     * @throws IOException if the broker does not say in time
     */
    boolean disconnect(String clientId) throws IOException;

    /**
     * Subscriptions in the order of their clients and filters.
     *
     * @throws IOException if the broker does not say in time
     */
    Page<SubscriptionState> subscriptions(SubscriptionQuery query) throws IOException;
}

package io.godwit.broker;

/**
 * What changed rules have done, or would do, to the clients that are connected.
 *
 * @param clients how many there are
 * @param revoked how many of their subscriptions are no longer allowed
 */
public record Reauthorized(int clients, int revoked) {

    Reauthorized plus(Reauthorized other) {
        return new Reauthorized(clients + other.clients, revoked + other.revoked);
    }
}

package io.godwit.broker.limits;

/**
 * The limits of one session; configured under {@code limits.session}. The queue of a shared
 * subscription, in use while all its members are offline, has the same {@code queuedMessages} and
 * {@code queuedBytes}.
 *
 * @param queuedMessages messages that wait in the queue, 0 to 100,000,000, default 100,000. At the
 *     limit {@link Limits#queueFull()} decides
 * @param queuedBytes bytes of topic, properties and payload that wait in the queue, 0 to 10^15,
 *     default 64 MB. At the limit {@link Limits#queueFull()} decides
 * @param inFlight messages sent at QoS 1 or 2 and not yet acknowledged, 1 to 65,535, default 20;
 *     the client's Receive Maximum caps it (§4.9). At the limit further ones wait in the queue
 * @param receiveMaximum messages that the client may send at QoS 1 or 2 before the first of them is
 *     acknowledged, 1 to 65,535, default 1,000; announced to version 5 clients as Receive Maximum
 *     (§3.2.2.3.3). One more: DISCONNECT 0x93 in version 5. An older client can't be told the
 *     number: its 65,535 packet identifiers are its limit
 * @param subscriptions subscriptions held, 0 to 10,000,000, default 10,000. One more: that filter
 *     is answered 0x97 (quota exceeded) in SUBACK, 0x80 in version 3.1.1; version 3.1 has no
 *     failure code and is closed. Replacing a subscription always works
 * @param outboxBytes encoded bytes that wait for the socket, 64 to 1,000,000,000, default 256,000;
 *     less than 65,536 counts as that. At the limit messages wait in the queue instead of being
 *     encoded; at QoS 0 they are dropped and counted when the queue is full too. A packet larger
 *     than this is sent when nothing waits before it. Control packets are always accepted
 * @param maximumExpiry seconds that a session without connection is kept at most, 0 to {@link
 *     Limits#NEVER}, default {@link Limits#NEVER}. A version 5 client that asks for more is given
 *     this and told so in CONNACK (§3.2.2.3.2); sessions of older versions end after it
 */
public record SessionLimits(
        int queuedMessages,
        long queuedBytes,
        int inFlight,
        int receiveMaximum,
        int subscriptions,
        int outboxBytes,
        long maximumExpiry) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is outside its range
     */
    public SessionLimits {
        Limits.check("queuedMessages", queuedMessages, 0, 100_000_000);
        Limits.check("queuedBytes", queuedBytes, 0, Limits.MOST_BYTES);
        Limits.check("inFlight", inFlight, 1, 65_535);
        Limits.check("receiveMaximum", receiveMaximum, 1, 65_535);
        Limits.check("subscriptions", subscriptions, 0, 10_000_000);
        Limits.check("outboxBytes", outboxBytes, 64, 1_000_000_000);
        Limits.check("maximumExpiry", maximumExpiry, 0, Limits.NEVER);
    }
}

package io.godwit.broker.limits;

/**
 * What happens to a message when the queue of a session, or of a shared subscription whose members
 * are all offline, is at one of its limits. Whatever is not delivered is counted by session and
 * reason. Control packets are never dropped. Key: {@code limits.queue-full}.
 */
public enum QueueFull {
    /** That session misses the new message; the others get it and the publisher is acknowledged. */
    REJECT_NEWEST,

    /**
     * The oldest message of that queue that was not yet sent makes room for the new one; the
     * publisher is acknowledged.
     */
    DROP_OLDEST,

    /**
     * The publisher is told, before any session gets the message: version 5 gets 0x97 (quota
     * exceeded) in PUBACK or PUBREC, older ones are closed. At QoS 0 there is no answer to give:
     * that session misses it as with {@link #REJECT_NEWEST}.
     */
    REFUSE_PUBLISHER
}

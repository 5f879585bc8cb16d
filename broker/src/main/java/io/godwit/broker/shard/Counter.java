package io.godwit.broker.shard;

/** What each shard counts; the sums stand in {@code $SYS} and in the metrics. */
public enum Counter {
    PACKETS_RECEIVED,
    PACKETS_SENT,
    BYTES_RECEIVED,
    BYTES_SENT,
    PUBLISH_RECEIVED,
    PUBLISH_SENT,
    PUBLISH_BYTES_RECEIVED,
    PUBLISH_BYTES_SENT,
    SOCKETS_OPENED,
    CONNECTIONS_OPENED,
    CONNECTIONS_CLOSED,
    SESSIONS_CREATED,
    SESSIONS_ENDED,
    SESSIONS_EXPIRED,
    SUBSCRIPTIONS_ADDED,
    SUBSCRIPTIONS_REMOVED,
    SHARED_SUBSCRIPTIONS_ADDED,
    SHARED_SUBSCRIPTIONS_REMOVED,
    MESSAGES_QUEUED,
    MESSAGES_UNQUEUED,
    WILLS_PUBLISHED,
    RETAINED_REFUSED,
    DROPPED_QUEUE_FULL,
    DROPPED_QUEUE_BYTES,
    DROPPED_OLDEST,
    DROPPED_MEMORY,
    DROPPED_SLOW,
    DROPPED_PACKET_TOO_LARGE,
    DROPPED_EXPIRED,
    DROPPED_NOT_STORED,
    DROPPED_SESSION_ENDED,
    DROPPED_NO_MEMBER,
    DROPPED_NOT_AUTHORIZED,
    /** PUBLISH packets that the rules refused. */
    PUBLISH_DENIED,
    /** Filters in SUBSCRIBE packets that the rules refused. */
    SUBSCRIBE_DENIED,
    /** Wills that the rules refused, in CONNECT or when they were due. */
    WILL_DENIED,
    /** Subscriptions that were there and that changed rules no longer allow. */
    SUBSCRIPTIONS_REVOKED,
    /** Actions of a shard that failed: each is a defect, and its stack is in the log. */
    FAILED_ACTIONS
}

package io.godwit.broker.shard;

/** What each shard counts; the sums stand in {@code $SYS} and in the metrics. */
public enum Counter {
    /** All packets that came; like the seven after it a sum of what {@link Traffic} has by type. */
    PACKETS_RECEIVED,
    PACKETS_SENT,
    BYTES_RECEIVED,
    BYTES_SENT,
    PUBLISH_RECEIVED,
    PUBLISH_SENT,
    /** Payloads only, as {@link #PUBLISH_BYTES_SENT} is. */
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
    /** The sizes of what was queued, as {@code limits} counts them. */
    BYTES_QUEUED,
    BYTES_UNQUEUED,
    /** Copies of messages that clients or the broker published, each for a session that matched. */
    COPIES_ROUTED,
    /** The same of wills. */
    COPIES_OF_WILLS,
    /** Retained messages for new subscriptions. */
    COPIES_RETAINED,
    /** Copies that an earlier process has left. */
    COPIES_RECOVERED,
    /** Deliveries at QoS 1 and 2 that got a packet identifier. */
    FLOWS_STARTED,
    /** Those of them that the client has acknowledged to the end. */
    FLOWS_COMPLETED,
    /** Those that ended without: dropped, or taken back by a shared subscription. */
    FLOWS_GIVEN_UP,
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
    /** At QoS 0, for a client that has no connection or has just lost it. */
    DROPPED_OFFLINE,
    /** In the store, by its own count, and not to be read. */
    DROPPED_UNREADABLE,
    /** PUBLISH packets that the rules refused. */
    PUBLISH_DENIED,
    /** Filters in SUBSCRIBE packets that the rules refused. */
    SUBSCRIBE_DENIED,
    /** Wills that the rules refused, in CONNECT or when they were due. */
    WILL_DENIED,
    /** Subscriptions that were there and that changed rules no longer allow. */
    SUBSCRIPTIONS_REVOKED,
    /** Authentications that let the client in. */
    AUTHENTICATIONS_ACCEPTED,
    /** Refused with 0x86 (bad user name or password). */
    AUTHENTICATIONS_WITH_BAD_CREDENTIALS,
    /** Refused with 0x87 (not authorized). */
    AUTHENTICATIONS_NOT_AUTHORIZED,
    /** Refused with 0x89 (server busy) or 0x88 (server unavailable). */
    AUTHENTICATIONS_BUSY,
    /** Refused with any other reason. */
    AUTHENTICATIONS_REFUSED_OTHERWISE,
    /** No authenticator knew the client. */
    AUTHENTICATIONS_PASSED,
    /** Refusals that waited. */
    AUTHENTICATIONS_DELAYED,
    /** Connections that ended because their authentication had expired. */
    AUTHENTICATIONS_EXPIRED,
    REAUTHENTICATIONS,
    REAUTHENTICATIONS_FAILED,
    /** Sockets that were closed, and CONNECTs that were refused, because of a ban. */
    CONNECTIONS_BANNED,
    CONNECTIONS_OVER_ADDRESS_RATE,
    CONNECTIONS_OVER_UNDECIDED,
    CONNECTIONS_OVER_LISTENER_RATE,
    CONNECTIONS_OVER_LISTENER_PLACES,
    /**
     * CONNECTs, and AUTH packets before CONNACK, that were larger than {@code limits.connect-size}.
     */
    CONNECTIONS_OVER_SIZE,
    /** CONNECTs that {@code limits.memory} had no room for. */
    CONNECTIONS_OVER_MEMORY,
    /** CONNECTs that asked for a session of another user. */
    CONNECTIONS_TO_FOREIGN_SESSIONS,
    /** Bans that the broker made by itself. */
    BANS_FOR_FAILURES,
    BANS_FOR_FLAPPING,
    /** How often a client was not read because it published too much. */
    PUBLISHERS_PAUSED,
    PUBLISHERS_DISCONNECTED,
    /** Actions of a shard that failed: each is a defect, and its stack is in the log. */
    FAILED_ACTIONS
}

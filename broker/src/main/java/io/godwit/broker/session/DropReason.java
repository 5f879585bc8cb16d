package io.godwit.broker.session;

import io.godwit.broker.shard.Counter;

/** Why a session missed a message; counted by session and in all. */
public enum DropReason {
    /** The queue held as many messages as it may. */
    QUEUE_FULL(Counter.DROPPED_QUEUE_FULL, "its queue is full"),
    /** The queue held as many bytes as it may. */
    QUEUE_BYTES(Counter.DROPPED_QUEUE_BYTES, "its queue holds as many bytes as it may"),
    /** A newer message took the place of the oldest. */
    OLDEST(Counter.DROPPED_OLDEST, "its queue is full and the oldest message made room"),
    /** All queues together held as many bytes as they may. */
    MEMORY(Counter.DROPPED_MEMORY, "limits.memory is used up"),
    /** A QoS 0 message for a client that does not keep up. */
    SLOW(Counter.DROPPED_SLOW, "the client reads too slowly for QoS 0"),
    /** Over the client's Maximum Packet Size [v5 MQTT-3.1.2-25]. */
    PACKET_TOO_LARGE(Counter.DROPPED_PACKET_TOO_LARGE, "over the client's Maximum Packet Size"),
    /** The Message Expiry Interval passed in the queue [v5 MQTT-3.3.2-5]. */
    EXPIRED(Counter.DROPPED_EXPIRED, "it expired while it was queued"),
    /** The disk would not take it; its publisher was told, or sends it again. */
    NOT_STORED(Counter.DROPPED_NOT_STORED, "it could not be stored"),
    /** The session ended with the message in its queue, or sent and not acknowledged. */
    SESSION_ENDED(Counter.DROPPED_SESSION_ENDED, "the session ended"),
    /** The rules do not let the client have it. */
    NOT_AUTHORIZED(Counter.DROPPED_NOT_AUTHORIZED, "the client may not receive it");

    private final Counter counter;
    private final String words;

    DropReason(Counter counter, String words) {
        this.counter = counter;
        this.words = words;
    }

    /** What counts it for the whole broker. */
    public Counter counter() {
        return counter;
    }

    /** The reason as a log line gives it. */
    public String words() {
        return words;
    }
}

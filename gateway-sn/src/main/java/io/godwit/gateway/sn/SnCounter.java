package io.godwit.gateway.sn;

/** What a gateway counts, beside what the broker counts of its clients. */
public enum SnCounter {
    DATAGRAMS_RECEIVED,
    DATAGRAMS_SENT,
    /** Datagrams that the socket did not take. */
    DATAGRAMS_UNSENT,
    /** Datagrams that are no message of MQTT-SN. */
    MALFORMED,
    /** Datagrams of sources that sent more than {@code source-rate}. */
    DROPPED_RATE,
    /** Datagrams in DTLS that the gateway did not keep up with. */
    DROPPED_LATE,
    /**
     * Handshakes of DTLS that failed, and proofs in them that were wrong, as with an unknown
     * identity or a wrong key.
     */
    HANDSHAKES_FAILED,
    /** QoS 0 messages of clients that the broker did not keep up with. */
    DROPPED_BUSY,
    /** Datagrams from addresses that no client is connected from. */
    UNKNOWN_SOURCE,
    /**
     * Protected packets of senders that nobody knows, of another scheme, with a wrong tag, or that
     * have come before.
     */
    PROTECTION_REFUSED,
    /** CONNECTs that were refused, by the gateway or by the broker. */
    CONNECTS_REFUSED,
    /**
     * CONNECTs for a client that is connected elsewhere, and its moves, if it answers there or is
     * somebody else by its DTLS or protection.
     */
    RIVALS_REFUSED,
    /** Messages and requests with a topic identifier that nobody has given. */
    UNKNOWN_TOPIC,
    /** Topics that found {@code topic-ids} used up. */
    TOPICS_FULL,
    /** Messages on topics that the client has refused to take an identifier for. */
    DROPPED_REJECTED,
    /** Messages larger than {@code datagram-size}. */
    DROPPED_TOO_LARGE,
    /** Messages at QoS -1 that nobody may publish, or that there was no room for. */
    DROPPED_CONNECTIONLESS,
    /** Requests that came while the one before was not answered. */
    OVERLAPPING,
    /** Answers that were sent again, because the request came again. */
    REPEATED_REPLIES,
    /** Messages that were sent again, because no answer came. */
    RETRANSMITTED,
    /** Clients that did not answer, or were silent for longer than they said. */
    CLIENTS_LOST,
    /** Clients that went to sleep. */
    SLEEPS,
    /** Sleeps that are longer than {@code maximum-sleep}, which was taken instead. */
    SLEEPS_CAPPED,
    /** Sleeping clients that woke up. */
    WAKES,
    /** Clients that woke up and did not answer; they get what has waited the next time. */
    SLEEPERS_UNANSWERED,
    /** Clients that spoke from another address, mostly after a sleep, and answered there. */
    MOVES,
    /** What was remembered of a client that is gone, and given up for others. */
    FORGOTTEN
}

package io.godwit.server.crash;

/** A promise that was not kept, and what led to it. */
record Violation(Kind kind, String what) {

    enum Kind {
        /** A client saw what must never happen. */
        ANOMALY,
        /** A session that CONNACK had promised was not there. */
        SESSION_LOST,
        /** An acknowledged message did not reach a session that had subscribed to it. */
        LOST,
        /** A QoS 2 message reached a session twice. */
        TWICE,
        /** A message came for the first time behind a later one. */
        OUT_OF_ORDER,
        /** A message came again without DUP, though neither publisher nor crash is a reason. */
        NOT_MARKED_DUP,
        /** A message came that nobody had sent. */
        NOT_SENT,
        /** A message came to a session that had no subscription to it. */
        NOT_SUBSCRIBED,
        /** A message came with a QoS that does not follow from its subscriptions. */
        WRONG_QOS,
        /** A message came with Subscription Identifiers that do not follow from them. */
        WRONG_IDENTIFIERS,
        /** What is retained is neither the last acknowledged message nor a later one. */
        WRONG_RETAINED
    }

    @Override
    public String toString() {
        return kind + ": " + what;
    }
}

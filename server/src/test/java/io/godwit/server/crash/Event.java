package io.godwit.server.crash;

import java.util.List;
import java.util.Map;

/**
 * Something that the load saw or did. What it did is noted before it is sent, what it saw after it
 * was read; so if an event is before another in the history, it was before it in truth.
 */
sealed interface Event {

    /** The broker runs, for the n-th time. */
    record Started(int run) implements Event {}

    /** The broker is about to be killed. */
    record Killed(int run) implements Event {}

    /** CONNACK, for the n-th connection of a session. */
    record Connected(String session, int connection, boolean sessionPresent) implements Event {}

    /** PUBLISH to the broker; with RETAIN and an empty payload if it clears. */
    record Sent(Message message, int qos, boolean retain, boolean clears, boolean dup)
            implements Event {}

    /** PUBACK, or PUBREC, with success: from here on the message is the broker's. */
    record Acknowledged(Message message) implements Event {}

    /**
     * SUBSCRIBE.
     *
     * @param identifier the Subscription Identifier, 0 for none
     */
    record SubscribeSent(String session, String filter, int qos, int identifier) implements Event {}

    /** SUBACK. */
    record Subscribed(String session, String filter) implements Event {}

    /** UNSUBSCRIBE. */
    record UnsubscribeSent(String session, String filter) implements Event {}

    /** UNSUBACK. */
    record Unsubscribed(String session, String filter) implements Event {}

    /**
     * A PUBLISH arrived that is not the repetition of one that the receiver still knows by its
     * packet identifier.
     */
    record Delivered(
            String session,
            int connection,
            Message message,
            int qos,
            boolean dup,
            boolean retain,
            List<Integer> identifiers)
            implements Event {

        @Override
        public String toString() {
            return "Delivered[%s/%d %s qos %d%s%s %s]"
                    .formatted(
                            session,
                            connection,
                            message,
                            qos,
                            dup ? " dup" : "",
                            retain ? " retain" : "",
                            identifiers);
        }
    }

    /** What a new subscriber was sent as retained: the numbers of the messages by topic. */
    record RetainedSeen(Map<String, Integer> numbers) implements Event {}

    /** What must never happen, whatever happened before. */
    record Anomaly(String client, String what) implements Event {}

    /**
     * What is sent from here on is only to show that what was sent before has arrived; some of it
     * may still be queued at the end.
     */
    record Closing() implements Event {}

    /** All that was sent is acknowledged, and all that was queued had its time to arrive. */
    record Drained() implements Event {}
}

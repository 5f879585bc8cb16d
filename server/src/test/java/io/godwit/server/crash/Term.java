package io.godwit.server.crash;

import io.godwit.server.crash.Event.SubscribeSent;
import java.util.List;

/** A subscription from SUBSCRIBE to UNSUBACK; times are places in the history. */
final class Term {

    static final int NEVER = Integer.MAX_VALUE;

    final String filter;
    final int qos;
    final int identifier;
    final int requested;
    int granted = NEVER;
    int leaving = NEVER;
    int left = NEVER;

    Term(SubscribeSent sent, int at) {
        filter = sent.filter();
        qos = sent.qos();
        identifier = sent.identifier();
        requested = at;
    }

    boolean matches(String topic) {
        return Topics.matches(topic, filter);
    }

    /** Whether it was there for certain, whenever the broker took the message. */
    boolean isFirm(Sending sending) {
        return granted < sending.first && (leaving == NEVER || leaving > sending.acknowledged);
    }

    /**
     * Whether its session must get the message: one that is queued may go with its subscription
     * (§3.10.4).
     */
    boolean isOwed(Sending sending) {
        return granted < sending.first && leaving == NEVER;
    }

    /** Whether it may have been there when the broker took the message. */
    boolean isPossible(Sending sending) {
        return requested < sending.acknowledged && left > sending.first;
    }

    static int highestQos(List<Term> terms) {
        return terms.stream().mapToInt(term -> term.qos).max().orElse(0);
    }

    static List<Integer> identifiers(List<Term> terms) {
        return terms.stream().map(term -> term.identifier).filter(it -> it > 0).toList();
    }

    @Override
    public String toString() {
        return "%s qos %d id %d [%s, %s, %s, %s]"
                .formatted(
                        filter,
                        qos,
                        identifier,
                        requested,
                        time(granted),
                        time(leaving),
                        time(left));
    }

    private static String time(int at) {
        return at == NEVER ? "never" : Integer.toString(at);
    }
}

package io.godwit.broker.control;

import java.util.List;

/**
 * Why a client may or may not do something.
 *
 * @param isAllowed whether it may
 * @param verdict which rule says so, or why none does
 * @param steps everything that was looked at, in its order; of very many rules those that did not
 *     match are counted only
 * @param recipients who would get a message that is published, as far as {@link #MOST} goes
 */
public record Explanation(
        boolean isAllowed, String verdict, List<Step> steps, List<Recipient> recipients) {

    /** Steps and recipients that an explanation has at most. */
    public static final int MOST = 1_000;

    /** Copies the lists. */
    public Explanation {
        steps = List.copyOf(steps);
        recipients = List.copyOf(recipients);
    }

    /**
     * One thing that was looked at.
     *
     * @param place where it stands, as {@code file:line}; empty if it is no rule
     * @param what the rule as it is read, or the question that the next steps answer
     * @param outcome what came of it
     */
    public record Step(String place, String what, String outcome) {}

    /**
     * Who would get a message.
     *
     * @param clientId the Client Identifier
     * @param filter the subscription that matches; of the members of a shared one, one gets it
     * @param qos that of the delivery, 0 to 2
     * @param isAllowed whether the rules let the client have it
     * @param isConnected whether it is there; a message at QoS 1 or 2 waits for one that is not
     */
    public record Recipient(
            String clientId, String filter, int qos, boolean isAllowed, boolean isConnected) {}

    /** The same with others as recipients. */
    public Explanation withRecipients(List<Recipient> others) {
        return new Explanation(isAllowed, verdict, steps, others);
    }
}

package io.godwit.server;

import io.godwit.access.authentication.AuthenticatorChain;
import io.godwit.access.rules.Explainer;
import io.godwit.access.rules.RuleAuthorizer;
import io.godwit.broker.Broker;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.control.Explanation;
import io.godwit.broker.control.Explanation.Step;
import io.godwit.broker.control.Question;
import io.godwit.broker.control.Refusal;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicName;
import java.util.ArrayList;
import java.util.List;

/**
 * Explains what a client may do, by the rules that are in force when it is asked. Safe for every
 * thread.
 */
record AccessExplanations(AccessControl access, Broker broker) {

    /** Explains; of a CONNECT also who is asked whether it is the client that it says it is. */
    Explanation explain(Question question) throws Refusal {
        if (!(access.authorizer() instanceof RuleAuthorizer rules)) {
            throw new Refusal("this broker was embedded with rules of its own");
        }
        Explanation explanation = new Explainer(rules).explain(question);
        return switch (question.act()) {
            case CONNECT -> withAuthenticators(explanation);
            case PUBLISH ->
                    explanation.isAllowed() ? withRecipients(explanation, question) : explanation;
            case SUBSCRIBE, RECEIVE -> explanation;
        };
    }

    private Explanation withAuthenticators(Explanation explanation) {
        List<Step> steps = new ArrayList<>();
        steps.add(
                new Step(
                        "",
                        "Who is it?",
                        "asked in this order, until one accepts or refuses: " + authenticators()));
        steps.addAll(explanation.steps());
        return new Explanation(
                explanation.isAllowed(), explanation.verdict(), steps, explanation.recipients());
    }

    private String authenticators() {
        return access.authenticator() instanceof AuthenticatorChain chain
                ? String.join(", ", chain.names())
                : "what the program brings along that this broker is embedded in";
    }

    private Explanation withRecipients(Explanation explanation, Question question) throws Refusal {
        try {
            TopicName topic = TopicName.of(String.valueOf(question.topic()));
            return explanation.withRecipients(broker.recipients(topic, question.qos()));
        } catch (PacketException invalid) {
            throw new Refusal(String.valueOf(invalid.getMessage()));
        }
    }
}

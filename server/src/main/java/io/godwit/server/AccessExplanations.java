package io.godwit.server;

import io.godwit.access.authentication.AuthenticatorChain;
import io.godwit.access.authentication.jwt.JwtLink;
import io.godwit.access.rules.Explainer;
import io.godwit.access.rules.RuleAuthorizer;
import io.godwit.broker.Broker;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Challenged;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Passed;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Permit;
import io.godwit.broker.control.Explanation;
import io.godwit.broker.control.Explanation.Step;
import io.godwit.broker.control.Question;
import io.godwit.broker.control.Question.Act;
import io.godwit.broker.control.Refusal;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicName;
import io.godwit.codec.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Explains what a client may do, by the rules that are in force when it is asked. Safe for every
 * thread but an event loop's, which it would block.
 */
record AccessExplanations(AccessControl access, Broker broker) {

    private static final long PATIENCE_SECONDS = 30;

    /** Explains; of a CONNECT also who is asked whether it is the client that it says it is. */
    Explanation explain(Question question) throws Refusal {
        if (!(access.authorizer() instanceof RuleAuthorizer rules)) {
            throw new Refusal("this broker was embedded with rules of its own");
        }
        Explainer explainer = new Explainer(rules);
        List<Step> who = new ArrayList<>();
        if (question.act() == Act.CONNECT) {
            who.add(
                    new Step(
                            "",
                            "Who is it?",
                            "asked in this order, until one accepts or refuses: "
                                    + authenticators()));
        }
        Explanation explanation;
        if (question.token() == null) {
            explanation = explainer.explain(question);
        } else {
            switch (decision(question, question.token())) {
                case Accepted accepted -> {
                    who.addAll(stepsOf(accepted.identity()));
                    explanation = explainer.explain(question, accepted.identity());
                }
                case Refused refused -> explanation = refused(refused.why());
                case Passed(String why) -> explanation = refused(why);
                case Challenged _ -> explanation = refused("it leads to another question");
            }
        }
        if (question.act() == Act.PUBLISH && explanation.isAllowed()) {
            explanation = explanation.withRecipients(recipients(question));
        }
        who.addAll(explanation.steps());
        return new Explanation(
                explanation.isAllowed(), explanation.verdict(), who, explanation.recipients());
    }

    private static Explanation refused(String why) {
        return new Explanation(false, "its token does not let it in: " + why, List.of(), List.of());
    }

    private String authenticators() {
        return access.authenticator() instanceof AuthenticatorChain chain
                ? String.join(", ", chain.names())
                : "what the program brings along that this broker is embedded in";
    }

    private Decision decision(Question question, String token) throws Refusal {
        CompletableFuture<Decision> decided = new CompletableFuture<>();
        access.authenticator()
                .authenticate(
                        new Credentials(
                                question.clientId(),
                                null,
                                null,
                                JwtLink.METHOD,
                                token.getBytes(StandardCharsets.UTF_8),
                                Explainer.origin(question),
                                null),
                        decided::complete);
        return inTime(decided);
    }

    private static List<Step> stepsOf(Identity identity) {
        String groups =
                identity.groups().stream()
                        .sorted()
                        .map(Utf8::quote)
                        .collect(Collectors.joining(", "));
        String rules =
                identity.permits().stream()
                        .map(AccessExplanations::inWords)
                        .collect(Collectors.joining(", "));
        return List.of(
                new Step(
                        "",
                        "Who is it by its token?",
                        "the user %s with the client identifier %s, in %s"
                                .formatted(
                                        Utf8.quote(String.valueOf(identity.userName())),
                                        Utf8.quote(identity.clientId()),
                                        groups.isEmpty() ? "no group" : "the groups " + groups)),
                new Step(
                        "",
                        "Which rules does its token bring along?",
                        rules.isEmpty() ? "none" : rules));
    }

    private static String inWords(Permit permit) {
        return "%s %s %s"
                .formatted(
                        permit.isAllowed() ? "allow" : "deny",
                        permit.action().name().toLowerCase(Locale.ROOT),
                        Utf8.quote(permit.filter()));
    }

    private List<Explanation.Recipient> recipients(Question question) throws Refusal {
        try {
            TopicName topic = TopicName.of(String.valueOf(question.topic()));
            return inTime(broker.recipients(topic, question.qos()));
        } catch (PacketException invalid) {
            throw new Refusal(String.valueOf(invalid.getMessage()));
        }
    }

    private static <T> T inTime(CompletableFuture<T> answer) throws Refusal {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException _) {
            throw new Refusal("there was no answer within %d s".formatted(PATIENCE_SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Refusal("the broker is stopping");
        }
    }
}

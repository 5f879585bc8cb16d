package io.godwit.access.rules;

import io.godwit.access.rules.Rule.ForClient;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.auth.Verdict;
import io.godwit.broker.control.Explanation;
import io.godwit.broker.control.Explanation.Step;
import io.godwit.broker.control.Question;
import io.godwit.broker.control.Refusal;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says what the rules make of a question, step by step. The verdict is the one that a client would
 * get; the steps look at the same compiled rules in the same order. Safe for every thread.
 */
public final class Explainer {

    private final RuleAuthorizer authorizer;

    /** What these rules say. */
    public Explainer(RuleAuthorizer authorizer) {
        this.authorizer = authorizer;
    }

    /**
     * Explains. A CONNECT is allowed as far as the rules go: they are asked about its will only.
     *
     * @throws Refusal if the topic or filter is missing or not valid
     */
    public Explanation explain(Question question) throws Refusal {
        return explain(
                question,
                new Identity(
                        question.clientId(), question.userName(), question.groups(), List.of()));
    }

    /**
     * The same for a client whose authentication has said who it is, with rules of its own.
     *
     * @throws Refusal if the topic or filter is missing or not valid
     */
    public Explanation explain(Question question, Identity client) throws Refusal {
        Origin origin = origin(question);
        Permissions permissions = authorizer.permissionsOf(client, origin);
        Steps steps = new Steps(authorizer.rulesFor(client, origin), authorizer.otherwise(client));
        return switch (question.act()) {
            case CONNECT -> connect(question, permissions, steps);
            case PUBLISH -> publish(question, permissions, steps);
            case SUBSCRIBE -> subscribe(question, permissions, steps);
            case RECEIVE -> receive(question, permissions, steps);
        };
    }

    /** Where the client would come from. */
    public static Origin origin(Question question) {
        return new Origin(
                question.listener(), question.address(), 0, false, List.of(), null, Map.of());
    }

    private static Explanation connect(Question question, Permissions permissions, Steps steps)
            throws Refusal {
        if (question.topic() == null) {
            return new Explanation(
                    true, "there is no will; rules are about nothing else", List.of(), List.of());
        }
        TopicName topic = topic(question);
        steps.walk("May it have this will?", topic, Action.PUBLISH, Action.WILL);
        if (question.retain()) {
            steps.walkRetain(topic);
        }
        Verdict verdict = permissions.will(topic, question.qos(), question.retain());
        return explained(verdict, question.qos(), steps);
    }

    private static Explanation publish(Question question, Permissions permissions, Steps steps)
            throws Refusal {
        TopicName topic = topic(question);
        steps.walk("May it publish?", topic, Action.PUBLISH, Action.PUBLISH);
        if (question.retain()) {
            steps.walkRetain(topic);
        }
        Verdict verdict = permissions.publish(topic, question.qos(), question.retain());
        return explained(verdict, question.qos(), steps);
    }

    private Explanation subscribe(Question question, Permissions permissions, Steps steps)
            throws Refusal {
        TopicFilter filter;
        try {
            filter = TopicFilter.of(required(question));
        } catch (PacketException invalid) {
            throw new Refusal(String.valueOf(invalid.getMessage()));
        }
        steps.walk(filter);
        Verdict verdict = permissions.subscribe(filter);
        if (authorizer.hasMosquittoSemantics()) {
            steps.note(
                    "authorization.mosquitto-semantics = true",
                    "SUBSCRIBE is always granted, and each message is checked when it is"
                            + " delivered");
        }
        return explained(verdict, Math.min(question.qos(), verdict.maximumQos()), steps);
    }

    private static Explanation receive(Question question, Permissions permissions, Steps steps)
            throws Refusal {
        TopicName topic = topic(question);
        steps.walk("May it receive?", topic, Action.SUBSCRIBE, Action.RECEIVE);
        Verdict verdict = permissions.receive(topic);
        return explained(verdict, 0, steps);
    }

    private static Explanation explained(Verdict verdict, int qos, Steps steps) {
        String why =
                verdict.isAllowed()
                        ? "%s, at QoS %d and below".formatted(verdict.rule(), verdict.maximumQos())
                        : verdict.rule();
        return new Explanation(verdict.allows(qos), why, steps.all, List.of());
    }

    private static TopicName topic(Question question) throws Refusal {
        try {
            return TopicName.of(required(question));
        } catch (PacketException invalid) {
            throw new Refusal(String.valueOf(invalid.getMessage()));
        }
    }

    private static String required(Question question) throws Refusal {
        String topic = question.topic();
        if (topic == null) {
            throw new Refusal("a topic is missing");
        }
        return topic;
    }

    /** Walks through the rules of a client and writes down what it sees. */
    private static final class Steps {

        private final List<ForClient> rules;
        private final Verdict otherwise;
        private final List<Step> all = new ArrayList<>();

        Steps(List<ForClient> rules, Verdict otherwise) {
            this.rules = rules;
            this.otherwise = otherwise;
        }

        void note(String what, String outcome) {
            all.add(new Step("", what, outcome));
        }

        void walk(String heading, TopicName topic, Action wider, Action narrower) {
            if (wider == Action.PUBLISH && OpenAuthorizer.isSystem(topic)) {
                note(heading, OpenAuthorizer.OWN.rule());
                return;
            }
            note(heading, "the first rule about " + words(wider, narrower) + " that matches");
            CompiledRule found =
                    walk(wider.bit() | narrower.bit(), rule -> rule.matches(topic) ? "" : null);
            if (found == null) {
                note("none matches", otherwise.rule());
            }
            if (wider != narrower && RuleTable.verdict(found, otherwise).isAllowed()) {
                note(
                        "Does a rule about " + narrower.word() + " deny it nevertheless?",
                        "the first of them that matches");
                noneDenies(walk(narrower.bit(), rule -> rule.matches(topic) ? "" : null));
            }
        }

        void walkRetain(TopicName topic) {
            note("May it be retained?", "the first rule about retain that matches");
            noneDenies(walk(Action.RETAIN.bit(), rule -> rule.matches(topic) ? "" : null));
        }

        private void noneDenies(@Nullable CompiledRule found) {
            if (found == null) {
                note("none matches", "it stays allowed, if it was");
            }
        }

        void walk(TopicFilter filter) {
            note("May it subscribe?", "the first rule about subscribe that covers all of it");
            CompiledRule found =
                    walk(
                            Action.SUBSCRIBE.bit(),
                            rule -> {
                                if (rule.covers(filter)) {
                                    return "";
                                }
                                return rule.overlaps(filter)
                                        ? "covers a part of it, which counts at delivery"
                                        : null;
                            });
            if (found == null) {
                note("none covers it", otherwise.rule());
            }
        }

        /**
         * Goes through the rules up to the first that fits.
         *
         * @param fits gives an empty text if a rule does, or else why not, or null
         */
        private @Nullable CompiledRule walk(
                int actions, Function<CompiledRule, @Nullable String> fits) {
            int left = 0;
            for (ForClient rule : rules) {
                CompiledRule compiled = rule.compiled();
                String why =
                        compiled == null
                                ? "not for this client: " + rule.whyNot()
                                : !compiled.isAbout(actions)
                                        ? "about other actions"
                                        : fits.apply(compiled);
                if (compiled != null && "".equals(why)) {
                    noteLeft(left);
                    String says =
                            compiled.isAllowed()
                                    ? "matches and allows it at QoS "
                                            + compiled.verdict().maximumQos()
                                            + " and below"
                                    : "matches and denies it";
                    all.add(new Step(rule.rule().place(), rule.rule().toString(), says));
                    return compiled;
                }
                if (all.size() < Explanation.MOST) {
                    String outcome = why == null ? "does not match" : why;
                    all.add(new Step(rule.rule().place(), rule.rule().toString(), outcome));
                } else {
                    left++;
                }
            }
            noteLeft(left);
            return null;
        }

        private void noteLeft(int left) {
            if (left > 0) {
                note(left + " more rules", "are left out here; they do not match");
            }
        }

        private static String words(Action wider, Action narrower) {
            return wider == narrower ? wider.word() : wider.word() + " or " + narrower.word();
        }
    }
}

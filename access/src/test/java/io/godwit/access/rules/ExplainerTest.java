package io.godwit.access.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.access.rules.Rule.Placeholders;
import io.godwit.broker.control.Explanation;
import io.godwit.broker.control.Explanation.Step;
import io.godwit.broker.control.Question;
import io.godwit.broker.control.Question.Act;
import io.godwit.broker.control.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every step of a decision is told; and files of expectations are held against the same rules. */
class ExplainerTest {

    private static final AclFile ACL =
            AclFile.parse(
                    "acl",
                    "topic read open/#\nuser alice\ntopic deny home/safe\ntopic home/#\n"
                            .getBytes(UTF_8),
                    new ArrayList<>());

    private static final List<Rule> RULES =
            List.of(
                    Rule.of(false, Set.of(Action.RETAIN), "home/#", "conf:1"),
                    Rule.of(false, Set.of(Action.RECEIVE), "home/x", "conf:2"),
                    new Rule(
                            true,
                            Action.ALL,
                            "%c/#",
                            Placeholders.ONE_LEVEL,
                            new Who(new Glob("bob"), false, null, "staff", null, "tls"),
                            1,
                            "conf:3"));

    private final Explainer explainer = new Explainer(new RuleAuthorizer(RULES, ACL, null, false));

    private static Question question(Act act, @Nullable String topic, boolean retain) {
        return new Question(act, "c1", "alice", Set.of(), null, "", topic, 1, retain);
    }

    @Test
    void everyRuleThatWasLookedAtIsNamedWithItsPlace() throws Refusal {
        Explanation explanation = explainer.explain(question(Act.PUBLISH, "home/x", false));
        assertThat(explanation.isAllowed()).isTrue();
        assertThat(explanation.verdict()).isEqualTo("acl:4, at QoS 2 and below");
        assertThat(explanation.steps())
                .containsExactly(
                        new Step(
                                "", "May it publish?", "the first rule about publish that matches"),
                        new Step("conf:1", "deny retain home/#", "about other actions"),
                        new Step("conf:2", "deny receive home/x", "about other actions"),
                        new Step(
                                "conf:3",
                                "allow all %c/# user = bob group = staff listener = tls qos = 1",
                                "not for this client: it is for another user name"),
                        new Step("acl:3", "deny all home/safe", "does not match"),
                        new Step(
                                "acl:4",
                                "allow all home/#",
                                "matches and allows it at QoS 2 and below"));
    }

    @Test
    void retainIsAskedForBehindPublish() throws Refusal {
        Explanation explanation = explainer.explain(question(Act.PUBLISH, "home/x", true));
        assertThat(explanation.isAllowed()).isFalse();
        assertThat(explanation.verdict()).isEqualTo("conf:1");
        assertThat(explanation.steps().reversed())
                .startsWith(
                        new Step("conf:1", "deny retain home/#", "matches and denies it"),
                        new Step(
                                "",
                                "May it be retained?",
                                "the first rule about retain that matches"));
    }

    @Test
    void aFilterThatOnlyAPartOfIsCoveredIsExplained() throws Refusal {
        Explanation explanation = explainer.explain(question(Act.SUBSCRIBE, "home/+", false));
        assertThat(explanation.isAllowed()).isTrue();
        assertThat(explanation.steps())
                .contains(
                        new Step(
                                "acl:3",
                                "deny all home/safe",
                                "covers a part of it, which counts at delivery"));
        Explanation denied = explainer.explain(question(Act.SUBSCRIBE, "#", false));
        assertThat(denied.isAllowed()).isFalse();
        assertThat(denied.steps().getLast())
                .isEqualTo(new Step("", "none covers it", "no rule matches"));
    }

    @Test
    void whatIsReceivedIsDecidedTwice() throws Refusal {
        Explanation explanation = explainer.explain(question(Act.RECEIVE, "home/x", false));
        assertThat(explanation.isAllowed()).isFalse();
        assertThat(explanation.verdict()).isEqualTo("conf:2");
    }

    @Test
    void aConnectIsAboutItsWill() throws Refusal {
        assertThat(explainer.explain(question(Act.CONNECT, null, false)).isAllowed()).isTrue();
        assertThat(explainer.explain(question(Act.CONNECT, "home/x", false)).isAllowed()).isTrue();
        Explanation retained = explainer.explain(question(Act.CONNECT, "home/x", true));
        assertThat(retained.isAllowed()).isFalse();
        assertThat(retained.verdict()).isEqualTo("conf:1");
    }

    @Test
    void theServersOwnTopicsAreExplainedWithoutRules() throws Refusal {
        Explanation explanation = explainer.explain(question(Act.PUBLISH, "$SYS/x", false));
        assertThat(explanation.isAllowed()).isFalse();
        assertThat(explanation.steps())
                .containsExactly(
                        new Step("", "May it publish?", "topics below $SYS are the server's own"));
    }

    @Test
    void mosquittosWayIsSaid() throws Refusal {
        Explanation explanation =
                new Explainer(new RuleAuthorizer(RULES, ACL, null, true))
                        .explain(question(Act.SUBSCRIBE, "#", false));
        assertThat(explanation.isAllowed()).isTrue();
        assertThat(explanation.steps().getLast().what())
                .isEqualTo("authorization.mosquitto-semantics = true");
    }

    @Test
    void ofVeryManyRulesThoseThatDoNotMatchAreCounted() throws Refusal {
        List<Rule> many = new ArrayList<>();
        for (int i = 1; i <= 1_500; i++) {
            many.add(Rule.of(true, Action.ALL, "t/" + i, "conf:" + i));
        }
        Explanation explanation =
                new Explainer(new RuleAuthorizer(many, null, null, false))
                        .explain(question(Act.PUBLISH, "t/1400", false));
        assertThat(explanation.steps()).hasSize(Explanation.MOST + 2);
        assertThat(explanation.steps().get(Explanation.MOST).what()).isEqualTo("400 more rules");
        assertThat(explanation.steps().getLast().place()).isEqualTo("conf:1400");
    }

    @Test
    void aTopicThatIsMissingOrNotValidIsRefused() {
        assertThatThrownBy(() -> explainer.explain(question(Act.PUBLISH, null, false)))
                .isInstanceOf(Refusal.class)
                .hasMessage("a topic is missing");
        assertThatThrownBy(() -> explainer.explain(question(Act.PUBLISH, "a/#", false)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("'a/#'");
        assertThatThrownBy(() -> explainer.explain(question(Act.SUBSCRIBE, "a#", false)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("'a#'");
    }

    // --- expectations ---------------------------------------------------------------------------

    private static Expectations expectations(String text) {
        List<String> problems = new ArrayList<>();
        Expectations expectations = Expectations.parse("tests", text.lines().toList(), problems);
        assertThat(problems).isEmpty();
        return expectations;
    }

    @Test
    void whatTheRulesMeetIsNoFailure() {
        Expectations met =
                expectations(
                        """
                        # about alice
                        allow publish client=c1 user=alice topic=home/x qos=2
                        deny publish client=c1 user=alice topic=home/x retain=true
                        deny publish client=c1 user=- topic=home/x
                        allow subscribe client=c1 topic="open/#" qos=1

                        deny subscribe client=x topic=#
                        deny receive client=c1 user=alice topic=home/x
                        allow will client=c1 user=alice topic=home/x
                        allow publish client=c2 user=bob group=guests,staff listener=tls topic=c2/x qos=1
                        deny publish client=c2 user=bob group=staff listener=tls topic=c2/x qos=2
                        deny publish client=c2 user=bob group=staff listener=tcp topic=c2/x
                        """);
        assertThat(met.count()).isEqualTo(10);
        assertThat(met.failures(explainer)).isEmpty();
    }

    @Test
    void aFailureIsNamedWithTheRuleThatDecides() {
        Expectations wrong =
                expectations(
                        "deny publish client=c1 user=alice topic=home/x\n"
                                + "allow subscribe client=x topic=#\n"
                                + "allow publish client=x topic=a/#\n");
        assertThat(wrong.failures(explainer))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                "tests:1: deny publish client=c1 user=alice"
                                                        + " topic=home/x: it is allowed (acl:4, at"
                                                        + " QoS 2 and below)"),
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                "tests:2: allow subscribe client=x topic=#: it is"
                                                        + " denied (no rule matches)"),
                        line -> assertThat(line).startsWith("tests:3: ").contains("'a/#'"));
    }

    @Test
    void everyLineThatIsNotUnderstoodIsNamed() {
        List<String> problems = new ArrayList<>();
        Expectations.parse(
                "tests",
                List.of(
                        "allow",
                        "permit publish client=a topic=b",
                        "allow fly client=a topic=b",
                        "allow publish topic=b",
                        "allow publish client=a",
                        "allow publish client=a topic=b qos=3",
                        "allow publish client=a topic=b retain=yes",
                        "allow publish client=a topic=b colour=red",
                        "allow publish client=a client=b topic=b",
                        "allow publish client=a topic=b address=here",
                        "allow publish client=a topic=\"b"),
                problems);
        assertThat(problems)
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("tests:1: is not understood"),
                        line -> assertThat(line).contains("2: begins with permit"),
                        line -> assertThat(line).contains("3: fly is nothing that it takes"),
                        line -> assertThat(line).contains("4: client= is missing"),
                        line -> assertThat(line).contains("5: topic= is missing"),
                        line -> assertThat(line).contains("6: qos= is 3"),
                        line -> assertThat(line).contains("7: retain= is yes"),
                        line -> assertThat(line).contains("8: no such word: colour="),
                        line -> assertThat(line).contains("9: client= stands there twice"),
                        line -> assertThat(line).contains("10: address= is here"),
                        line -> assertThat(line).contains("11: is not understood"));
    }
}

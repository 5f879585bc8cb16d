package io.godwit.access.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.control.Question;
import io.godwit.broker.control.Question.Act;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.simulation.Packets;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever stands in a file or comes from clients: it is read or refused in words, and a rule
 * matches what the plain comparison of {@link ReferenceRules} says. With {@code JAZZER_FUZZ=1}
 * Jazzer goes on from the seeds.
 */
class RulesFuzzTest {

    private static final Origin ORIGIN = Origin.tcp("tcp", InetAddress.getLoopbackAddress(), 1);

    static Stream<Arguments> files() {
        return seeds(
                "topic read a/#\nuser x\npattern write a/%c/%u\ntopic deny $SYS/x\n",
                "user\ntopic some a\nx\n#\n\n  topic   a\r\n",
                "topic a/#/b\ntopic $share/g/a\npattern #\n");
    }

    static Stream<Arguments> pairs() {
        return seeds("a/#\na", "+/#\n#", "/\n//", "$SYS/#\n$SYS/x", "a/+/#\na/b", "+\n/", "#\n$a");
    }

    static Stream<Arguments> expectations() {
        return seeds(
                "allow publish client=dev1 user=alice topic=a/b qos=1 retain=true\n",
                "deny subscribe user=- client=x topic=# group=a,b address=::1 listener=tcp\n",
                "allow receive client=\"a b\" topic=\"\"\ndeny will\nx y z\n");
    }

    private static Stream<Arguments> seeds(String... texts) {
        return Stream.of(texts).map(text -> Arguments.of((Object) text.getBytes(UTF_8)));
    }

    @MethodSource("files")
    @FuzzTest(maxDuration = "30s")
    void anAclFileIsReadOrItsLinesAreNamed(byte[] content) {
        List<AclFile.Problem> problems = new ArrayList<>();
        AclFile file = AclFile.parse("acl", content, problems);
        assertThat(problems).noneMatch(problem -> problem.text().isBlank() || problem.line() < 1);
        for (Identity client :
                List.of(
                        new Identity("c", "x"),
                        new Identity("+", null),
                        new Identity("", ""),
                        new Identity("a/b", "#"))) {
            Permissions permissions =
                    new RuleAuthorizer(List.of(), file, null, false).permissionsOf(client, ORIGIN);
            for (String topic : List.of("a", "a/c/x", "$SYS/x", "/")) {
                TopicName name = Packets.topic(topic);
                assertThat(permissions.publish(name, 0, true).rule()).isNotEmpty();
                assertThat(permissions.receive(name).rule()).isNotEmpty();
            }
        }
    }

    @MethodSource("pairs")
    @FuzzTest(maxDuration = "30s")
    void aRuleMatchesWhatThePlainComparisonSays(byte[] content) {
        String[] both = new String(content, UTF_8).split("\n", 2);
        if (both.length < 2) {
            return;
        }
        TopicName topic = topic(both[1]);
        if (Filters.wrong(both[0]) != null || topic == null) {
            return;
        }
        byte[] filter = both[0].getBytes(UTF_8);
        assertThat(Coverage.covers(filter, topic.bytes()))
                .isEqualTo(ReferenceRules.matches(both[0], both[1]));
        assertThat(Coverage.overlaps(filter, topic.bytes()))
                .isEqualTo(ReferenceRules.matches(both[0], both[1]));
        assertThat(Coverage.covers(filter, filter)).isTrue();
    }

    @MethodSource("expectations")
    @FuzzTest(maxDuration = "30s")
    void expectationsAreReadOrTheirLinesAreNamed(byte[] content) {
        List<String> problems = new ArrayList<>();
        Expectations expectations =
                Expectations.parse("tests", new String(content, UTF_8).lines().toList(), problems);
        assertThat(problems).allMatch(problem -> problem.startsWith("tests:"));
        Explainer explainer = new Explainer(new RuleAuthorizer(List.of(), null, null, false));
        assertThat(expectations.failures(explainer)).hasSizeLessThanOrEqualTo(expectations.count());
    }

    @MethodSource("pairs")
    @FuzzTest(maxDuration = "30s")
    void whatIsAskedIsExplainedOrRefused(byte[] content) {
        String[] both = new String(content, UTF_8).split("\n", 2);
        Rule rule = Rule.of(true, Action.ALL, "a/%c/#", "conf:1");
        Explainer explainer = new Explainer(new RuleAuthorizer(List.of(rule), null, null, false));
        String topic = both[both.length - 1];
        for (Act act : Act.values()) {
            try {
                var explanation =
                        explainer.explain(
                                new Question(
                                        act, both[0], null, Set.of(), null, "", topic, 1, true));
                assertThat(explanation.verdict()).isNotEmpty();
            } catch (Refusal refusal) {
                assertThat(refusal).hasMessageMatching("(?s).+");
                assertThat(topic(topic) == null || filter(topic) == null).isTrue();
            }
        }
    }

    private static @Nullable TopicName topic(String text) {
        try {
            return TopicName.of(text);
        } catch (PacketException invalid) {
            return null;
        }
    }

    private static @Nullable TopicFilter filter(String text) {
        try {
            return TopicFilter.of(text);
        } catch (PacketException invalid) {
            return null;
        }
    }
}

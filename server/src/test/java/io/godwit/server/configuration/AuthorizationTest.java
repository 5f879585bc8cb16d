package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.access.rules.Explainer;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.control.Explanation;
import io.godwit.broker.control.Question;
import io.godwit.broker.control.Question.Act;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules and ACL files as a configuration names them. */
class AuthorizationTest {

    @TempDir private Path directory = Path.of("");
    private ConfigurationFolder folder = new ConfigurationFolder(directory);

    @BeforeEach
    void openFolder() {
        folder = new ConfigurationFolder(directory);
    }

    private Permissions permissions(String text) throws Exception {
        return folder.load(text)
                .authorization()
                .authorizer()
                .permissionsOf(
                        new Identity("c1", "alice", Set.of("staff"), List.of()),
                        Origin.tcp("tcp", InetAddress.ofLiteral("10.1.2.3"), 1));
    }

    @Test
    void withoutRulesEverythingIsAllowed() throws Exception {
        assertThat(permissions("").receivesAll()).isTrue();
        assertThat(permissions("authorization.rules = []").receivesAll()).isTrue();
        assertThat(permissions("authorization.default = deny").receivesAll()).isFalse();
    }

    @Test
    void whatAnonymousClientsMayDoIsSaidAsItIs() throws Exception {
        String anonymous = "authentication.anonymous = true\n";
        assertThat(folder.load(anonymous).notices())
                .singleElement()
                .asString()
                .endsWith("can read and write everything.");
        assertThat(folder.load(anonymous + "authorization.default = deny").notices())
                .singleElement()
                .asString()
                .endsWith("can do what the rules (authorization) allow them.");
    }

    @Test
    void aRuleHasEachOfItsKeys() throws Exception {
        Explanation explanation =
                new Explainer(
                                folder.load(
                                                """
                                                authorization.rules = [
                                                  { allow = [publish, will], filter = "x/%c/#",
                                                    user = "al*", client-id = "c*", group = staff,
                                                    address = "10.0.0.0/8", listener = tcp, qos = 1 }
                                                  { deny = "all", filter = "#" }
                                                ]
                                                """)
                                        .authorization()
                                        .authorizer())
                        .explain(
                                new Question(
                                        Act.PUBLISH,
                                        "c1",
                                        "alice",
                                        Set.of(),
                                        null,
                                        "",
                                        "x/c1",
                                        0,
                                        false));
        assertThat(explanation.steps())
                .extracting(step -> step.place().replace(directory + "/", "") + " " + step.what())
                .endsWith(
                        "godwit.conf:2 allow publish, will x/%c/# user = al* client-id = c*"
                                + " group = staff address = 10.0.0.0/8 listener = tcp qos = 1",
                        "godwit.conf:5 deny all #");
        assertThat(explanation.isAllowed()).isFalse();
    }

    @Test
    void theFirstRuleThatMatchesDecides() throws Exception {
        Permissions permissions =
                permissions(
                        """
                        authorization {
                          default = allow
                          rules = [
                            { allow = subscribe, filter = "devices/%c/#", user = "*" }
                            { deny = [subscribe, publish], filter = "devices/#" }
                          ]
                        }
                        """);
        assertThat(permissions.subscribe(TopicFilter.of("devices/c1/#")).isAllowed()).isTrue();
        assertThat(permissions.subscribe(TopicFilter.of("devices/c2/#")).isAllowed()).isFalse();
        assertThat(permissions.publish(TopicName.of("devices/c1/x"), 0, false).isAllowed())
                .isFalse();
        assertThat(permissions.publish(TopicName.of("x"), 0, false).isAllowed()).isTrue();
    }

    @Test
    void anAclFileIsReadFromTheWorkingDirectory() throws Exception {
        folder.write("acl", "user alice\ntopic read a/#\n");
        Permissions permissions = permissions("authorization.acl-file = acl");
        var verdict = permissions.subscribe(TopicFilter.of("a/#"));
        assertThat(verdict.isAllowed()).isTrue();
        assertThat(verdict.rule()).isEqualTo(directory.resolve("acl") + ":2");
        assertThat(permissions.subscribe(TopicFilter.of("#")).isAllowed()).isFalse();
        Permissions mosquitto =
                permissions("authorization { acl-file = acl, mosquitto-semantics = true }");
        assertThat(mosquitto.subscribe(TopicFilter.of("#")).isAllowed()).isTrue();
        assertThat(mosquitto.receive(TopicName.of("b")).isAllowed()).isFalse();
    }

    @Test
    void whatIsWrongInAnAclFileIsNamedWithItsLine() throws IOException {
        folder.write("acl", "user alice\n\ntopic all a/#\n");
        assertThat(folder.problems("authorization.acl-file = acl"))
                .containsExactly(
                        "acl:3: has the access 'all'; it takes read, write, readwrite or deny");
        assertThat(folder.problems("authorization.acl-file = none-such"))
                .containsExactly("none-such: can't be read: no such file");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ filter = a } | [0] has neither allow nor deny",
                "{ allow = all, deny = all, filter = a } | [0] has both allow and deny",
                "{ allow = [], filter = a } | [0] is about no action; allow and deny take all,"
                        + " publish, receive, retain, subscribe, will",
                "{ allow = all } | [0] has no filter; one for everything is \"#\"",
                "{ deny = all, filter = a, qos = 1 } | [0] has a qos, which only a rule that allows"
                        + " can have",
                "{ allow = all, filter = \"a/#/b\" } | [0]: the topic filter 'a/#/b' is not valid:"
                        + " '#' must fill the last level",
                "{ allow = write, filter = a } | [0].allow is \"write\"; it takes a list; each is"
                        + " one of some words: all, publish, receive, retain, subscribe, will",
                "{ allow = all, filter = a, qos = 3 } | [0].qos is 3; it takes a whole number: 0 to"
                        + " 2",
                "{ allow = all, filter = a, address = here } | [0].address is \"here\"; it takes an"
                        + " address or a range of them: such as 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32",
                "7 | [0] is 7; it takes a block: { ... }",
            })
    void aWrongRuleIsNamedWithItsLine(String rule, String text) throws IOException {
        assertThat(folder.problems("authorization.rules = [\n " + rule + "\n]"))
                .containsExactly("godwit.conf:2: authorization.rules" + text);
    }

    @Test
    void anUnknownKeyOfARuleIsRefusedWithTheNearest() throws IOException {
        assertThat(
                        folder.problems(
                                """
                                authorization.rules = [
                                  { allow = all
                                    fliter = "a" }
                                ]
                                """))
                .containsExactly(
                        "godwit.conf:3: no such key: authorization.rules[0].fliter; the nearest is"
                                + " filter");
    }

    @Test
    void rulesThatAreNoListAreRefused() throws IOException {
        assertThat(folder.problems("authorization.rules { a = b }"))
                .singleElement()
                .asString()
                .startsWith("godwit.conf:1: authorization.rules is {\"a\":\"b\"}; it takes a list");
    }
}

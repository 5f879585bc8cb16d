package io.godwit.access.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.simulation.Packets;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mosquitto's ACL file: what its lines mean, and what is said of those that mean nothing. */
class AclFileTest {

    private static final Origin ORIGIN = Origin.tcp("tcp", InetAddress.getLoopbackAddress(), 1);

    private static final String FILE =
            """
            # anonymous clients
            topic read open/#
            topic deny open/secret

            user alice
            topic readwrite home/#
            topic write only/write
            topic  read   only/read
            topic deny home/safe
            topic both
            topic $SYS/broker/uptime

            user with a blank
            topic xy

            pattern read to/%c/#
            pattern write from/%u
            pattern deny to/%c/secret
            user alice
            topic later/+
            """;

    private static AclFile parse(String text) {
        List<AclFile.Problem> problems = new ArrayList<>();
        AclFile file = AclFile.parse("acl", text.getBytes(UTF_8), problems);
        assertThat(problems).isEmpty();
        return file;
    }

    private static Permissions permissions(String text, String clientId, @Nullable String user) {
        return new RuleAuthorizer(List.of(), parse(text), null, false)
                .permissionsOf(new Identity(clientId, user), ORIGIN);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, c, open/x, r",
                "-, c, open, r",
                "-, c, open/secret, -",
                "-, c, home/x, -",
                "-, c, to/c/x, r",
                "-, c, to/d/x, -",
                "alice, c, open/x, -",
                "alice, c, home/x, rw",
                "alice, c, home/safe, -",
                "alice, c, home/safe/x, rw",
                "alice, c, only/write, w",
                "alice, c, only/read, r",
                "alice, c, both, rw",
                "alice, c, $SYS/broker/uptime, r",
                "alice, c, $SYS/broker/version, -",
                "alice, c, later/x, rw",
                "alice, c, to/c/a/b, r",
                "alice, c, to/c/secret, -",
                "alice, c, from/alice, w",
                "alice, c, from/bob, -",
                "with a blank, c, xy, rw",
                "with, c, xy, -",
                "bob, c, home/x, -",
                "bob, c, from/bob, w",
                "bob, a/b, to/a/b/x, r",
            })
    void aLineMeansWhatItMeansToMosquitto(
            @Nullable String user, String clientId, String topic, @Nullable String access) {
        Permissions permissions = permissions(FILE, clientId, user);
        String allowed = access == null ? "" : access;
        var name = Packets.topic(topic);
        assertThat(permissions.receive(name).isAllowed()).isEqualTo(allowed.contains("r"));
        assertThat(permissions.publish(name, 2, true).isAllowed()).isEqualTo(allowed.contains("w"));
        assertThat(permissions.will(name, 2, true).isAllowed()).isEqualTo(allowed.contains("w"));
        assertThat(permissions.subscribe(Packets.filter(topic)).isAllowed())
                .isEqualTo(allowed.contains("r"));
        assertThat(permissions.receive(name).rule()).matches("acl:\\d+|no rule matches");
    }

    @ParameterizedTest
    @CsvSource({"a+b, bob", "a#, bob", "c, b+", "c, #"})
    void namesWithWildcardsAreRefusedWherePatternsAre(String clientId, String user) {
        String patterns = "pattern read all/#\n";
        var topic = Packets.topic("all/x");
        assertThat(permissions(patterns, clientId, user).receive(topic))
                .satisfies(verdict -> {
                    assertThat(verdict.isAllowed()).isFalse();
                    assertThat(verdict.rule()).startsWith("acl:1: names with + or #");
                });
        assertThat(permissions(patterns, "c", "bob").receive(topic).isAllowed()).isTrue();
        String own = "user " + user + "\ntopic all/x\n";
        assertThat(permissions(own, clientId, user).receive(topic).isAllowed()).isTrue();
    }

    @Test
    void aNameReachesNoTopicOfTheServer() {
        Permissions permissions = permissions("pattern read %c/#\n", "$SYS", null);
        assertThat(permissions.receive(Packets.topic("$SYS/broker/uptime")).isAllowed()).isFalse();
    }

    @Test
    void aPatternWithAUserNameIsForThoseWhoHaveOne() {
        String pattern = "pattern readwrite users/%u/#\n";
        var topic = Packets.topic("users//x");
        assertThat(permissions(pattern, "c", null).receive(topic).isAllowed()).isFalse();
    }

    @Test
    void anEmptyFileDeniesEverything() {
        Permissions permissions = permissions("", "c", "alice");
        assertThat(permissions.receive(Packets.topic("x")).isAllowed()).isFalse();
        assertThat(permissions.receivesAll()).isFalse();
    }

    @Test
    void mosquittosWayGrantsEverySubscription() {
        Permissions permissions =
                new RuleAuthorizer(List.of(), parse("topic read a\n"), null, true)
                        .permissionsOf(new Identity("c", null), ORIGIN);
        assertThat(permissions.subscribe(Packets.filter("#")).allows(2)).isTrue();
        assertThat(permissions.receive(Packets.topic("a")).isAllowed()).isTrue();
        assertThat(permissions.receive(Packets.topic("b")).isAllowed()).isFalse();
    }

    @Test
    void everyWrongLineIsNamed() {
        List<AclFile.Problem> problems = new ArrayList<>();
        AclFile.parse(
                "acl",
                """
                topic
                topic some a/b
                user
                tpoic read a
                pattern read a/#/b
                 # is not a comment here
                topic read $share/g/a
                """
                        .getBytes(UTF_8),
                problems);
        assertThat(problems).extracting(AclFile.Problem::line).containsExactly(1, 2, 3, 4, 5, 6, 7);
        assertThat(problems)
                .extracting(AclFile.Problem::text)
                .satisfiesExactly(
                        text -> assertThat(text).contains("no topic filter"),
                        text -> assertThat(text).contains("'some'", "read, write, readwrite"),
                        text -> assertThat(text).contains("user is not followed by a name"),
                        text -> assertThat(text).contains("'tpoic'", "user, topic, pattern"),
                        text -> assertThat(text).contains("'a/#/b'", "'#' must fill"),
                        text -> assertThat(text).contains("'#'"),
                        text -> assertThat(text).contains("'$share/g/a'", "behind $share"));
    }

    @Test
    void whatIsNotUtf8IsNamed() {
        List<AclFile.Problem> problems = new ArrayList<>();
        AclFile.parse("acl", new byte[] {'t', '\n', (byte) 0xC3, '\n'}, problems);
        assertThat(problems)
                .extracting(AclFile.Problem::line, AclFile.Problem::text)
                .contains(tuple(2, "is not UTF-8"));
    }

    @Test
    void aFileThatCannotBeReadIsAProblem(@TempDir Path directory) throws IOException {
        List<AclFile.Problem> problems = new ArrayList<>();
        AclFile.read(directory.resolve("none"), problems);
        assertThat(problems).containsExactly(new AclFile.Problem(0, "can't be read: no such file"));
        problems.clear();
        Path file = Files.writeString(directory.resolve("acl"), "topic read a\r\n");
        var read = AclFile.read(file, problems);
        assertThat(problems).isEmpty();
        assertThat(read.rulesFor(new Identity("c", null)))
                .singleElement()
                .satisfies(rule -> assertThat(rule.place()).isEqualTo(file + ":1"));
    }
}

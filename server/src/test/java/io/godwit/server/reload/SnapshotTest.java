package io.godwit.server.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.LoadedConfiguration;
import io.godwit.transport.ListenerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What differs between two configurations is named by its key. */
class SnapshotTest {

    private static Snapshot of(String text) throws Exception {
        return Snapshot.of(LoadedConfiguration.parse(text, "the text", Map.of()).configuration());
    }

    @ParameterizedTest
    @CsvSource({
        "data-dir, /elsewhere, /elsewhere",
        "event-loops, 1000, 1000",
        "sys-interval, 7 s, 7 s",
        "reload.watch, true, true",
        "persistence.mode, memory, memory",
        "persistence.restart-grace, 1500 ms, 1500 ms",
        "persistence.minimum-free-space, 1 kB, 1000",
        "authentication.client-id, user-name, user-name",
        "authentication.bind-sessions, false, false",
        "authorization.mosquitto-semantics, true, true",
        "protection.flapping.enabled, true, true",
        "protection.brute-force.failures, 3, 3",
        "limits.client.messages-per-second, 3, 3",
        "limits.client.exceeded, disconnect, true",
        "limits.undecided-per-address, 3, 3",
        "listeners.tcp.max-connections, 3, 3",
        "listeners.tcp.limits.packet-size, 3 kB, 3000",
        "listeners.tcp.limits.retain-available, false, false",
        "listeners.tcp.limits.session.in-flight, 3, 3",
        "listeners.tcp.limits.client.messages-per-second, 3, 3",
        "listeners.tcp.limits.client.burst, 3 s, 3 s",
        "listeners.tcp.limits.client.exceeded, disconnect, true",
        "limits.maximum-qos, 1, 1",
        "authentication.order, jwt, jwt",
        "listeners.tcp.anonymous, true, true",
        "listeners.tcp.port, 1, 1",
        "listeners.tcp.bind, 127.0.0.1, 127.0.0.1",
        "limits.connections, 5, 5",
        "limits.queue-full, drop-oldest, drop-oldest",
        "limits.topic-aliases-assigned, 3, 3",
        "limits.session.queued-messages, 3, 3",
        "retained.messages, 4, 4",
        "retained.bytes, 5 kB, 5000"
    })
    void oneKeyIsOneDifference(String key, String text, String shown) throws Exception {
        Snapshot before = of("listeners.tcp.port = 1883");
        Snapshot after = of("listeners.tcp.port = 1883\n" + key + " = " + text);
        assertThat(before.differences(after)).containsExactly(key);
        assertThat(after.value(key).text()).isEqualTo(shown);
    }

    /** Each beside the others of its block, which makes all of them appear. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jwt.jwks | \"https://b.example.org/keys\" | https://b.example.org/keys",
                "jwt.jwks-refresh | 7 s | 7 s",
                "jwt.jwks-pause | 7 s | 7 s",
                "jwt.jwks-timeout | 7 s | 7 s",
                "jwt.jwks-ca | /ca.pem | /ca.pem",
                "jwt.secret | s3cret | (secret)",
                "jwt.public-key | /key.pem | /key.pem",
                "jwt.algorithms | [ES256] | es256",
                "jwt.issuer | us | us",
                "jwt.audience | [mqtt] | mqtt",
                "jwt.leeway | 7 s | 7 s",
                "jwt.require-expiry | false | false",
                "jwt.user-name-claim | name | name",
                "jwt.client-id-claim | id | id",
                "jwt.set-client-id | true | true",
                "jwt.groups-claim | roles | roles",
                "jwt.acl-claim | rules | rules",
                "jwt.in-query | true | true",
                "jwt.cache | 7 | 7",
                "http.url | \"https://b.example.org/x\" | https://b.example.org/x",
                "http.authorization | Bearer s3cret | (secret)",
                "http.ca | /ca.pem | /ca.pem",
                "http.timeout | 7 s | 7 s",
                "http.concurrency | 7 | 7",
                "http.waiting | 7 | 7",
                "http.failures | 7 | 7",
                "http.pause | 7 s | 7 s",
                "http.cache | 7 | 7",
                "http.cache-time | 7 s | 7 s"
            })
    void keysOfTokensAndOfTheServiceAreNamedAsTheyAreWritten(String name, String text, String shown)
            throws Exception {
        String base =
                """
                listeners.tcp.port = 1883
                authentication.jwt.jwks = "https://a.example.org/keys"
                authentication.http.url = "https://a.example.org/auth"
                """;
        String key = "authentication." + name;
        Snapshot before = of(base);
        Snapshot after = of(base + key + " = " + text);
        assertThat(before.differences(after)).containsExactly(key);
        assertThat(after.value(key).text()).isEqualTo(shown);
        assertThat(after.toString()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "versions | [2.0, 1.2] | 1.2, 2.0",
                "qos-minus-one | true | true",
                "source-rate | 7 | 7",
                "retry | 7 s | 7 s"
            })
    void keysOfGatewaysAreNamedAsTheyAreWritten(String name, String text, String shown)
            throws Exception {
        String base = "listeners.sn { type = mqtt-sn, bind = \"127.0.0.1\" }\n";
        String key = "listeners.sn." + name;
        Snapshot before = of(base);
        Snapshot after = of(base + key + " = " + text);
        assertThat(before.differences(after)).containsExactly(key);
        assertThat(after.value(key).text()).isEqualTo(shown);
    }

    @Test
    void whatStandsBehindTheQuestionMarkOfAnAddressCountsAndIsNotShown() throws Exception {
        String hook = "authentication.http.url = \"https://auth.example.org/x?key=%s\"\n";
        Snapshot one = of(hook.formatted("s3cret"));
        Snapshot two = of(hook.formatted("an0ther"));
        assertThat(one.differences(two)).containsExactly("authentication.http.url");
        assertThat(one.toString() + two).doesNotContain("s3cret", "an0ther");
    }

    /** It is read with the configuration, and what was read then is in force. */
    @Test
    void anAclFileThatChangesAfterItWasReadDiffersTheNextTime(@TempDir Path directory)
            throws Exception {
        Path file = Files.writeString(directory.resolve("acl"), "topic readwrite a\n");
        String text = "authorization.acl-file = \"" + file + "\"";
        Configuration read = LoadedConfiguration.parse(text, "the text", Map.of()).configuration();
        Files.writeString(file, "topic readwrite b\n");
        Snapshot before = Snapshot.of(read);
        assertThat(before.files()).containsExactly(file);
        assertThat(before.differences(of(text))).containsExactly("authorization.acl-file");
        assertThat(of(text).differences(of(text))).isEmpty();
    }

    @Test
    void anotherListenerIsNamedByEachOfItsKeys() {
        Configuration one = Configuration.defaults();
        Configuration two =
                one.withListeners(
                        List.of(
                                one.listeners().getFirst(),
                                ListenerSettings.tcp("other", "127.0.0.1", 1884)));
        assertThat(Snapshot.of(one).differences(Snapshot.of(two)))
                .contains("listeners.other.bind", "listeners.other.port")
                .allSatisfy(key -> assertThat(key).startsWith("listeners.other."));
    }

    @Test
    void whatListenersInheritIsNamedForEachOfThem() throws Exception {
        String port = "listeners.tcp.port = 1883\n";
        assertThat(of(port).differences(of(port + "authentication.anonymous = true")))
                .containsExactly("authentication.anonymous", "listeners.tcp.anonymous");
    }

    @Test
    void filesAreNamedWithWhatTheyHold(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("passwd"), "# nobody\n");
        String text = "listeners.tcp.port = 1883\nauthentication.password-file = \"" + file + "\"";
        Snapshot none = of("listeners.tcp.port = 1883");
        Snapshot before = of(text);
        assertThat(none.differences(before)).contains("authentication.password-file");
        assertThat(before.files()).containsExactly(file);
        assertThat(before.differences(of(text))).isEmpty();
        Files.writeString(file, "# somebody\n");
        assertThat(before.differences(of(text))).containsExactly("authentication.password-file");
    }

    @Test
    void secretsDifferAndAreNotShown() throws Exception {
        String hook = "authentication.http.url = \"https://auth.example.org/x\"\n";
        Snapshot one = of(hook + "authentication.http.authorization = \"Bearer s3cret\"");
        Snapshot two = of(hook + "authentication.http.authorization = \"Bearer an0ther\"");
        assertThat(one.differences(two)).containsExactly("authentication.http.authorization");
        assertThat(one.toString() + two).doesNotContain("s3cret", "an0ther");
    }

    @Test
    void whereItComesFromMakesNoDifference() throws Exception {
        assertThat(of("authentication.anonymous = false").differences(of(""))).isEmpty();
    }
}

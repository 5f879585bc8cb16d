package io.godwit.app.messages;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.MqttClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code godwit shell} with a script as its input. */
@Timeout(180)
class ShellCommandTest {

    @TempDir private Path directory = Path.of("");
    private @Nullable TestBroker running;

    @BeforeEach
    void start() throws Exception {
        running = new TestBroker(directory);
    }

    private TestBroker broker() {
        return Objects.requireNonNull(running);
    }

    @AfterEach
    void stop() {
        broker().close();
    }

    private Ended shell(String script, String... words) {
        List<String> all = new ArrayList<>(List.of("-h", "127.0.0.1", "-p", "" + broker().port()));
        all.addAll(List.of(words));
        return Ended.ofGodwit("shell", all, script.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void doesLineAfterLineAndPrintsWhatComes() {
        Ended ended =
                shell(
                        """
                        # a comment, and an empty line

                        connect -i me
                        sub 'a/#' b -q 1
                        pub a/x hello   world -q 2
                        pub b 'two  spaces'
                        wait 2
                        status
                        quit
                        pub never this
                        """);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.code()).isZero();
        assertThat(ended.out().lines())
                .containsExactly(
                        "a/x hello world",
                        "b two  spaces",
                        "connected to mqtt://127.0.0.1:%d as me, MQTT 5.0"
                                .formatted(broker().port()),
                        "published 2, received 2, waiting 0, connected again 0 times",
                        "subscribed to a/#, QoS 1",
                        "subscribed to b, QoS 1");
    }

    @Test
    void messagesHaveTheFormatOfSub() {
        Ended ended = shell("connect\nsub a -q 1\npub -q 1 -r a -- -5\nwait 1\n", "-F", "%t|%q|%p");
        assertThat(ended.out()).isEqualTo("a|1|-5\n");
        assertThat(ended.code()).isZero();
        assertThat(shell("connect\nsub a\nwait 1\n", "--json").out())
                .contains("\"topic\":\"a\"", "\"retain\":1", "\"payload\":\"-5\"");
    }

    @Test
    void whatIsUnsubscribedDoesNotCome() {
        Ended ended =
                shell("connect\nsub a b\nunsub a\npub a 1 -q 1\npub b 2 -q 1\nwait 1\nstatus\n");
        assertThat(ended.out()).startsWith("b 2\n").doesNotContain("subscribed to a,");
        assertThat(ended.code()).isZero();
    }

    @Test
    void comesAndGoesWithOtherFlags() {
        Ended ended =
                shell(
                        """
                        status
                        connect -V 311
                        status
                        disconnect
                        connect -V 5 -i again
                        status
                        """);
        assertThat(ended.out())
                .startsWith("not connected\n")
                .contains("MQTT 3.1.1\n", "as again, MQTT 5.0\n");
        assertThat(ended.code()).isZero();
    }

    @Test
    void theServersOwnTopicsCanBeSeen() {
        Ended ended = shell("connect\nsub $SYS/broker/version\nwait 1\n");
        assertThat(ended.out()).startsWith("$SYS/broker/version ");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "connect|sub forbidden/a, line 2: , not authorized",
                "connect|sub a forbidden/a, line 2: , forbidden/a was not subscribed to",
                "connect|pub forbidden/a x -q 1, line 2: , not authorized",
                "connect|connect, line 2: , already",
                "connect|wait 1 0, line 2: , 0 of 1 messages",
                "connect|pub a/# x, line 2: , a/#",
                "connect|sub a -x, line 2: , -x",
                "connect|pub a -q 3, line 2: , -q",
                "connect|pub, line 2: , TOPIC",
                "connect --frobnicate, line 1: , --frobnicate",
                "connect -p 1, line 1: , 127.0.0.1:1",
                "pub a x, line 1: , no connection",
                "pub 'a, line 1: , quote",
                "fly, line 1: , connect"
            })
    void aScriptEndsAtItsFirstMistake(String script, String where, String what) {
        Ended ended = shell(script.replace('|', '\n') + "\nhelp\n");
        assertThat(ended.err()).startsWith("Error: ").contains(where, what);
        assertThat(ended.out()).doesNotContain("FILTER");
        assertThat(ended.code()).isEqualTo(1);
    }

    /** As where somebody else has taken the client identifier: nothing is to be waited for then. */
    @Test
    void connectionThatHasEndedForGoodIsNone() throws Exception {
        BlockingQueue<String> typed = new LinkedBlockingQueue<>();
        LiveCommand shell =
                new LiveCommand(
                        "shell",
                        LiveCommand.input(typed),
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + broker().port());
        typed.add("connect -i me\nsub a\nstatus\n");
        shell.until("subscribed to a");
        try (MqttClient other =
                MqttClient.builder()
                        .server("mqtt://127.0.0.1:" + broker().port())
                        .clientId("me")
                        .build()) {
            other.blocking().connect();
            Awaitility.await().until(() -> shell.errors().contains("taken over"));
            typed.add("status\npub a x -q 1\n");
            shell.until("not connected");
            assertThat(shell.exitCode()).isEqualTo(1);
            assertThat(shell.errors()).contains("line 5: There is no connection");
        }
    }

    @Test
    void helpNamesTheCommands() {
        assertThat(shell("help").out()).contains(ShellClient.COMMANDS);
    }
}

package io.godwit.app.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Godwit's commands do that Debian's mosquitto commands do not know, or do otherwise. */
@Timeout(180)
class ClientCommandTest {

    @TempDir private Path directory = Path.of("");
    private @Nullable TestBroker running;

    @BeforeEach
    void start() throws Exception {
        running = new TestBroker(directory.resolve("b"));
    }

    private TestBroker broker() {
        return Objects.requireNonNull(running);
    }

    @AfterEach
    void stop() {
        broker().close();
    }

    private Ended run(String line) {
        return run(line, "");
    }

    private Ended run(String line, String input) {
        List<String> words = words(line);
        return Ended.ofGodwit(
                words.getFirst(),
                words.subList(1, words.size()),
                input.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> words(String line) {
        List<String> words = new ArrayList<>(ShellWords.of(line));
        if (!line.contains("://")) {
            words.addAll(1, List.of("-h", "127.0.0.1", "-p", "" + broker().port()));
        }
        return words;
    }

    private LiveCommand live(String line) {
        List<String> words = words(line);
        return new LiveCommand(
                words.getFirst(), words.subList(1, words.size()).toArray(String[]::new));
    }

    private LiveCommand subscribed(String line) throws InterruptedException {
        LiveCommand sub = live(line + " -d");
        sub.until("Subscribed");
        return sub;
    }

    @ParameterizedTest
    @ValueSource(strings = {"-m x", "-m x --repeat 2", "-l"})
    void aMessageThatWasRefusedMakesPubFail(String message) {
        Ended ended = run("pub -V 5 -q 1 -t forbidden/a " + message, "x\ny\n");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("forbidden/a", "not authorized");
    }

    @Test
    void subSaysWhatWasNotGrantedAndGoesOnWithTheRest() throws Exception {
        LiveCommand sub = subscribed("sub -t forbidden/a -t allowed");
        assertThat(sub.errors()).contains("forbidden/a", "not subscribed");
        assertThat(run("pub -t allowed -m x").code()).isZero();
        sub.until("x");
        sub.term();
        assertThat(sub.exitCode()).isZero();
        Ended denied = run("sub -t forbidden/a -t forbidden/b");
        assertThat(denied.code()).isEqualTo(1);
        assertThat(denied.err()).contains("All subscription requests were denied");
    }

    @Test
    void rrSaysThatItsRequestWasRefused() {
        Ended ended = run("rr -q 1 -t forbidden/a -e answer -m x");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("not authorized");
        assertThat(run("rr -t a -e forbidden/answer -m x").code()).isEqualTo(1);
    }

    @Test
    void everythingIsALineOfJson() {
        assertThat(run("pub -V 5 -q 1 -r -t j -m 'grüße' --json").out())
                .matches(
                        "\\{\"tst\":\"[^\"]+\",\"topic\":\"j\",\"qos\":1,\"retain\":1,\"payloadlen\":7,"
                                + "\"payload\":\"grüße\",\"reason-code\":16,\"reason\":\"no matching"
                                + " subscribers\"}\n");
        assertThat(run("sub -t j -C 1 --json").out())
                .matches(
                        "\\{\"tst\":\"[^\"]+\",\"topic\":\"j\",\"qos\":0,\"retain\":1,\"payloadlen\":7,"
                                + "\"payload\":\"grüße\"}\n");
        assertThat(run("pub -V 5 -q 1 -t forbidden/a -m x --json").out())
                .contains("\"reason-code\":135,\"reason\":\"not authorized\"}\n");
    }

    @Test
    void aPayloadThatIsNoTextIsItsBytesInJson() throws Exception {
        Path file = Files.write(directory.resolve("binary"), new byte[] {1, (byte) 0xFF, 2});
        assertThat(run("pub -r -t j -f " + file).code()).isZero();
        assertThat(run("sub -t j -C 1 --json").out()).contains("\"payload\":[1,255,2]}");
        assertThat(run("sub -t j -C 1 -F %b").out()).isEqualTo("Af8C\n");
        assertThat(run("sub -t j -C 1 -F '[%8x][%-8X][%08x]'").out())
                .isEqualTo("[  01ff02][01FF02  ][0001ff02]\n");
    }

    @Test
    void retainHandlingIsAsked() {
        assertThat(run("pub -r -t r -m x").code()).isZero();
        assertThat(run("sub -V 5 -t r --retain-handling always -C 1").out()).isEqualTo("x\n");
        assertThat(run("sub -V 5 -t r --retain-handling never -W 1").out()).isEmpty();
        assertThat(run("sub -V 5 -c -i n -t r --retain-handling new -C 1").out()).isEqualTo("x\n");
        assertThat(run("sub -V 5 -c -i n -t r --retain-handling new -W 1").out()).isEmpty();
        assertThat(run("sub -t r --retain-handling perhaps").code()).isEqualTo(1);
    }

    @Test
    void removesWhatIsRetainedAlsoWhereItIsHidden() {
        assertThat(run("pub -r -t r -m x").code()).isZero();
        assertThat(run("sub -V 5 -t r -R --remove-retained -W 1").out()).isEmpty();
        assertThat(run("sub -t r -W 1").out()).isEmpty();
    }

    @Test
    void whatComesAfterTheCountIsLeftForTheNextTime() {
        assertThat(run("sub -c -i c -q 1 -t c -E").code()).isZero();
        assertThat(run("pub -q 1 -t c -l", "1\n2\n3\n").code()).isZero();
        assertThat(run("sub -c -i c -q 1 -t c -C 1").out()).isEqualTo("1\n");
        assertThat(run("sub -c -i c -q 1 -t c -C 2").out()).isEqualTo("2\n3\n");
    }

    @Test
    void endsQuietlyWhenNobodyReadsAndLeavesTheMessage() throws Exception {
        LiveCommand sub = subscribed("sub -c -i h -q 1 -t h");
        sub.isUnread = true;
        assertThat(run("pub -q 1 -t h -m x").code()).isZero();
        assertThat(sub.exitCode()).isZero();
        assertThat(sub.errors()).isEmpty();
        assertThat(run("sub -c -i h -q 1 -t h -C 1").out()).isEqualTo("x\n");
    }

    @Test
    void comesBackWhenTheBrokerDoes() throws Exception {
        LiveCommand sub = subscribed("sub -V 5 -t again");
        int port = broker().port();
        broker().close();
        assertThat(sub.until("trying again")).anyMatch(line -> line.contains("DISCONNECT (139)"));
        running = new TestBroker(directory.resolve("again"), port);
        sub.until("CONNACK (0)");
        assertThat(run("pub -V 5 -r -q 1 -t again -m x").code()).isZero();
        sub.until("x");
        sub.term();
        assertThat(sub.exitCode()).isZero();
    }

    @Test
    void optionsAreReadFromAFileFirst() throws Exception {
        Path file =
                Files.writeString(
                        directory.resolve("options"),
                        """
                        # where
                        -t from/file
                        -m two words
                        -r
                        -D publish user-property key some words
                        """);
        assertThat(run("pub -o " + file).code()).isZero();
        assertThat(run("sub -V 5 -t from/file -C 1 -F '%t %p %P'").out())
                .isEqualTo("from/file two words key:some words\n");
        assertThat(run("pub -t line -o " + file).code()).isZero();
        assertThat(run("sub -t line -C 1").out()).isEqualTo("two words\n");
        Files.writeString(file, "-t x\n--frobnicate\n");
        Ended wrong = run("pub -o " + file);
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err()).contains(file + ":2: ", "--frobnicate", "godwit pub --help");
        assertThat(run("pub -m x -o /no/such/file").err()).contains("/no/such/file");
    }

    @Test
    void webSocketsAreAsGood() {
        String url = "ws://127.0.0.1:%d/w/s".formatted(broker().port("ws"));
        assertThat(run("pub -r -m x -L " + url).code()).isZero();
        assertThat(run("sub -C 1 -L " + url).out()).isEqualTo("x\n");
    }

    @Test
    void measuresLatency() throws Exception {
        LiveCommand echo = subscribed("sub -V 5 -t ask -C 1 -F '%R %D %p'");
        LiveCommand rr =
                live("rr -t ask -e answer -m hello --latency -D publish correlation-data c");
        assertThat(echo.until("answer")).last().isEqualTo("answer c hello");
        assertThat(run("pub -t answer -m hi").code()).isZero();
        rr.until("hi");
        assertThat(rr.until("Latency")).last().asString().matches("Latency: [0-9]+\\.[0-9]{6}ms");
        assertThat(rr.exitCode()).isZero();
    }

    @Test
    void scramProvesThePasswordWithoutSendingIt() {
        String to =
                "pub -t s -m x -q 1 -L mqtt://%s@127.0.0.1:%d/s"
                        .formatted("%s", broker().port("locked"));
        String scram = " --auth-method SCRAM-SHA-256";
        assertThat(run(to.formatted("carl:secret") + scram).code()).isZero();
        assertThat(run(to.formatted("carl:wrong") + scram).code()).isEqualTo(135);
        assertThat(run(to.formatted("alice:secret") + scram).code()).isEqualTo(135);
        assertThat(run(to.formatted("carl") + scram).err()).contains("-u NAME -P TEXT");
        assertThat(run(to.formatted("carl:secret") + scram + " -V 311").err())
                .contains("version 5");
        assertThat(run(to.formatted("carl:secret") + " --auth-method PLAIN").err())
                .contains("SCRAM-SHA-256 or SCRAM-SHA-512");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pub", "sub", "rr"})
    void helpNamesTheFlags(String command) {
        Ended ended = run(command + " --help");
        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .contains(
                        "-h, --host", "-t, --topic", "--cafile", "-D, --property", "--will-topic");
        assertThat(run(command + " --version").out()).startsWith("godwit ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--tls-version tlsv1.0",
                "--ciphers NULL",
                "--psk 00",
                "--keyform engine",
                "--cafile /no/such/file",
                "--proxy gopher://localhost",
                "-L mqtt://localhost:99999/a"
            })
    void whatCannotBeDoneIsSaid(String options) {
        Ended ended = run("pub -t a -m x " + options);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).startsWith("Error: ").contains("godwit pub --help");
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThat(run("pub -m x").err()).contains("-t", "-m", "godwit pub --help");
        assertThat(run("pub -t a").code()).isEqualTo(1);
        assertThat(run("sub -C 1").err()).contains("-t", "-U");
        assertThat(run("rr -t a -m x").err()).contains("-e");
    }

    @Test
    void percentagesAreOfAHundred() {
        assertThat(run("pub -r -t p -m x").code()).isZero();
        assertThat(run("sub -t p -C 1 --random-filter 100").out()).isEqualTo("x\n");
    }

    @Test
    void aRequestMayComeFromTheInput() throws Exception {
        LiveCommand echo = subscribed("sub -V 5 -t ask -C 1 -F '%R %p'");
        assertThat(run("rr -t ask -e answer -s -W 1", "from the input").code()).isEqualTo(27);
        assertThat(echo.until("answer")).last().isEqualTo("answer from the input");
    }

    /** One that takes the connection, and then says nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"sub -t a", "rr -t a -e b -m x"})
    void theTimeIsOverAlsoBeforeTheServerHasAccepted(String command) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ended ended =
                    run(
                            "%s -W 1 -d -L mqtt://127.0.0.1:%d/c"
                                    .formatted(command, silent.getLocalPort()));
            assertThat(ended.code()).isEqualTo(27);
            assertThat(ended.err()).contains("The time is over");
            assertThat(ended.out()).contains("Sending CONNECT").doesNotContain("DISCONNECT");
        }
    }

    @Test
    void whatIsSaidNamesTheServer() throws Exception {
        Ended ended = run("pub -L mqtt://127.0.0.1:%d/a -m x".formatted(TestBroker.closedPort()));
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).startsWith("Error: ").contains("127.0.0.1");
    }
}

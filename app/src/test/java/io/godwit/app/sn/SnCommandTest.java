package io.godwit.app.sn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.app.messages.Streams;
import io.godwit.broker.shard.Counter;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code godwit sn} against a real broker. */
@Timeout(120)
class SnCommandTest {

    private static final long PATIENCE_SECONDS = 60;
    private static final String KEY = "000102030405060708090a0b0c0d0e0f";

    @TempDir private Path directory = Path.of("");
    private GodwitServer server;

    @BeforeEach
    void start() throws Exception {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file,
                """
                event-loops = 1
                admin.enabled = false
                persistence.mode = memory
                authentication.anonymous = true
                listeners.tcp { type = tcp, bind = "127.0.0.1", port = 0 }
                listeners.sn {
                  type = mqtt-sn, bind = "127.0.0.1", port = 0, qos-minus-one = true
                  predefined = ["7 = plant/temperature"], topic-ids = 5
                }
                listeners.dtls { type = mqtt-sn, bind = "127.0.0.1", port = 0, psk-file = "%s" }
                authorization.rules = [
                  { deny = all, filter = "forbidden/#" }
                  { allow = all, filter = "#" }
                ]
                """
                        .formatted(
                                Files.writeString(directory.resolve("psk"), "dev:" + KEY + "\n")));
        server = GodwitServer.start(configuration());
    }

    private Configuration configuration() throws Exception {
        return Configuration.load(directory.resolve("godwit.conf"), Map.of())
                .withDataDir(directory.resolve("data"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int port(String listener) {
        return Objects.requireNonNull(server.addresses().get(listener)).getPort();
    }

    /** What a command has left. */
    private record Ended(int code, String out, String err) {}

    /** A command that runs by itself, and what tells it to stop. */
    private record Started(CompletableFuture<Runnable> stop, CompletableFuture<Ended> end) {

        Ended ended() throws Exception {
            return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        void stopNow() throws Exception {
            stop.get(PATIENCE_SECONDS, TimeUnit.SECONDS).run();
        }
    }

    private static Ended run(String input, CompletableFuture<Runnable> stop, List<String> words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams =
                new Streams(
                        new ByteArrayInputStream(input.getBytes(UTF_8)),
                        out,
                        new PrintStream(err, true, UTF_8),
                        Map.of(),
                        stop::complete,
                        false);
        CommandLine.IFactory usual = CommandLine.defaultFactory();
        CommandLine.IFactory factory =
                new CommandLine.IFactory() {
                    @Override
                    public <K> K create(Class<K> kind) throws Exception {
                        return kind == SnPub.class
                                ? kind.cast(new SnPub(streams))
                                : kind == SnSub.class
                                        ? kind.cast(new SnSub(streams))
                                        : usual.create(kind);
                    }
                };
        int code =
                new CommandLine(SnCommand.class, factory)
                        .setErr(new PrintWriter(err, true, UTF_8))
                        .execute(words.toArray(String[]::new));
        return new Ended(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    private List<String> words(String command, String... rest) {
        List<String> words = new ArrayList<>(List.of(command, "-h", "127.0.0.1"));
        words.addAll(List.of("-p", String.valueOf(port("sn"))));
        words.addAll(List.of(rest));
        return words;
    }

    private Ended pub(String input, String... rest) {
        return run(input, new CompletableFuture<>(), words("pub", rest));
    }

    /** Waits until it has subscribed, or has ended. */
    private Started sub(String... rest) {
        return started(words("sub", rest));
    }

    private Started started(List<String> words) {
        long topics = words.stream().filter(List.of("-t", "--predefined")::contains).count();
        CompletableFuture<Runnable> stop = new CompletableFuture<>();
        CompletableFuture<Ended> end = new CompletableFuture<>();
        long all = subscriptions() + topics;
        Thread.ofPlatform().daemon().start(() -> end.complete(run("", stop, words)));
        await().until(() -> subscriptions() >= all || end.isDone());
        return new Started(stop, end);
    }

    private long subscriptions() {
        return server.broker().count(Counter.SUBSCRIPTIONS_ADDED);
    }

    private static void expectDone(Ended ended) {
        assertThat(ended).isEqualTo(new Ended(0, "", ""));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "2, 2", "2, 1", "0, 2"})
    void messagesArriveAtEachQos(String published, String subscribed) throws Exception {
        Started sub = sub("-t", "plant/+", "-q", subscribed, "-v", "-C", "2");
        expectDone(pub("", "-t", "plant/a", "-q", published, "-m", "one"));
        expectDone(pub("two\nlines", "-t", "plant/b", "-q", published));
        assertThat(sub.ended()).isEqualTo(new Ended(0, "plant/a one\nplant/b two\nlines\n", ""));
    }

    @Test
    void eachLineCanBeAMessage() throws Exception {
        Started sub = sub("-t", "plant/a", "-q", "1", "-N", "-C", "3");
        expectDone(pub("x\ny\n\u00e4\n", "-t", "plant/a", "-q", "1", "-l"));
        assertThat(sub.ended()).isEqualTo(new Ended(0, "xy\u00e4", ""));
    }

    @Test
    void topicsCanBeShortAndPredefined() throws Exception {
        Started sub = sub("-t", "ab", "--predefined", "7", "-v", "-C", "3");
        expectDone(pub("", "-t", "ab", "-m", "short"));
        expectDone(pub("", "--predefined", "7", "-m", "predefined"));
        expectDone(pub("", "-t", "plant/temperature", "-m", "in full"));
        assertThat(sub.ended().out()).isEqualTo("ab short\n7 predefined\n7 in full\n");
    }

    @Test
    void atQosMinusOneNobodyIsConnected() throws Exception {
        Started sub = sub("-t", "ab", "-t", "plant/temperature", "-v", "-C", "2");
        expectDone(pub("", "-t", "ab", "-q", "-1", "-m", "x"));
        expectDone(pub("", "--predefined", "7", "-q", "-1", "-m", "y"));
        assertThat(sub.ended().out()).isEqualTo("ab x\nplant/temperature y\n");
        assertThat(pub("", "-t", "plant/a", "-q", "-1", "-m", "x").err())
                .contains("two characters or is --predefined");
    }

    @Test
    void aRetainedMessageIsThereLater() throws Exception {
        expectDone(pub("", "-t", "plant/a", "-q", "1", "-r", "-m", "kept"));
        assertThat(sub("-t", "plant/a", "-C", "1").ended()).isEqualTo(new Ended(0, "kept\n", ""));
    }

    @Test
    void aSleeperGetsWhatHasWaited() throws Exception {
        Started sub = sub("-t", "plant/+", "-q", "1", "-v", "--sleep", "1", "-C", "3", "-i", "s");
        expectDone(pub("", "-t", "plant/a", "-q", "1", "-m", "one"));
        expectDone(pub("", "-t", "plant/a", "-q", "2", "-m", "two"));
        expectDone(pub("", "-t", "plant/b", "-q", "1", "-m", "three"));
        assertThat(sub.ended())
                .isEqualTo(new Ended(0, "plant/a one\nplant/a two\nplant/b three\n", ""));
    }

    @Test
    void aSessionThatIsKeptIsGoneOnWith() throws Exception {
        Started first = sub("-t", "plant/a", "-q", "1", "-i", "dev", "-c");
        first.stopNow();
        expectDone(first.ended());
        expectDone(pub("", "-t", "plant/a", "-q", "1", "-m", "meanwhile"));
        expectDone(pub("", "-t", "plant/a", "-q", "1", "-m", "later"));
        for (String expected : List.of("meanwhile\n", "later\n")) {
            Ended ended =
                    run(
                            "",
                            new CompletableFuture<>(),
                            words("sub", "-t", "plant/a", "-q", "1", "-i", "dev", "-c", "-C", "1"));
            assertThat(ended).isEqualTo(new Ended(0, expected, ""));
        }
    }

    @Test
    void theTimeMayBeOver() throws Exception {
        assertThat(sub("-t", "plant/a", "-W", "1").ended())
                .isEqualTo(new Ended(SnCommand.TIME_IS_OVER, "", ""));
    }

    @Test
    void theBrokerHasTheWillOfAClient() throws Exception {
        Started sub =
                sub("-t", "plant/a", "-i", "dev", "--will-topic", "gone", "--will-payload", "bye");
        assertThat(server.broker().session("dev").get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .get()
                .matches(it -> it.hasWill());
        Started witness = sub("-t", "gone", "-C", "1");
        server.broker().endSession("dev", "a test says so").join();
        assertThat(sub.ended())
                .isEqualTo(new Ended(1, "", "The gateway has ended the connection.\n"));
        assertThat(witness.ended().out()).isEqualTo("bye\n");
    }

    @Test
    void whatIsRefusedIsSaid() throws Exception {
        assertThat(pub("", "-t", "forbidden/a", "-q", "1", "-m", "x"))
                .isEqualTo(
                        new Ended(
                                1,
                                "",
                                "The gateway refuses the message: not allowed, or not"
                                        + " supported.\n"));
        assertThat(pub("", "--predefined", "8", "-m", "x"))
                .isEqualTo(
                        new Ended(
                                1,
                                "",
                                "The gateway refuses a message: it does not know the topic"
                                        + " identifier.\n"));
        assertThat(sub("-t", "forbidden/a", "-W", "5").ended().err())
                .startsWith("The gateway refuses the subscription to Name[forbidden/a]: not");
    }

    @Test
    void nobodyThereIsSaid() throws Exception {
        int closed;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        Ended ended =
                run(
                        "",
                        new CompletableFuture<>(),
                        List.of("pub", "-h", "127.0.0.1", "-p", "" + closed, "-t", "a/b"));
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).isEqualTo("Nobody listens at udp 127.0.0.1:" + closed + ".\n");
    }

    @Test
    void whoDoesNotAnswerIsAskedAgain() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            String where = String.valueOf(silent.getLocalPort());
            Ended ended =
                    run(
                            "",
                            new CompletableFuture<>(),
                            List.of(
                                    "pub",
                                    "-h",
                                    "127.0.0.1",
                                    "-p",
                                    where,
                                    "-t",
                                    "a/b",
                                    "-d",
                                    "--retry",
                                    "1",
                                    "--retries",
                                    "1",
                                    "-i",
                                    "dev"));
            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err().lines())
                    .hasSize(3)
                    .last()
                    .isEqualTo(
                            "udp 127.0.0.1:" + where + " does not answer; it was asked 2 times.");
        }
    }

    @Test
    void withAPreSharedKeyItSpeaksDtls() throws Exception {
        List<String> words =
                List.of(
                        "pub",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + port("dtls"),
                        "-t",
                        "plant/a",
                        "-q",
                        "2",
                        "-m",
                        "secret",
                        "--psk-file",
                        "" + directory.resolve("psk"),
                        "--psk-identity");
        Started sub = sub("-t", "plant/a", "-C", "1");
        List<String> dev = new ArrayList<>(words);
        dev.add("dev");
        expectDone(run("", new CompletableFuture<>(), dev));
        assertThat(sub.ended().out()).isEqualTo("secret\n");
        List<String> other = new ArrayList<>(words);
        other.add("other");
        assertThat(run("", new CompletableFuture<>(), other).err())
                .isEqualTo(directory.resolve("psk") + ": has no key of other\n");
    }

    @Test
    void aReloadThatEndsItsDtlsIsSaid() throws Exception {
        Path psk = directory.resolve("psk");
        Started sub =
                started(
                        List.of(
                                "sub",
                                "-h",
                                "127.0.0.1",
                                "-p",
                                "" + port("dtls"),
                                "-t",
                                "plant/a",
                                "--psk-file",
                                "" + psk,
                                "--psk-identity",
                                "dev"));
        Files.writeString(psk, "dev:" + KEY.replace("0f", "ff") + "\n");
        server.reload(configuration());
        assertThat(sub.ended())
                .isEqualTo(
                        new Ended(
                                1,
                                "",
                                "No DTLS with udp 127.0.0.1:%d as dev: the gateway has ended the session; its key may be another one since a reload\n"
                                        .formatted(port("dtls"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pub -m x",
                "pub -t a/b --predefined 7 -m x",
                "pub -t a/+ -m x",
                "pub -t a/b -q 3 -m x",
                "pub -t a/b -m x -l",
                "pub --predefined 65535 -m x",
                "pub -t a/b -c -m x",
                "sub",
                "sub -t a/b -q -1",
                "sub -t a/b --sleep 65536",
                "sub -t a/b -p 0",
                "sub -t a/b --psk-file x",
                "nonsense"
            })
    void aWrongCommandLineIsRefused(String line) {
        Ended ended = run("", new CompletableFuture<>(), List.of(line.split(" ", -1)));
        assertThat(ended.code()).isNotZero();
        assertThat(ended.err()).isNotEmpty();
        assertThat(ended.out()).isEmpty();
    }
}

package io.godwit.app.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code godwit bench}, against a broker in this process. */
@Timeout(180)
class BenchCommandTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

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

    private List<String> words(String line, String listener) {
        List<String> words = new ArrayList<>(ShellWords.of(line));
        if (!line.contains("://")) {
            words.addAll(List.of("-h", "127.0.0.1", "-p", "" + broker().port(listener)));
        }
        return words;
    }

    private Ended bench(String line) {
        return bench(line, "tcp");
    }

    private Ended bench(String line, String listener) {
        return run("bench", line, listener);
    }

    private Ended run(String command, String line, String listener) {
        return Ended.ofGodwit(command, words(line, listener), "".getBytes(StandardCharsets.UTF_8));
    }

    private LiveCommand live(String line) {
        return new LiveCommand("bench", words(line, "tcp").toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "1, 5", "2, 5", "0, 311", "1, 311", "2, 31"})
    void pairsGetAllOnceAndInOrder(int qos, String version) {
        Ended ended =
                bench("pair -n 3 -C 90 --rate 900 --json -q %d -V %s".formatted(qos, version));
        assertThat(ended.out())
                .contains("\"bench\":\"pair\"", "\"clean\":true")
                .contains("\"connected\":6", "\"published\":90", "\"acknowledged\":90")
                .contains("\"expected\":90", "\"received\":90", "\"checked\":true")
                .contains("\"lost\":0", "\"duplicates\":0", "\"out-of-order\":0")
                .contains("\"deliver\":{\"p50\":", "\"p99.9\":", "\"max\":")
                .endsWith("}\n");
        assertThat(ended.out().contains("\"acknowledge\":{")).isEqualTo(qos > 0);
        assertThat(ended.code()).isZero();
    }

    @Test
    void aTopicMayHaveManyOnBothSides() {
        Ended ended =
                bench("pair -n 2 --publishers 2 --subscribers 3 -C 40 --rate max -q 1 --json");
        assertThat(ended.out())
                .contains("\"connected\":10", "\"published\":40", "\"expected\":120")
                .contains("\"received\":120", "\"lost\":0");
        assertThat(ended.code()).isZero();
    }

    @Test
    void theSummaryIsForPeopleOtherwise() {
        Ended ended = bench("pair -n 1 -C 10 -q 1 --payload-size 1KB");
        assertThat(ended.out())
                .contains("bench pair at mqtt://127.0.0.1:" + broker().port())
                .contains("QoS 1, 1000 bytes, 1000/s in all")
                .contains("received    10 of 10")
                .containsPattern("deliver +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+\n")
                .contains("lost 0, duplicates 0, out of order 0, refused 0, unacknowledged 0");
        assertThat(ended.code()).isZero();
    }

    @Test
    void whatNobodyMayTakeIsLost() {
        Ended ended = bench("pair -n 1 -C 5 -t forbidden/%i --json");
        assertThat(ended.out())
                .contains("\"clean\":false", "\"subscriptions-refused\":1")
                .contains("\"published\":5", "\"expected\":5", "\"received\":0", "\"lost\":5")
                .contains("not authorized");
        assertThat(ended.code()).isEqualTo(1);
    }

    @Test
    void whatTheServerRefusesIsCountedWithTheReason() {
        Ended ended = bench("pub -n 2 -C 6 -q 1 -t forbidden/%i");
        assertThat(ended.out())
                .contains("published   6", "acknowledged 0", "refused 6")
                .containsPattern("  [36] x .*not authorized");
        assertThat(ended.code()).isEqualTo(1);
    }

    @Test
    void numbersAreInTopicsIdentifiersAndUserNames() {
        Ended ended =
                bench("pub -n 2 -C 2 -r -q 1 -t 'n/%i' -i 'i-%i' -u user-%i -P secret", "locked");
        assertThat(ended.out()).contains("connected   2 of 2");
        assertThat(ended.code()).isZero();
        assertThat(run("sub", "-t n/+ -C 2 -F %t", "tcp").out().lines())
                .containsExactlyInAnyOrder("n/1", "n/2");
        assertThat(bench("conn -n 3 --duration 0.1 -u user-%i -P secret", "locked").out())
                .contains("connected   2 of 3", "not connected 1", "bad user name or password");
    }

    @Test
    void connectionsAreOpenedAndKept() {
        Ended ended = bench("conn -n 20 --connect-rate 200 --duration 0.2");
        assertThat(ended.out())
                .contains("20 connections", "connected   20 of 20", "not connected 0")
                .contains("connect ");
        assertThat(ended.code()).isZero();
    }

    @Test
    void whereNobodyListensNothingIsConnected() throws Exception {
        Ended ended = bench("conn -n 2 -L mqtt://127.0.0.1:%d".formatted(TestBroker.closedPort()));
        assertThat(ended.out()).contains("connected   0 of 2", "not connected 2", "  2 x ");
        assertThat(ended.code()).isEqualTo(1);
    }

    @Test
    void subCountsWhatOthersPublish() throws Exception {
        LiveCommand sub = live("sub -n 2 -t bench/x -C 100 --duration 60 -q 1 --interval 0.1");
        awaitSaid(sub, "connected 2/2");
        assertThat(bench("pub -n 1 -t bench/x -C 300 -q 1 --rate 600").code()).isZero();
        assertThat(sub.exitCode()).isZero();
        assertThat(sub.until("lost"))
                .anyMatch(line -> line.matches("received +[1-9][0-9]+, .*"))
                .anyMatch(line -> line.startsWith("deliver "))
                .last()
                .asString()
                .startsWith("lost 0, duplicates 0, out of order 0");
    }

    @Test
    void subThatDoesNotGetItsCountFails() {
        Ended ended = bench("sub -n 1 -C 5 --duration 0.3");
        assertThat(ended.out()).contains("received    0");
        assertThat(ended.code()).isEqualTo(1);
    }

    @Test
    void messagesOfOthersAreNamed() throws Exception {
        LiveCommand sub = live("sub -n 1 -t bench/x -C 1 --duration 60 --interval 0.1");
        awaitSaid(sub, "connected 1/1");
        assertThat(run("pub", "-t bench/x -m hello --repeat 3", "tcp").code()).isZero();
        assertThat(sub.exitCode()).isZero();
        sub.until("have no time stamp");
    }

    @Test
    void brokenConnectionsAreCountedAndTermPrintsTheSummary() throws Exception {
        LiveCommand conn = live("conn -n 2 --duration 100 --interval 0.1");
        awaitSaid(conn, "connected 2/2");
        broker().close();
        awaitSaid(conn, "disconnects 2");
        conn.term();
        assertThat(conn.until("disconnects")).last().asString().contains("disconnects 2 (");
        assertThat(conn.exitCode()).isEqualTo(1);
    }

    private static void awaitSaid(LiveCommand command, String text) {
        Awaitility.await().atMost(PATIENCE).until(() -> command.errors().contains(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fly",
                "pair -n 2 -t same",
                "pair --payload-size 8",
                "pub -n 2 -i same",
                "pub --rate 0",
                "pub --rate fast",
                "pub --duration -1",
                "pub --payload-size 3GB",
                "pub -t a/#",
                "conn -t a",
                "sub --rate 5"
            })
    void whatCannotBeMeasuredIsSaid(String line) {
        Ended ended = bench(line);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).startsWith("Error: ").contains("--help");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void helpNamesTheKindsAndTheirFlags() {
        assertThat(Ended.ofGodwit("bench", List.of("--help"), new byte[0]).out())
                .contains("conn", "pub", "sub", "pair");
        assertThat(bench("pair --help").out())
                .contains("--subscribers", "--rate", "--payload-size", "--connect-rate")
                .contains("-h, --host", "--cafile");
    }
}

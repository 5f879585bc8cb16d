package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds {@code docs/configuration.md} and the sample {@code docs/godwit.conf} to the code. */
class ConfigurationReferenceTest {

    private static final Path DOCS = Path.of(System.getProperty("godwit.root", ".."), "docs");

    /** Defaults in words, which no file can say. */
    private static final List<String> IN_WORDS =
            List.of(
                    "half of the cores",
                    "the listener's name, if that is a type",
                    "as authentication.anonymous",
                    "1883; 8883 with TLS or DTLS, 8083 for WebSocket, 8084 for both, 1884 for MQTT-SN",
                    "/mqtt for WebSocket");

    @TempDir private Path directory = Path.of("");
    private ConfigurationFolder folder = new ConfigurationFolder(directory);

    /** A row of the reference without its last column. */
    record Row(String path, String standard, String allowed) {

        static Row of(String path, Key<?, ?> key) {
            return new Row(path, key.standard(), key.kind().range());
        }
    }

    @BeforeEach
    void openFolder() {
        folder = new ConfigurationFolder(directory);
    }

    static Stream<Row> keys() {
        return Stream.concat(
                Keys.ALL.stream().map(key -> Row.of(key.path(), key)),
                ListenerKeys.ALL.stream()
                        .map(key -> Row.of("listeners.<name>." + key.path(), key)));
    }

    @Test
    void theReferenceHasEveryKeyWithItsDefaultAndRangeAndNoOther() throws IOException {
        List<Row> rows =
                Files.readAllLines(DOCS.resolve("configuration.md")).stream()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.replace("`", "").split(" *\\| *"))
                        .map(cells -> new Row(cells[1], cells[2], cells[3]))
                        .toList();
        assertThat(rows).containsExactlyInAnyOrderElementsOf(keys().toList());
    }

    static Stream<Row> keysWithADefaultThatAFileCanSay() {
        return keys().filter(key ->
                !IN_WORDS.contains(key.standard()) && !key.standard().startsWith("as limits."));
    }

    @ParameterizedTest
    @MethodSource("keysWithADefaultThatAFileCanSay")
    void aKeySetToItsDefaultChangesNothing(Row key) throws Exception {
        String base = base(key.path());
        String path = key.path().replace("<name>", "it");
        assertThat(folder.load(base + path + " = " + key.standard())).isEqualTo(folder.load(base));
    }

    /** A listener that may have the key, if it is one of a listener. */
    private static String base(String path) {
        if (!isOfListener(path)) {
            return "";
        }
        List<String> types = ListenerKeys.typesOf(path.substring("listeners.<name>.".length()));
        return types.contains("tcp")
                ? "listeners.it.type = tcp\n"
                : types.contains("mqtt-sn")
                        ? "listeners.it.type = mqtt-sn\n"
                        : types.contains("websocket")
                                ? "listeners.it.type = websocket\n"
                                : "listeners.it { type = unix, path = mqtt.sock }\n";
    }

    private static boolean isOfListener(String path) {
        return path.startsWith("listeners.");
    }

    @Test
    void theSampleIsTheDefaultOfAFile() throws Exception {
        Configuration empty = folder.load("");
        assertThat(folder.load(Files.readString(DOCS.resolve("godwit.conf")))).isEqualTo(empty);
    }

    @Test
    void theSampleWithoutItsCommentSignsNamesEveryKeyAtItsDefault() throws Exception {
        String sample = Files.readString(DOCS.resolve("godwit.conf")).replaceAll("#(?=[a-z])", "");
        Configuration cores =
                folder.load("").withEventLoops(2); // the sample has to write some number
        assertThat(folder.load(sample)).isEqualTo(cores);
        var written = ConfigFactory.parseString(sample);
        assertThat(keys().map(Row::path).filter(path -> !isOfListener(path)))
                .allSatisfy(path -> assertThat(written.hasPath(path)).as(path).isTrue());
        assertThat(ListenerKeys.ALL)
                .allSatisfy(key -> assertThat(sample).contains(" " + key.path() + " = "));
    }

    @Test
    void theSampleIsNotWhereTheSearchWouldFindIt() {
        assertThat(DOCS.resolveSibling("godwit.conf")).doesNotExist();
    }

    @Test
    void everyEndOfARangeIsTakenByTheLimitsToo() throws Exception {
        for (Key<Draft, ?> key : Keys.ALL) {
            for (String end : ends(key.kind().range())) {
                assertThat(folder.load(key.path() + " = " + end).sources())
                        .as(key.path() + " = " + end)
                        .hasSize(1);
            }
        }
    }

    /** The ends of {@code 1 to 5} and of {@code 1 to 5 bytes, or 1% to 100%}. */
    private static List<String> ends(String range) {
        if (!range.matches("\\d.* to .*")) {
            return List.of();
        }
        return Stream.of(range.split("( to |, or )"))
                .map(end -> end.replace(" bytes", ""))
                .toList();
    }

    @Test
    void theReferenceSaysHowAVariableIsCalled() throws Exception {
        Map<String, String> environment =
                Map.of(
                        "GODWIT_LISTENERS__TCP__PORT", "1884",
                        "GODWIT_DATA_DIR", "/var/lib/godwit",
                        "GODWIT_LIMITS__SESSION__QUEUED_BYTES", "16 MB");
        String text = Files.readString(DOCS.resolve("configuration.md"));
        assertThat(environment.keySet()).allSatisfy(name -> assertThat(text).contains(name));
        Configuration configuration = folder.load(environment);
        assertThat(configuration.limits().session().queuedBytes()).isEqualTo(16_000_000);
        assertThat(configuration.dataDir()).isEqualTo(Path.of("/var/lib/godwit"));
    }
}

package io.godwit.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.admin.http.Caller;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {

    private static final Route CHANGE =
            new Route("POST", "/act", Role.ADMIN, true, _ -> Response.ok(Map.of()));

    @TempDir private Path directory = Path.of("");

    private Audit audit() {
        return Audit.to(
                directory.resolve("audit.log"),
                InstantSource.fixed(Instant.parse("2030-01-31T12:00:00Z")));
    }

    private static Request request(String body) {
        return new Request("POST", "/act", Map.of(), body.getBytes(UTF_8))
                .by(new Caller("alice", Role.ADMIN, "192.0.2.1:5", null));
    }

    @Test
    void aLineIsWhatWasDoneByWhomAndWhen() throws IOException {
        audit().note(request("{\"a\": 1}"), CHANGE, Response.ok(Map.of()));
        assertThat(directory.resolve("audit.log"))
                .hasContent(
                        "{\"time\":\"2030-01-31T12:00:00.000Z\",\"user\":\"alice\",\"role\":\"admin\","
                                + "\"from\":\"192.0.2.1:5\",\"method\":\"POST\",\"path\":\"/act\","
                                + "\"body\":{\"a\":1},\"status\":200}\n");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(directory.resolve("audit.log"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsMalformedOrLongIsNotWrittenInFull() throws IOException {
        audit().note(request("nonsense"), CHANGE, Response.error(400, "x".repeat(1_000)));
        audit().note(
                        request("{\"reason\": \"" + "y".repeat(1_000) + "\"}"),
                        CHANGE,
                        Response.ok(Map.of()));
        String text = Files.readString(directory.resolve("audit.log"));
        assertThat(text).contains("\"malformed\":\"8 bytes\"").doesNotContain("nonsense");
        assertThat(text.lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(600));
    }

    @Test
    void noBodyMakesALineLong() throws IOException {
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i < 10_000; i++) {
            many.append("\"%s%d\": %d, ".formatted("k".repeat(1_000), i, i));
        }
        Request request =
                new Request(
                        "POST",
                        "/act/" + "x".repeat(100_000),
                        Map.of(),
                        many.append("\"z\": 1}").toString().getBytes(UTF_8));
        audit().note(request, CHANGE, Response.ok(Map.of()));
        assertThat(Files.readString(directory.resolve("audit.log")))
                .hasSizeLessThan(10_000)
                .contains("\"...\":\"9985 more keys\"");
    }

    @Test
    void aNumberBeyondAllBoundsIsWrittenDown() throws IOException {
        audit().note(
                        request("{\"qos\": 1" + "0".repeat(40) + ", \"a\": 1e999}"),
                        CHANGE,
                        Response.error(400, "no"));
        assertThat(Files.readString(directory.resolve("audit.log")))
                .contains("\"qos\":\"1" + "0".repeat(40) + "\"")
                .contains("\"status\":400");
    }

    @Test
    void aLineThatCannotBeWrittenHoldsNobodyUp() throws IOException {
        Path gone = Files.createDirectory(directory.resolve("gone"));
        Audit audit = Audit.to(gone.resolve("audit.log"));
        Files.delete(gone);
        audit.note(request("{}"), CHANGE, Response.ok(Map.of()));
        Files.createDirectory(gone);
        audit.note(request("{}"), CHANGE, Response.ok(Map.of()));
        assertThat(Files.readAllLines(gone.resolve("audit.log"))).hasSize(1);
    }

    @Test
    void halfACharacterKeepsNothingOutOfTheLog() throws IOException {
        String cut = "x".repeat(199) + "\uD83D\uDE00"; // a line has 200 of these
        audit().note(request("{\"reason\": \"" + cut + "\"}"), CHANGE, Response.ok(Map.of()));
        audit().note(
                        request("{\"reason\": \"a\\ud83d\", \"b\\ude00\": 1}"),
                        CHANGE,
                        Response.ok(Map.of()));
        assertThat(Files.readAllLines(directory.resolve("audit.log")))
                .hasSize(2)
                .satisfiesExactly(
                        first -> assertThat(first).contains("x".repeat(199) + "?..."),
                        second -> assertThat(second).contains("\"reason\":\"a?\",\"b?\":1"));
    }

    @Test
    void aFullFileIsKeptUnderAnotherName() throws IOException {
        Path file = directory.resolve("audit.log");
        for (int i = 0; i < Audit.KEPT + 2; i++) {
            Files.writeString(file, i + "x".repeat((int) Audit.LARGEST));
            audit().note(request("{}"), CHANGE, Response.ok(Map.of()));
            assertThat(Files.size(file)).isLessThan(1_000);
        }
        assertThat(directory.resolve("audit.log." + Audit.KEPT)).exists();
        assertThat(directory.resolve("audit.log." + (Audit.KEPT + 1))).doesNotExist();
        assertThat(Files.readString(directory.resolve("audit.log.1"))).startsWith("10x");
    }

    @Test
    void theFileMayBeRenamedByOthers() throws IOException {
        Path file = directory.resolve("audit.log");
        Audit audit = audit();
        audit.note(request("{}"), CHANGE, Response.ok(Map.of()));
        Files.move(file, directory.resolve("old"));
        audit.note(request("{}"), CHANGE, Response.ok(Map.of()));
        assertThat(file).exists();
    }
}

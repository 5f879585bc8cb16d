package io.godwit.admin.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.broker.control.Instance.ListenerState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DashboardTest {

    private static final int FIRST_PAINT_BYTES = 100_000;

    private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"dashboard/([^\"]+)\"");
    private static final Pattern IMPORTED = Pattern.compile("from '\\./([^']+)'");
    private static final Pattern IMPORTED_LATER = Pattern.compile("import\\('\\./([^']+)'\\)");

    private final Dashboard dashboard =
            new Dashboard(() ->
                    List.of(
                            new ListenerState("tcp", "tcp", "0.0.0.0", 1883, 0, null),
                            new ListenerState("ws", "ws", "0.0.0.0", 8083, 0, "/mqtt"),
                            new ListenerState("s", "wss", "0.0.0.0", 8084, 0, "/mqtt")));

    private Response get(String path, String... namesAndValues) {
        Map<String, String> headers = new HashMap<>(Map.of("host", "localhost:18083"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return dashboard.handle(new Request("GET", path, headers, new byte[0]));
    }

    private static byte[] bytes(Response response) {
        return ((Response.Bytes) response.body()).bytes();
    }

    private static String header(Response response, String name) {
        return String.valueOf(response.headers().get(name));
    }

    private String text(String path) {
        return new String(bytes(get(path)), UTF_8);
    }

    /** The files that are written here; those of libraries are not. */
    private static List<Path> sources() throws IOException, URISyntaxException {
        Path folder =
                Path.of(Objects.requireNonNull(Dashboard.class.getResource("index.html")).toURI())
                        .resolveSibling(".");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(it -> it.toString().matches(".*\\.(js|html|css|svg)"))
                    .filter(it -> !it.getFileName().toString().startsWith("uPlot"))
                    .toList();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8",
        "/dashboard/app.js, text/javascript; charset=utf-8",
        "/dashboard/style.css, text/css; charset=utf-8",
        "/dashboard/bird.svg, image/svg+xml",
        "/dashboard/uPlot.iife.min.js, text/javascript; charset=utf-8",
        "/dashboard/uPlot.min.css, text/css; charset=utf-8",
        "/dashboard/uPlot.LICENSE.txt, text/plain; charset=utf-8",
    })
    void aFileIsServed(String path, String type) {
        Response response = get(path);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body().contentType()).isEqualTo(type);
        assertThat(bytes(response)).isNotEmpty();
        assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(response, "Referrer-Policy")).isEqualTo("no-referrer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dashboard/",
                "/dashboard/none.js",
                "/dashboard/index.html",
                "/dashboard/Dashboard.class",
                "/dashboard/../http/Json.class",
                "/dashboard/%2e%2e/app.js",
                "/dashboard//app.js",
                "/dashboard/.js",
                "/index.html",
                "/dashboard"
            })
    void nothingElseIs(String path) {
        assertThat(get(path).status()).isEqualTo(404);
    }

    @Test
    void whatTheBrowserHasIsNotSentAgain() {
        String tag = header(get("/dashboard/app.js"), "ETag");
        Response again = get("/dashboard/app.js", "if-none-match", tag);
        assertThat(again.status()).isEqualTo(304);
        assertThat(bytes(again)).isEmpty();
        assertThat(header(again, "Cache-Control")).isEqualTo("no-cache");
        assertThat(get("/dashboard/app.js", "if-none-match", "\"other\"").status()).isEqualTo(200);
        assertThat(get("/dashboard/dom.js", "if-none-match", tag).status()).isEqualTo(200);
    }

    @Test
    void itIsPackedForWhoTakesIt() throws IOException {
        Response plain = get("/dashboard/app.js");
        Response packed = get("/dashboard/app.js", "accept-encoding", "gzip, deflate, br");
        assertThat(plain.headers()).doesNotContainKey("Content-Encoding");
        assertThat(header(packed, "Content-Encoding")).isEqualTo("gzip");
        assertThat(header(packed, "Vary")).isEqualTo("Accept-Encoding");
        assertThat(header(packed, "ETag")).isNotEqualTo(header(plain, "ETag"));
        assertThat(new GZIPInputStream(new ByteArrayInputStream(bytes(packed))).readAllBytes())
                .isEqualTo(bytes(plain));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:18083, ws://localhost:8083 wss://localhost:8084",
        "broker.example.org, ws://broker.example.org:8083 wss://broker.example.org:8084",
        "[::1]:18083, ws://*:8083 wss://*:8084",
        "10.0.0.7:18083, ws://10.0.0.7:8083 wss://10.0.0.7:8084",
    })
    void aPageMayConnectToTheWebSocketListeners(String host, String sources) {
        assertThat(header(get("/", "host", host), "Content-Security-Policy"))
                .startsWith("default-src 'self'; connect-src 'self' " + sources + "; ")
                .contains("frame-ancestors 'none'");
    }

    @Test
    void aHostThatIsNoNameIsNotRepeated() {
        assertThat(header(get("/", "host", "x; script-src *"), "Content-Security-Policy"))
                .startsWith("default-src 'self'; connect-src 'self'; base-uri");
    }

    @Test
    void whatIsLoadedFirstIsSmall() {
        Set<String> files = new LinkedHashSet<>();
        Deque<String> found = new ArrayDeque<>();
        LOADED.matcher(text("/")).results().forEach(it -> found.add(it.group(1)));
        while (!found.isEmpty()) {
            String file = found.remove();
            if (files.add(file) && file.endsWith(".js")) {
                IMPORTED.matcher(text("/dashboard/" + file))
                        .results()
                        .forEach(it -> found.add(it.group(1)));
            }
        }
        assertThat(files).contains("app.js", "overview.js", "uPlot.iife.min.js", "style.css");
        int sum = bytes(get("/", "accept-encoding", "gzip")).length;
        for (String file : files) {
            sum += bytes(get("/dashboard/" + file, "accept-encoding", "gzip")).length;
        }
        assertThat(sum).isLessThan(FIRST_PAINT_BYTES);
    }

    @Test
    void whatIsImportedIsThere() throws IOException, URISyntaxException {
        for (Path source : sources()) {
            String text = Files.readString(source);
            Stream.of(LOADED, IMPORTED, IMPORTED_LATER)
                    .flatMap(it -> it.matcher(text).results())
                    .map(it -> it.group(1))
                    .forEach(it ->
                            assertThat(get("/dashboard/" + it).status())
                                    .as("%s of %s", it, source)
                                    .isEqualTo(200));
        }
    }

    /** Text of others becomes text nodes only, and nothing comes from elsewhere. */
    @Test
    void nothingMakesMarkupOrCodeOfText() throws IOException, URISyntaxException {
        List<Path> sources = sources();
        assertThat(sources).hasSizeGreaterThan(20);
        for (Path source : sources) {
            assertThat(Files.readString(source))
                    .as(source.toString())
                    .doesNotContain(
                            "innerHTML",
                            "outerHTML",
                            "insertAdjacent",
                            "document.write",
                            "DOMParser",
                            "createContextualFragment",
                            "srcdoc",
                            "eval(",
                            "new Function",
                            " style=\"",
                            " onclick=\"",
                            "https://",
                            "//cdn");
        }
    }
}

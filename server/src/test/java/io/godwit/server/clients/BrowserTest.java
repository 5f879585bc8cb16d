package io.godwit.server.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.godwit.server.clients.BrokerUnderTest.Embedded;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of {@code docs/websocket.md} in Chromium, which publishes and subscribes. */
final class BrowserTest {

    private static final Path ROOT = Path.of(System.getProperty("godwit.root", ".."));
    private static final String ADVICE = "Run ./test at the top: it installs the clients.";
    private static final long PATIENCE_SECONDS = 60;

    @TempDir private Path directory;

    /** A web server with the page, which hears what the page says. */
    private static final class Site implements AutoCloseable {
        private final HttpServer server;
        private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();

        Site() throws IOException {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
            byte[] page = (page() + "<script src=\"probe.js\"></script>").getBytes(UTF_8);
            byte[] probe = Files.readAllBytes(ProcessLibrary.script("browser/probe.js"));
            byte[] library = library();
            server.createContext("/", exchange -> answer(exchange, "text/html", page));
            server.createContext(
                    "/probe.js", exchange -> answer(exchange, "text/javascript", probe));
            server.createContext(
                    "/mqtt.min.js", exchange -> answer(exchange, "text/javascript", library));
            server.createContext(
                    "/report",
                    exchange -> {
                        reports.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                        answer(exchange, "text/plain", new byte[0]);
                    });
            server.start();
        }

        private static String page() throws IOException {
            String document = Files.readString(ROOT.resolve("docs/websocket.md"));
            int start = document.indexOf("```html\n") + "```html\n".length();
            return document.substring(start, document.indexOf("```\n", start));
        }

        private static byte[] library() throws IOException {
            Path file = ROOT.resolve("target/clients/node_modules/mqtt/dist/mqtt.min.js");
            if (!Files.exists(file)) {
                throw new IOException("There is no MQTT.js. " + ADVICE);
            }
            return Files.readAllBytes(file);
        }

        private static void answer(HttpExchange exchange, String type, byte[] body)
                throws IOException {
            exchange.getResponseHeaders().add("Content-Type", type + "; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        }

        String origin() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        String nextReport() throws InterruptedException {
            String report = reports.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return report == null ? "nothing within " + PATIENCE_SECONDS + " s" : report;
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    /** Opens a page in a Chromium of its own, which the caller ends. */
    private Process chromium(String url) throws IOException {
        Path log = directory.resolve("chromium.log");
        try {
            return new ProcessBuilder(
                            "chromium",
                            "--headless",
                            "--no-sandbox", // which it has none of as root; the page is ours
                            "--disable-gpu",
                            "--disable-dev-shm-usage",
                            "--no-first-run",
                            "--user-data-dir=" + directory.resolve("profile"),
                            "--remote-debugging-port=0", // keeps it open until it is ended
                            url)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new IOException("Cannot start Chromium. " + ADVICE, e);
        }
    }

    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());
    }

    @Test
    void aPagePublishesAndSubscribes() throws Exception {
        try (Site site = new Site();
                Embedded broker = Embedded.startWebSocket(List.of(site.origin()))) {
            Process chromium = chromium(site.origin() + "/?port=" + broker.port());
            try {
                assertThat(List.of(site.nextReport(), site.nextReport()))
                        .containsExactlyInAnyOrder(
                                "state connected", "message hello/browser: from a browser");
            } finally {
                end(chromium);
            }
        }
    }

    @Test
    void aPageOfAForeignOriginIsRefused() throws Exception {
        try (Site site = new Site();
                Embedded broker = Embedded.startWebSocket(List.of("https://app.example.org"))) {
            Process chromium = chromium(site.origin() + "/?port=" + broker.port());
            try {
                assertThat(site.nextReport()).isEqualTo("state closed");
            } finally {
                end(chromium);
            }
        }
    }
}

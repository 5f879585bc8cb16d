package io.godwit.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code godwit ctl session} against the real process, which is killed in between. */
@Timeout(300)
class SessionCommandTest {

    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");
    private static final byte[] ACCEPTED = {0x20, 2, 0, 0};
    private static final byte[] RESUMED = {0x20, 2, 1, 0};

    @TempDir private Path directory = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<Running> started = new ArrayList<>();
    private int port;

    private Running start() throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                Running.command("--data-dir", directory.resolve("data").toString()))
                        .directory(directory.toFile())
                        .redirectErrorStream(true);
        builder.environment().put("GODWIT_LISTENERS__TCP__PORT", "0");
        builder.environment().put("GODWIT_ADMIN__ENABLED", "false");
        Running running = new Running(builder.start());
        started.add(running);
        Matcher said = PORT.matcher(String.join("\n", running.until("tcp: MQTT")));
        assertThat(said.find()).isTrue();
        port = Integer.parseInt(said.group(1));
        return running;
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Running running : started) {
            running.process.destroyForcibly().waitFor();
        }
    }

    private int session(String... words) {
        List<String> all = new ArrayList<>(List.of("ctl", "session"));
        all.addAll(List.of(words));
        all.addAll(List.of("--data-dir", directory.resolve("data").toString()));
        CommandLine godwit = GodwitCommand.commandLine();
        godwit.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return godwit.execute(all.toArray(String[]::new));
    }

    private String said() {
        return out.toString().strip();
    }

    /** A client of MQTT 3.1.1 without Clean Session; it is answered as is expected. */
    private Socket connect(String clientId, byte[] expected) throws IOException {
        byte[] id = clientId.getBytes(UTF_8);
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(0x10);
        packet.write(12 + id.length);
        packet.writeBytes(new byte[] {0, 4, 'M', 'Q', 'T', 'T', 4, 0, 0, 0, 0, (byte) id.length});
        packet.writeBytes(id);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write(packet.toByteArray());
        assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(expected);
        return socket;
    }

    /** It leaves a subscription to t at QoS 1. */
    private static void subscribe(Socket socket) throws IOException {
        socket.getOutputStream().write(new byte[] {(byte) 0x82, 6, 0, 1, 0, 1, 't', 1});
        assertThat(socket.getInputStream().readNBytes(5))
                .isEqualTo(new byte[] {(byte) 0x90, 3, 0, 1, 1});
    }

    /** A message on t at QoS 1. */
    private static void publish(Socket socket) throws IOException {
        socket.getOutputStream().write(new byte[] {0x32, 6, 0, 1, 't', 0, 1, 'm'});
        assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(new byte[] {0x40, 2, 0, 1});
    }

    @Test
    void endedSessionStaysEndedAfterAKill() throws Exception {
        Running first = start();
        try (Socket client = connect("a/b k\u00e4the", ACCEPTED)) {
            subscribe(client);
        }
        try (Socket publisher = connect("publisher", ACCEPTED)) {
            publish(publisher);
        }
        first.process.destroyForcibly().waitFor();

        Running second = start();
        assertThat(session("show", "a/b k\u00e4the")).isZero();
        assertThat(said().lines())
                .hasSize(6)
                .startsWith("owner          nobody")
                .endsWith(
                        "kept           for good",
                        "queued         1",
                        "subscriptions  1",
                        "will           no");
        assertThat(said()).containsPattern("connected      no, not since \\d{4}-\\S+Z");
        assertThat(session("end", "a/b k\u00e4the")).isZero();
        assertThat(said()).isEqualTo("Ended; queued messages: 1, subscriptions: 1.");
        second.process.destroyForcibly().waitFor();

        start();
        assertThat(session("show", "a/b k\u00e4the")).isEqualTo(1);
        assertThat(err.toString()).contains("there is no session of this client identifier");
        connect("publisher", RESUMED).close();
        try (Socket client = connect("a/b k\u00e4the", ACCEPTED)) {
            assertThat(session("show", "a/b k\u00e4the")).isZero();
            assertThat(said())
                    .containsPattern("connected      since \\d{4}-\\S+Z")
                    .contains("subscriptions  0");
            assertThat(session("end", "a/b k\u00e4the")).isZero();
            assertThat(said())
                    .isEqualTo(
                            "Ended, and its client disconnected; queued messages: 0,"
                                    + " subscriptions: 0.");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(session("end", "a/b k\u00e4the")).isEqualTo(1);
        assertThat(err.toString()).contains("there is no session of this client identifier");
    }

    @ParameterizedTest
    @ValueSource(strings = {"show", "end", "end a b", "", "drop a"})
    void whatIsNotUnderstoodIsSaid(String words) {
        assertThat(session(words.isEmpty() ? new String[0] : words.split(" ")))
                .isEqualTo(Main.ERROR);
        assertThat(err.toString()).isNotEmpty();
    }
}

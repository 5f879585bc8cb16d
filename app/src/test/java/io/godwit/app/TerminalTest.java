package io.godwit.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code godwit shell} and {@code godwit bench} as processes, on a terminal ({@code script} gives
 * them one) and off it.
 */
@Timeout(180)
class TerminalTest {

    @TempDir private Path directory = Path.of("");
    private Programs programs = new Programs(directory);
    private @Nullable GodwitServer server;

    @BeforeEach
    void start() throws Exception {
        programs = new Programs(directory);
        Path file =
                Files.writeString(
                        directory.resolve("godwit.conf"),
                        """
                        persistence.mode = memory
                        listeners.tcp { bind = "127.0.0.1", port = 0, anonymous = true }
                        """);
        server =
                GodwitServer.start(
                        Configuration.load(file, Map.of()).withDataDir(directory.resolve("d")));
    }

    @AfterEach
    void stop() throws InterruptedException {
        programs.close();
        if (server != null) {
            server.close();
        }
    }

    private int port() {
        return Objects.requireNonNull(Objects.requireNonNull(server).addresses().get("tcp"))
                .getPort();
    }

    private List<String> command(String... words) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(List.of(words));
        command.addAll(List.of("-h", "127.0.0.1", "-p", "" + port()));
        return command;
    }

    /** On a terminal of its own. */
    private Running terminal(String... words) throws IOException {
        String line = command(words).stream().map(Shell::quote).collect(Collectors.joining(" "));
        return programs.start(
                "env", "TERM=xterm", "script", "-q", "-e", "-f", "-c", line, "/dev/null");
    }

    private static void type(Running to, String line) throws IOException {
        OutputStream keyboard = to.process.getOutputStream();
        keyboard.write((line + "\n").getBytes(UTF_8));
        keyboard.flush();
    }

    @Test
    void shellShowsMessagesWhileOneTypes() throws Exception {
        Running shell = terminal("shell");
        shell.until("'help' says");
        type(shell, "connect -i typist");
        shell.until("connected to mqtt://127.0.0.1:" + port() + " as typist");
        type(shell, "sub 'a/#'");
        shell.until("subscribed to a/#");
        try (MqttClient client =
                MqttClient.builder().server("mqtt://127.0.0.1:" + port()).build()) {
            client.connect().join();
            client.publish(Message.of("a/b", "hi \u001B[2Jthere", 1)).join();
        }
        assertThat(shell.until("a/b hi")).last().asString().contains("a/b hi ?[2Jthere");
        type(shell, "fly");
        shell.until("Error: There is no command fly");
        type(shell, "quit");
        assertThat(shell.exitCode()).isZero();
    }

    @Test
    void subPrintsMessagesThatCommandNothing() throws Exception {
        Running sub = terminal("sub", "-t", "a/#", "-v", "-C", "1", "-d");
        sub.until("Subscribed");
        try (MqttClient client =
                MqttClient.builder().server("mqtt://127.0.0.1:" + port()).build()) {
            client.connect().join();
            client.publish(Message.of("a/\u001B[31m", "hi \u001B[2Jthere", 1)).join();
        }
        assertThat(sub.until("a/?[31m hi")).last().asString().contains("a/?[31m hi ?[2Jthere");
        assertThat(sub.exitCode()).isZero();
    }

    @Test
    void shellEndsAtTermThoughItsInputGoesOn() throws Exception {
        Running shell = programs.start(command("shell").toArray(String[]::new));
        type(shell, "connect");
        type(shell, "sub a");
        type(shell, "status");
        shell.until("subscribed to a");
        programs.start("kill", "-TERM", "" + shell.process.pid());
        assertThat(shell.exitCode()).isZero();
    }

    @Test
    void benchHasALineThatMovesOnATerminal() throws Exception {
        Running bench =
                terminal(
                        "bench",
                        "pair",
                        "-n",
                        "1",
                        "--duration",
                        "1.5",
                        "--rate",
                        "100",
                        "-q",
                        "1",
                        "--interval",
                        "0.1");
        List<String> said = bench.until("lost 0");
        assertThat(String.join("\n", said))
                .contains("\u001B[2K")
                .containsPattern("connected 2/2 +sent [0-9]+ \\([0-9]+/s\\) +received [0-9]+ ")
                .contains("received    150 of 150");
        assertThat(bench.exitCode()).isZero();
    }

    @Test
    void benchPrintsItsSummaryAtInterrupt() throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        // longer than anybody here waits
        command.addAll(
                command("bench", "pub", "-n", "1", "--duration", "1000", "--interval", "0.1"));
        Running bench = programs.start(command.toArray(String[]::new));
        bench.until("connected 1/1  sent");
        programs.start("kill", "-INT", "" + bench.process.pid());
        bench.until("handed to the system");
        assertThat(bench.exitCode()).isZero();
    }
}

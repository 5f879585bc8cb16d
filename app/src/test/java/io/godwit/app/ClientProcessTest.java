package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code godwit pub} and {@code godwit sub} as processes of their own. */
@Timeout(180)
class ClientProcessTest {

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
                        listeners {
                          tcp { bind = "127.0.0.1", port = 0, anonymous = true }
                          locked { type = tcp, bind = "127.0.0.1", port = 0, anonymous = false }
                        }
                        """);
        server =
                GodwitServer.start(
                        Configuration.load(file, Map.of("GODWIT_ADMIN__ENABLED", "false"))
                                .withDataDir(directory.resolve("d")));
    }

    @AfterEach
    void stop() throws InterruptedException {
        programs.close();
        if (server != null) {
            server.close();
        }
    }

    private List<String> command(String name, String listener, String... words) {
        int port =
                Objects.requireNonNull(Objects.requireNonNull(server).addresses().get(listener))
                        .getPort();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                name,
                                "-h",
                                "127.0.0.1",
                                "-p",
                                "" + port));
        command.addAll(List.of(words));
        return command;
    }

    private Running start(String name, String... words) throws Exception {
        return programs.start(command(name, "tcp", words).toArray(String[]::new));
    }

    @Test
    void subPrintsAtOnceAndSaysGoodbyeAtTerm() throws Exception {
        Running sub = start("sub", "-V", "5", "-t", "a/#", "-v", "-d");
        sub.until("Subscribed");
        assertThat(start("pub", "-t", "a/b", "-m", "x", "-q", "1").exitCode()).isZero();
        assertThat(sub.until("a/b x").getLast()).isEqualTo("a/b x");
        programs.start("kill", "-TERM", "" + sub.process.pid());
        assertThat(sub.exitCode()).isZero();
        assertThat(sub.rest()).contains("Sending DISCONNECT");
    }

    @Test
    void subEndsQuietlyWhenNobodyReads() throws Exception {
        List<String> sub = command("sub", "tcp", "-t", "a", "-d", "-q", "1");
        String line = sub.stream().map(Shell::quote).reduce("", (all, word) -> all + " " + word);
        // The first line is that of CONNECT; the message that is published finds nobody any more.
        Running pipe =
                programs.start("sh", "-c", "{ " + line + "; echo ended $? >&2; } | head -n 3");
        pipe.until("SUBSCRIBE");
        assertThat(
                        start(
                                        "pub",
                                        "-t",
                                        "a",
                                        "-m",
                                        "x",
                                        "--repeat",
                                        "20",
                                        "--repeat-delay",
                                        "0.2")
                                .exitCode())
                .isZero();
        assertThat(pipe.until("ended")).last().isEqualTo("ended 0");
        assertThat(pipe.rest()).hasSize(1);
    }

    @Test
    void pubEndsWithTheCodeOfTheRefusal() throws Exception {
        List<String> pub = command("pub", "locked", "-t", "a", "-m", "x");
        assertThat(programs.start(pub.toArray(String[]::new)).exitCode()).isEqualTo(5);
        pub.addAll(List.of("-V", "5"));
        assertThat(programs.start(pub.toArray(String[]::new)).exitCode()).isEqualTo(135);
        assertThat(start("pub", "-t", "a").exitCode()).isEqualTo(1);
    }

    /**
     * Virtual threads that wait for the network have a thread that does so for all of them, in
     * native code, for which a Java machine waits 0.3 s at its end.
     */
    @ParameterizedTest
    @CsvSource({"pub -t a -m x, false", "sub -t kept -C 1, false", "bench pub -n 1 -C 1, true"})
    void onlyAProcessWithManyConnectionsWaitsByVirtualThreads(String words, boolean virtual)
            throws Exception {
        assertThat(start("pub", "-t", "kept", "-m", "x", "-r", "-q", "1").exitCode()).isZero();
        Path classes = directory.resolve("classes");
        List<String> command = command("", "tcp");
        int name = command.indexOf("");
        command.remove(name);
        command.addAll(name, List.of(words.split(" ")));
        command.add(1, "-Xlog:class+load:file=" + classes);
        assertThat(programs.start(command.toArray(String[]::new)).exitCode()).isZero();
        List<String> lines = Files.readAllLines(classes);
        assertThat(lines).anyMatch(line -> line.contains("sun.nio.ch.SocketChannelImpl "));
        assertThat(lines.stream().anyMatch(line -> line.contains("sun.nio.ch.Poller ")))
                .isEqualTo(virtual);
    }
}

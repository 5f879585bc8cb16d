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
}

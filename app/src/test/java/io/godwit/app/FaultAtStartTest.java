package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fault of the broker's own while it starts ends the process, so that its supervisor sees it. */
class FaultAtStartTest {

    @TempDir private Path folder = Path.of("");
    private Programs programs = new Programs(folder);

    @AfterEach
    void endAll() throws InterruptedException {
        programs.close();
    }

    @Test
    void endsTheProcessWithAnError() throws Exception {
        programs = new Programs(folder);
        Path file =
                Files.writeString(
                        folder.resolve("godwit.conf"),
                        """
                        persistence.mode = memory
                        listeners.tcp { bind = 127.0.0.1, port = 0 }
                        admin.enabled = false
                        """);
        String data = folder.resolve("data").toString();
        List<String> command =
                new ArrayList<>(Running.command("--config", file.toString(), "--data-dir", data));
        command.replaceAll(
                word -> word.equals(Main.class.getName()) ? Faulty.class.getName() : word);
        Running broker = programs.start(command.toArray(String[]::new));
        assertThat(broker.exitCode()).isEqualTo(Main.ERROR);
        assertThat(broker.rest()).anyMatch(line -> line.contains("a fault of this test"));
    }

    /** The broker, with an output on which nothing can be said. */
    static final class Faulty {

        /** Runs it. */
        public static void main(String[] arguments) {
            PrintWriter out =
                    new PrintWriter(Writer.nullWriter()) {
                        @Override
                        public void println(String line) {
                            throw new IllegalStateException("a fault of this test");
                        }
                    };
            Main.end(() ->
                    new BrokerProcess(out, new PrintWriter(System.err, true))
                            .run(RunOptions.plain(List.of(arguments)).orElseThrow()));
        }
    }
}

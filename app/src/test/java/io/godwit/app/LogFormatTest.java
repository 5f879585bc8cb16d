package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the broker's log looks like. */
class LogFormatTest {

    @TempDir private Path folder = Path.of("");
    private Programs programs = new Programs(folder);

    @AfterEach
    void endAll() throws InterruptedException {
        programs.close();
    }

    /** HUP with a configuration that has a problem is logged. */
    private List<String> logOf(String... environment) throws Exception {
        programs = new Programs(folder);
        Path file = folder.resolve("godwit.conf");
        String good = "persistence.mode = memory\nlisteners.tcp { bind = 127.0.0.1, port = 0 }\n";
        Files.writeString(file, good);
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP"));
        command.addAll(List.of(environment));
        String data = folder.resolve("data").toString();
        command.addAll(List.of(Programs.GODWIT, "--config", file.toString(), "--data-dir", data));
        Running broker = programs.start(command.toArray(String[]::new));
        broker.until("is ready");
        Files.writeString(file, good + "nonsense = 1\n");
        new ProcessBuilder("kill", "-HUP", "" + broker.process.pid()).start().waitFor();
        return broker.until("has changed nothing");
    }

    @Test
    void isForPeople() throws Exception {
        assertThat(logOf().getLast())
                .matches(
                        "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} ERROR reload \\(HUP\\) .*");
    }

    @Test
    void isJsonOnRequest() throws Exception {
        assertThat(logOf("GODWIT_LOG_FORMAT=json").getLast())
                .startsWith("{")
                .endsWith("}")
                .contains(
                        "\"level\":\"ERROR\"",
                        "\"loggerName\":\"io.godwit.",
                        "\"formattedMessage\":\"reload (HUP) has changed nothing");
    }
}

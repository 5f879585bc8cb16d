package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup of a broker that runs, and what another broker makes of it. */
class BackupTest {

    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

    @TempDir private Path folder = Path.of("");
    private Programs programs = new Programs(folder);
    private String port = "";

    @BeforeEach
    void openFolder() {
        programs = new Programs(folder);
    }

    @AfterEach
    void endAll() throws InterruptedException {
        programs.close();
    }

    private Running broker(Path data) throws Exception {
        Running broker = programs.broker(data);
        portFrom(broker.until("Try it:"));
        return broker;
    }

    private void portFrom(List<String> said) {
        Matcher address = PORT.matcher(String.join("\n", said));
        assertThat(address.find()).as("%s", said).isTrue();
        port = address.group(1);
    }

    /** Runs one of mosquitto's clients to its end, which is to be a good one; what it says. */
    private List<String> client(String name, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(name, "-p", port));
        command.addAll(List.of(options));
        Running client = programs.start(command.toArray(String[]::new));
        assertThat(client.exitCode()).isZero();
        return client.rest();
    }

    private List<String> backup(int exitCode, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(Programs.GODWIT, "ctl", "backup"));
        command.addAll(List.of(words));
        Running ctl = programs.start(command.toArray(String[]::new));
        assertThat(ctl.exitCode()).isEqualTo(exitCode);
        return ctl.rest();
    }

    @Test
    void anotherBrokerGoesOnFromIt() throws Exception {
        Path data = folder.resolve("data");
        Path copy = folder.resolve("copy");
        Running first = broker(data);
        client("mosquitto_sub", "-i", "me", "-c", "-q", "1", "-t", "news/#", "-E");
        client("mosquitto_pub", "-q", "1", "-t", "news/1", "-m", "one");
        client("mosquitto_pub", "-q", "1", "-t", "news/2", "-m", "two");
        client("mosquitto_pub", "-q", "1", "-r", "-t", "lamp", "-m", "on");
        assertThat(backup(0, copy.toString(), "--data-dir", data.toString()).getFirst())
                .matches(
                        "Backed up to "
                                + copy
                                + ": [1-9]\\d* files with [1-9]\\d* bytes, in \\d+ ms\\.");
        client("mosquitto_pub", "-q", "1", "-t", "news/3", "-m", "after it");
        client("mosquitto_pub", "-q", "1", "-r", "-t", "lamp", "-m", "off");
        assertThat(backup(1, copy.toString(), "--data-dir", data.toString()).getFirst())
                .contains(copy + " is not empty");
        first.process.destroyForcibly().waitFor();
        List<String> checked = backup(0, "--verify", copy.toString());
        assertThat(checked.getFirst())
                .startsWith(
                        "%s holds 1 sessions, 2 queued entries, 0 messages that these share, 1 retained messages;"
                                .formatted(copy));
        assertThat(checked).contains("Nothing is damaged.");

        Running second = programs.broker(restore(copy));
        List<String> said = second.until("Try it:");
        portFrom(said);
        assertThat(said)
                .anyMatch(line ->
                        line.matches(
                                "  recovered 1 sessions, 2 queued and 1 retained messages in \\d+ ms"));
        client("mosquitto_pub", "-q", "1", "-t", "news/4", "-m", "new");
        assertThat(
                        client(
                                "mosquitto_sub",
                                "-i",
                                "me",
                                "-c",
                                "-q",
                                "1",
                                "-t",
                                "news/#",
                                "-v",
                                "-C",
                                "3"))
                .startsWith("news/1 one", "news/2 two", "news/4 new");
        assertThat(client("mosquitto_sub", "-t", "lamp", "-C", "1")).startsWith("on");
    }

    /** As docs/backup.md says it. */
    private Path restore(Path copy) throws IOException {
        Path data = Files.createDirectory(folder.resolve("restored"));
        Files.move(copy, data.resolve("store"));
        return data;
    }
}

package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code ./godwit}, as a newcomer runs it, with the commands that it says to try. */
class GodwitScriptTest {

    private static final Pattern TRY_IT = Pattern.compile("Try it: (.+?) +and +(.+)");

    @TempDir private Path folder = Path.of("");
    private Programs programs = new Programs(folder);

    @BeforeEach
    void openFolder() {
        programs = new Programs(folder);
    }

    @AfterEach
    void endAll() throws InterruptedException {
        programs.close();
    }

    @Test
    void startsServesAndEndsAtTerm() throws Exception {
        Running godwit = godwit();
        List<String> said = godwit.until("Try it:");
        assertThat(said).anyMatch(line -> line.matches("Godwit .* is ready.*"));
        assertThat(said)
                .anyMatch(line ->
                        line.matches(".*MQTT 3\\.1, 3\\.1\\.1 and 5\\.0 on .*:[1-9][0-9]*"));
        assertThat(said).anyMatch(line -> line.startsWith("  persistence: "));
        assertThat(said).anyMatch(line -> line.contains("may connect"));
        assertThat(folder.resolve("data")).isDirectory();

        Matcher tryIt = TRY_IT.matcher(said.getLast());
        assertThat(tryIt.find()).as(said.getLast()).isTrue();
        // With its debug lines, so that the test sees when it has subscribed.
        Running sub = programs.start("sh", "-c", "exec " + tryIt.group(1) + " -d -V 5");
        sub.until("Subscribed");
        assertThat(programs.start("sh", "-c", tryIt.group(2)).exitCode()).isZero();
        assertThat(sub.until("hello/world hi").getLast()).isEqualTo("hello/world hi");

        godwit.process.destroy();
        // 0x8B, Server shutting down
        assertThat(sub.until("Received DISCONNECT").getLast()).endsWith("(139)");
        assertThat(godwit.exitCode()).isZero();
    }

    /** As in a container or a cron job. */
    @Test
    void clientsTakeTheirWordsAsUtf8WhateverTheLocale() throws Exception {
        Running godwit = godwit();
        String line = godwit.until("Try it:").getLast();
        Matcher tryIt = TRY_IT.matcher(line);
        assertThat(tryIt.find()).as(line).isTrue();
        String pub = tryIt.group(2).replace("-m hi", "-r -m 'grüße'");
        assertThat(programs.start("env", "LC_ALL=C", "sh", "-c", pub).exitCode()).isZero();
        String sub = tryIt.group(1) + " -C 1";
        assertThat(programs.start("env", "-u", "LC_ALL", "-u", "LANG", "sh", "-c", sub).rest())
                .contains("hello/world grüße");
    }

    /** With this option the Java machine ends where it cannot use the cache. */
    @Test
    void startsFromTheAotCacheThatTheBuildHasMade() throws Exception {
        Running version =
                programs.start(
                        "env", "GODWIT_JAVA_OPTS=-XX:AOTMode=on", Programs.GODWIT, "--version");
        assertThat(version.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:+UseG1GC",
                "-XX:-UseCompactObjectHeaders",
                "-XX:AOTCache=/nowhere",
                "-Xshare:off"
            })
    void passesOverAnAotCacheThatDoesNotFitWithoutAWord(String options) throws Exception {
        Running version =
                programs.start("env", "GODWIT_JAVA_OPTS=" + options, Programs.GODWIT, "--version");
        assertThat(version.exitCode()).isZero();
        assertThat(version.until("godwit ")).hasSize(1);
        assertThat(version.rest()).hasSize(1);
    }

    /** Where the system has none the Java machine would say so, each time. */
    @ParameterizedTest
    @CsvSource({
        "-Xmx2g, true",
        "-Xms16G, true",
        "-Xmx512m, false",
        "-Xmx2g -XX:-UseTransparentHugePages, false"
    })
    void aHeapOfGigabytesIsInHugePages(String options, boolean expected) throws Exception {
        Path offer = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        boolean hasNone = !Files.exists(offer) || Files.readString(offer).contains("[never]");
        Running version =
                programs.start(
                        "env",
                        "GODWIT_JAVA_OPTS=-XX:+PrintFlagsFinal " + options,
                        Programs.GODWIT,
                        "--version");
        assertThat(version.exitCode()).isZero();
        assertThat(version.rest())
                .filteredOn(line -> line.contains(" UseTransparentHugePages "))
                .singleElement()
                .asString()
                .contains("= " + (expected && !hasNone));
    }

    @Test
    void refusesADataDirectoryThatIsInUse() throws Exception {
        Running first = godwit();
        first.until("Try it:");
        Running second = godwit();
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.rest())
                .anyMatch(line -> line.contains(folder.resolve("data").toString()));

        first.process.destroy();
        assertThat(first.exitCode()).isZero();
        Running third = godwit();
        third.until("Try it:");
    }

    @Test
    void ctlSaysWhyItCannotReachABroker() throws Exception {
        Path data = folder.resolve("data");
        assertThat(ctlBackup()).contains("there is no such directory");

        Running killed = godwit();
        killed.until("Try it:");
        Path socket = data.resolve("godwit.sock");
        Files.setPosixFilePermissions(socket, Set.of());
        // Root without the capabilities that let it pass over a file's mode.
        assertThat(ctlBackup("setpriv", "--bounding-set=-dac_override,-dac_read_search"))
                .contains("may not use " + socket);
        killed.process.destroyForcibly().waitFor();
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        assertThat(ctlBackup()).contains("is what a killed one left");

        Running next = godwit();
        next.until("Try it:");
        next.process.destroy();
        assertThat(next.exitCode()).isZero();
        assertThat(ctlBackup()).contains("there is no " + socket);
    }

    /** Runs {@code godwit ctl backup}, which is to fail; returns what it says. */
    private String ctlBackup(String... before) throws Exception {
        List<String> command = new ArrayList<>(isRoot() ? List.of(before) : List.of());
        command.addAll(
                List.of(
                        Programs.GODWIT,
                        "ctl",
                        "backup",
                        "to",
                        "--data-dir",
                        folder.resolve("data").toString()));
        Running ctl = programs.start(command.toArray(String[]::new));
        assertThat(ctl.exitCode()).isEqualTo(1);
        return String.join("\n", ctl.rest());
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private Running godwit() throws IOException {
        return programs.broker(folder.resolve("data"));
    }
}

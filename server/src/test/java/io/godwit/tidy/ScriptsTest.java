package io.godwit.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How {@code ./godwit} and {@code ./test} tell a JDK 25 and a Maven that is new enough. */
class ScriptsTest {

    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({
        "25, true",
        "25.0.3, true",
        "25-ea, true",
        "17.0.15, false",
        "1.8.0_25, false",
        "26.0.1, false",
        "250, false"
    })
    void jdkIsToldByItsReleaseFile(String version, boolean is25)
            throws IOException, InterruptedException {
        Files.writeString(
                directory.resolve("release"),
                "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
        script("bin/javac", "");
        assertThat(bash("is_jdk_25 \"$0\"", directory)).isEqualTo(is25);
    }

    @ParameterizedTest
    @CsvSource({
        "3.8.7, true",
        "3.10.0, true",
        "4.0.0-rc-4, true",
        "3.6.3, false",
        "2.2.1, false",
        "what, false"
    })
    void mavenIsToldByWhatItSaysOfItself(String version, boolean isNewEnough)
            throws IOException, InterruptedException {
        Path mvn =
                script(
                        "mvn",
                        "printf '\\033[1mApache Maven %s\\033[m (x)\\nJava'".formatted(version));
        assertThat(bash("is_maven_3_8 \"$0\"", mvn)).isEqualTo(isNewEnough);
    }

    @ParameterizedTest
    @CsvSource({"find_jdk, JAVA_HOME=/path/to/jdk-25", "find_maven, MAVEN_HOME=/path/to/maven"})
    void whatIsMissingIsSaidWithTheWayOut(String find, String wayOut)
            throws IOException, InterruptedException {
        Process process =
                start("is_jdk_25() { false; }; is_maven_3_8() { false; }; " + find, directory);
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(said).contains(wayOut, "apt-get install");
    }

    private Path script(String name, String body) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static boolean bash(String command, Path argument)
            throws IOException, InterruptedException {
        return start(command, argument).waitFor() == 0;
    }

    private static Process start(String command, Path argument) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        "bash",
                        "-c",
                        "set -u; . '%s'; %s".formatted(Repository.path("scripts/jdk.sh"), command),
                        argument.toString());
        builder.environment().putAll(Map.of("HOME", argument.toString()));
        return builder.start();
    }
}

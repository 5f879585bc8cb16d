package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is read without picocli is read as picocli would. */
class RunOptionsTest {

    private static List<String> words(String line) {
        return Stream.of(line.split(" ")).filter(word -> !word.isEmpty()).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "--config a.conf",
                "run --config /etc/godwit/godwit.conf",
                "run --config=a.conf --data-dir=data",
                "--data-dir ../data --config a_b-c.conf",
                "--mosquitto-conf mosquitto.conf --data-dir C:\\data"
            })
    void plainWordsAreReadAsByPicocli(String line) {
        List<String> words = words(line);
        RunOptions read = new RunOptions();
        List<String> options = words.stream().filter(word -> !word.equals("run")).toList();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(read))
                .parseArgs(options.toArray(String[]::new));
        assertThat(RunOptions.plain(words))
                .hasValueSatisfying(
                        plain -> assertThat(plain).usingRecursiveComparison().isEqualTo(read));
    }

    @Test
    void plainWordsSayWhereTheFilesAre() {
        RunOptions plain = RunOptions.plain(words("run --config a --data-dir=b")).orElseThrow();
        assertThat(plain.config).isEqualTo(Path.of("a"));
        assertThat(plain.dataDir).isEqualTo(Path.of("b"));
        assertThat(plain.mosquittoConf).isNull();
        assertThat(plain.testConfig).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "--test-config",
                "check",
                "run run",
                "run --config",
                "run --config=",
                "--config --data-dir",
                "--config @words",
                "--config check",
                "--data-dir pub",
                "--config a --config b",
                "--config a --mosquitto-conf b",
                "--conf a",
                "--config a run",
                "--config 'a"
            })
    void allOthersAreForPicocli(String line) {
        assertThat(RunOptions.plain(words(line))).isEmpty();
    }
}

package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** Whatever a file or a variable holds: it loads or its problems are named, nothing else. */
class ConfigurationFuzzTest {

    private static @Nullable Path directory;

    @FuzzTest(maxDuration = "30s")
    void aFileLoadsOrIsRefusedInWords(byte[] content) throws IOException {
        Path file = Files.write(directory().resolve("godwit.conf"), content);
        expectConfigurationOrProblems(file, Map.of("HOME", "here"));
    }

    @FuzzTest(maxDuration = "30s")
    void aVariableLoadsOrIsRefusedInWords(byte[] content) throws IOException {
        String text = new String(content, StandardCharsets.UTF_8);
        String[] parts = text.split("=", 2);
        expectConfigurationOrProblems(
                null, Map.of("GODWIT_" + parts[0], parts.length == 2 ? parts[1] : "1"));
    }

    @AfterAll
    static void deleteDirectory() throws IOException {
        if (directory != null) {
            Files.deleteIfExists(directory.resolve("godwit.conf"));
            Files.deleteIfExists(directory);
            directory = null;
        }
    }

    private static void expectConfigurationOrProblems(
            @Nullable Path file, Map<String, String> environment) throws IOException {
        Path nowhere = directory().resolve("nowhere");
        try {
            Configuration configuration =
                    new ConfigurationLoader(nowhere, nowhere, environment, 1_000_000_000)
                            .load(file);
            assertThat(configuration.listeners()).isNotEmpty();
        } catch (ConfigurationProblems e) {
            assertThat(e.problems()).isNotEmpty();
            assertThat(e.problems()).noneMatch(problem -> problem.text().isBlank());
        }
    }

    private static Path directory() throws IOException {
        Path path = directory;
        if (path == null) {
            path = Files.createTempDirectory("godwit-fuzz");
            directory = path;
        }
        return path;
    }
}

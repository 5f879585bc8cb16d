package io.godwit.server.mosquitto;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.configuration.LoadedConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** Whatever a mosquitto.conf holds: it is translated or its problems are named, nothing else. */
class MosquittoFuzzTest {

    private static @Nullable Path file;

    @FuzzTest(maxDuration = "30s")
    void aFileIsTranslatedOrRefusedInWords(byte[] content) throws IOException {
        Files.write(file(), content);
        try {
            LoadedConfiguration loaded = MosquittoConfiguration.load(file(), Map.of());
            assertThat(loaded.configuration().listeners()).isNotEmpty();
            assertThat(loaded.notices()).noneMatch(notice -> notice.text().isBlank());
        } catch (ConfigurationProblems e) {
            assertThat(e.problems()).isNotEmpty();
            assertThat(e.problems()).noneMatch(problem -> problem.text().isBlank());
        }
    }

    @AfterAll
    static void deleteFile() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
            Files.deleteIfExists(file.getParent());
            file = null;
        }
    }

    private static Path file() throws IOException {
        Path path = file;
        if (path == null) {
            path = Files.createTempDirectory("godwit-fuzz").resolve("mosquitto.conf");
            file = path;
        }
        return path;
    }
}

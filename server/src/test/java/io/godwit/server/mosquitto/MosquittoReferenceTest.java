package io.godwit.server.mosquitto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the table of {@code docs/mosquitto.md} to the code. */
class MosquittoReferenceTest {

    private static final Path REFERENCE =
            Path.of(System.getProperty("godwit.root", ".."), "docs", "mosquitto.md");

    private static String row(MosquittoKey key) {
        String harmless = key.harmless().isEmpty() ? "" : " (`" + key.harmless() + "`)";
        return "| `%s` | %s%s | %s |"
                .formatted(key.name(), key.fate().words(), harmless, key.text());
    }

    @Test
    void theReferenceHasEveryKeyAndNoOther() throws IOException {
        List<String> rows =
                Files.readAllLines(REFERENCE).stream()
                        .filter(line -> line.startsWith("| `"))
                        .toList();
        assertThat(rows)
                .containsExactlyElementsOf(
                        MosquittoKeys.ALL.stream().map(MosquittoReferenceTest::row).toList());
    }

    @Test
    void noKeyIsThereTwice() {
        assertThat(MosquittoKeys.ALL).extracting(MosquittoKey::name).doesNotHaveDuplicates();
    }
}

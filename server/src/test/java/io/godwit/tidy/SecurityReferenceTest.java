package io.godwit.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each threat in {@code docs/security.md} names tests, and they exist. */
class SecurityReferenceTest {

    private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");
    private static final Map<String, String> SOURCES =
            Repository.javaFiles().stream()
                    .filter(file -> file.toString().endsWith("Test.java"))
                    .collect(
                            Collectors.toMap(
                                    SecurityReferenceTest::className,
                                    Repository::read,
                                    (one, other) -> one + other));

    @Test
    void everyThreatNamesTestsThatExist() {
        List<String> rows =
                Repository.read(Repository.path("docs/security.md"))
                        .lines()
                        .filter(line -> line.startsWith("| ") && !line.startsWith("| threat "))
                        .toList();
        assertThat(rows).hasSizeGreaterThan(10);
        List<String> missing = new ArrayList<>();
        for (String row : rows) {
            String shownBy = row.substring(row.lastIndexOf("| ", row.length() - 2));
            List<MatchResult> named = TEST.matcher(shownBy).results().toList();
            assertThat(named).as(row).isNotEmpty();
            named.stream()
                    .filter(test -> !exists(test.group(1), test.group(2)))
                    .forEach(test -> missing.add(test.group()));
        }
        assertThat(missing).isEmpty();
    }

    private static boolean exists(String test, @Nullable String method) {
        String source = SOURCES.get(test);
        return source != null
                && (method == null
                        || Pattern.compile("void " + method + "\\(").matcher(source).find());
    }

    private static String className(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }
}

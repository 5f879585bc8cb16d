package io.godwit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples in documents are those of sample projects, which are compiled and run. */
class DocumentTest {

    private static final Path ROOT = Path.of(System.getProperty("godwit.root", ".."));
    private static final Pattern EXAMPLE =
            Pattern.compile("^```(java|xml)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @ParameterizedTest
    @CsvSource({"docs/junit.md, examples/junit, 8", "docs/client.md, examples/client, 14"})
    void examplesAreThoseOfTheSampleProject(String document, String project, int count)
            throws IOException {
        Path sample = ROOT.resolve(project);
        String code;
        try (Stream<Path> files = Files.walk(sample.resolve("src"))) {
            code =
                    files.filter(Files::isRegularFile)
                            .map(DocumentTest::read)
                            .collect(Collectors.joining("\n"));
        }
        String pom = read(sample.resolve("pom.xml"));
        List<MatchResult> examples =
                EXAMPLE.matcher(Files.readString(ROOT.resolve(document))).results().toList();

        assertThat(examples).hasSize(count);
        for (MatchResult example : examples) {
            String source = example.group(1).equals("xml") ? pom : code;
            assertThat(spaced(source)).contains(spaced(example.group(2)));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Whatever the indentation. */
    private static String spaced(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}

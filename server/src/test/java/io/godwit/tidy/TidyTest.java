package io.godwit.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Holds the style of CONTRIBUTING.md. */
class TidyTest {

    private static final List<JavaSource> SOURCES = JavaSource.parse(Repository.javaFiles());

    @Test
    void everySourceIsRead() {
        assertThat(SOURCES)
                .extracting(JavaSource::path)
                .contains(
                        "codec/src/main/java/io/godwit/codec/Packet.java",
                        "server/src/test/java/io/godwit/tidy/TidyTest.java");
    }

    @Test
    void methodsAreShort() {
        assertThat(broken(TidyRules::longMethods)).isEmpty();
    }

    @Test
    void filesAreShort() {
        assertThat(broken(TidyRules::longFile)).isEmpty();
    }

    @Test
    void namesSayWhatAClassIs() {
        assertThat(broken(TidyRules::vagueNames)).isEmpty();
    }

    @Test
    void testsDoNotSleep() {
        assertThat(broken(TidyRules::sleepsInTests)).isEmpty();
    }

    @Test
    void noCodeIsCommentedOut() {
        assertThat(broken(TidyRules::commentedOutCode)).isEmpty();
    }

    @Test
    void nothingIsMarkedUnfinished() {
        assertThat(brokenInFiles(TidyRules::unfinished)).isEmpty();
    }

    @Test
    void noPathOfADevelopersMachine() {
        assertThat(brokenInFiles(TidyRules::developerPaths)).isEmpty();
    }

    @Test
    void noHostOfARegistry() {
        assertThat(brokenInFiles(TidyRules::registryHosts)).isEmpty();
    }

    @Test
    void everyMethodThatTheArchitectureNamesExists() {
        Path architecture = Repository.path("ARCHITECTURE.md");
        assertThat(
                        TidyRules.unknownMethods(
                                "ARCHITECTURE.md", Repository.read(architecture), SOURCES))
                .isEmpty();
    }

    private static List<String> broken(Function<JavaSource, List<String>> rule) {
        return SOURCES.stream().flatMap(source -> rule.apply(source).stream()).toList();
    }

    private static List<String> brokenInFiles(BiFunction<String, String, List<String>> rule) {
        return Repository.files().stream()
                .flatMap(file ->
                        rule.apply(Repository.relative(file), Repository.read(file)).stream())
                .toList();
    }
}

package io.godwit.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.theClass;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.godwit.app.messages.ClientCommand;
import io.godwit.server.Version;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** {@code scripts/launch.sh} starts the commands that are clients with a few jars only. */
class ClientClassPathTest {

    private static final Path LAUNCH = Path.of("../scripts/launch.sh");

    /** The packages of the jars, but for that of the server, of which one class is needed. */
    private static final Map<String, String> PACKAGES =
            Map.of(
                    "godwit-client", "io.godwit.client..",
                    "godwit-codec", "io.godwit.codec..",
                    "picocli", "picocli..",
                    "jackson-core", "com.fasterxml.jackson.core..",
                    "HdrHistogram", "org.HdrHistogram..",
                    "jline", "org.jline..");

    @TempDir private Path directory = Path.of("");

    /** What stands in a line of the script between two texts. */
    private static List<String> listed(String before, String separator, String after)
            throws Exception {
        return Pattern.compile(Pattern.quote(before) + "([^\n]*)" + Pattern.quote(after))
                .matcher(Files.readString(LAUNCH))
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .map(line -> List.of(line.split(Pattern.quote(separator))))
                .orElseThrow();
    }

    @Test
    void theJarsHaveAllThatTheCommandsUse() throws Exception {
        List<String> jars = new ArrayList<>(listed("\"$app\"/lib/{", ",", "}-*.jar"));
        assertThat(jars.remove("godwit-server")).isTrue();
        assertThat(jars).containsExactlyInAnyOrderElementsOf(PACKAGES.keySet());

        List<String> packages = new ArrayList<>(PACKAGES.values());
        packages.addAll(List.of("java..", "javax..", "sun.misc..", "org.jspecify.annotations.."));
        JavaClasses all =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.godwit.app");
        String[] commands = {
            "io.godwit.app.messages..", "io.godwit.app.bench..", "io.godwit.app.doctor.."
        };
        packages.addAll(List.of(commands));
        classes()
                .that()
                .resideInAnyPackage(commands)
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(packages.toArray(String[]::new)).or(type(Version.class)))
                .check(all);
        theClass(Version.class)
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "org.jspecify..").or(type(Version.class)))
                .check(new ClassFileImporter().importClasses(Version.class));
    }

    @Test
    void allOfTheCommandsAreStartedWithThem() throws Exception {
        assertThat(listed("    pub | ", " | ", ")"))
                .containsExactlyElementsOf(
                        ClientCommand.NAMES.subList(1, ClientCommand.NAMES.size()));
    }

    /** What the packages of the commands are started by is not in them. */
    @ParameterizedTest
    @FieldSource("io.godwit.app.messages.ClientCommand#NAMES")
    void aCommandStartsWithThemAlone(String command) throws Exception {
        String classPath =
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(ClientClassPathTest::isListed)
                        .collect(Collectors.joining(File.pathSeparator));
        try (Programs programs = new Programs(directory)) {
            Running running =
                    programs.start(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-cp",
                            classPath,
                            Main.class.getName(),
                            command,
                            "--version");
            running.until("godwit ");
            assertThat(running.exitCode()).isZero();
        }
    }

    /** A module is in its classes or in its jar, as Maven has gone on. */
    private static boolean isListed(String entry) {
        Path path = Path.of(entry);
        return path.endsWith("app/target/classes")
                || Stream.concat(PACKAGES.keySet().stream(), Stream.of("godwit-server"))
                        .anyMatch(jar ->
                                path.getFileName().toString().startsWith(jar + "-")
                                        || path.endsWith(
                                                jar.replace("godwit-", "") + "/target/classes"));
    }
}

package io.godwit.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import org.junit.jupiter.api.Test;

/** Each rule finds what it is there for, and only that. */
class TidyRulesTest {

    private static final String PATH = "server/src/test/java/Example.java";

    @Test
    void methodMayHaveSeventyLines() throws IOException {
        assertThat(TidyRules.longMethods(methodOfLines(70))).isEmpty();
        assertThat(TidyRules.longMethods(methodOfLines(71)))
                .containsExactly(PATH + ":2: Example.run is longer than 70 lines");
    }

    @Test
    void fileMayHaveFiveHundredLines() throws IOException {
        assertThat(TidyRules.longFile(parse("class A {}" + "\n".repeat(500)))).isEmpty();
        assertThat(TidyRules.longFile(parse("class A {}" + "\n".repeat(500) + "//"))).hasSize(1);
    }

    @Test
    void vagueNamesAreFoundInNestedClassesToo() throws IOException {
        JavaSource source =
                parse(
                        "class A { record BHelper() {} class Utility {} enum CImpl {} class Utils {} }");
        assertThat(TidyRules.vagueNames(source)).hasSize(3);
    }

    @Test
    void sleepIsFoundAsACallOnly() throws IOException {
        JavaSource source =
                parse("class A { void b() { Thread.sleep(1); String s = \"Thread.sleep(1)\"; } }");
        assertThat(TidyRules.sleepsInTests(source)).hasSize(1);
    }

    @Test
    void commentedOutCodeIsTold() {
        assertThat(TidyRules.commentedOutCode(text("// int a = 1;"))).hasSize(1);
        assertThat(TidyRules.commentedOutCode(text("    // if (a) {"))).hasSize(1);
        assertThat(TidyRules.commentedOutCode(text("    // }"))).hasSize(1);
        assertThat(TidyRules.commentedOutCode(text("    //@Override"))).hasSize(1);
        assertThat(TidyRules.commentedOutCode(text("// [v5 MQTT-3.3.1-2]"))).isEmpty();
        assertThat(TidyRules.commentedOutCode(text("a(); // a comment about a, b and c")))
                .isEmpty();
    }

    @Test
    void unfinishedBusinessIsFound() {
        assertThat(TidyRules.unfinished("f", "a\n// TO" + "DO later")).hasSize(1);
        assertThat(TidyRules.unfinished("f", "toDo and a TO" + "DOor")).isEmpty();
    }

    @Test
    void pathsOfOneMachineAreFound() {
        assertThat(TidyRules.developerPaths("f", "cd /ho" + "me/ann/godwit")).hasSize(1);
        assertThat(TidyRules.developerPaths("f", "\"/ro" + "ot/.m2\"")).hasSize(1);
        assertThat(TidyRules.developerPaths("f", "/Us" + "ers/ann")).hasSize(1);
        assertThat(TidyRules.developerPaths("f", "a/home/b $HOME/.jdks /etc/godwit")).isEmpty();
    }

    @Test
    void registryHostsAreFound() {
        assertThat(TidyRules.registryHosts("f", "https://repo." + "maven.example.org/x"))
                .hasSize(1);
        assertThat(TidyRules.registryHosts("f", "registry." + "npmjs.org")).hasSize(1);
        assertThat(TidyRules.registryHosts("f", "http://maven.apache.org/POM/4.0.0")).isEmpty();
    }

    @Test
    void methodsNamedInProseMustExist() throws IOException {
        List<JavaSource> sources = List.of(parse("class A { void b() {} record C(int d) {} }"));
        assertThat(TidyRules.unknownMethods("f", "`A.b(int)` and A.b()", sources)).isEmpty();
        assertThat(TidyRules.unknownMethods("f", "`A.gone()`", sources)).hasSize(1);
    }

    @Test
    void citationsAreReadFromMethodsAndClasses() throws IOException {
        JavaSource source =
                parse(
                        """
                        @Spec("v5 MQTT-1")
                        class A {
                            @Spec({"v3 MQTT-2", "v5 MQTT-3"})
                            void b() {}
                            @Spec(value = "v5 MQTT-4")
                            void c() {}
                        }
                        """);
        assertThat(source.citations())
                .containsExactly(
                        new JavaSource.Citation("v5 MQTT-1", "A"),
                        new JavaSource.Citation("v3 MQTT-2", "A.b"),
                        new JavaSource.Citation("v5 MQTT-3", "A.b"),
                        new JavaSource.Citation("v5 MQTT-4", "A.c"));
    }

    private static JavaSource methodOfLines(int lines) throws IOException {
        return parse("class Example {\nvoid run() {" + "\n".repeat(lines - 1) + "}\n}\n");
    }

    private static JavaSource parse(String text) throws IOException {
        JavaFileObject file =
                new SimpleJavaFileObject(
                        URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return text;
                    }
                };
        return JavaSource.parse(List.of(file), _ -> PATH).getFirst();
    }

    private static JavaSource text(String text) {
        return new JavaSource(PATH, text, List.of(), List.of(), List.of(), List.of());
    }
}

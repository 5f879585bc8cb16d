package io.godwit.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Helm chart agrees with itself and with what {@code deploy/package} builds. */
class ChartTest {

    private static final Pattern VALUE = Pattern.compile("\\.Values((?:\\.\\w+)+)");
    private static final Pattern INCLUDED = Pattern.compile("include (\"[\\w.]+\")");
    private static final Pattern OPENED =
            Pattern.compile("\\{\\{-? *(?:if|range|with|define|end)\\b");

    private static String read(String file) {
        return Repository.read(Repository.path("deploy/helm/godwit/" + file));
    }

    private static List<String> templates() {
        List<String> templates = new ArrayList<>();
        for (var file : Repository.files()) {
            if (Repository.relative(file).startsWith("deploy/helm/godwit/templates/")) {
                templates.add(Repository.read(file));
            }
        }
        assertThat(templates).hasSizeGreaterThan(3);
        return templates;
    }

    private static String first(String pattern, String text) {
        MatchResult found =
                Pattern.compile(pattern, Pattern.MULTILINE)
                        .matcher(text)
                        .results()
                        .findFirst()
                        .orElseThrow();
        return Objects.requireNonNull(found.group(1));
    }

    @Test
    void theImageIsTheOneThatIsBuilt() {
        String built =
                first("^  <version>(.*)</version>$", Repository.read(Repository.path("pom.xml")));
        assertThat(first("^appVersion: (.*)$", read("Chart.yaml"))).isEqualTo(built);
    }

    @Test
    void templatesAskForValuesThatThereAre() {
        String values = "\n" + read("values.yaml");
        for (String template : templates()) {
            VALUE.matcher(template)
                    .results()
                    .forEach(found -> {
                        String[] path = found.group(1).substring(1).split("\\.", -1);
                        int block = values.indexOf("\n" + path[0] + ":");
                        assertThat(block).as(found.group()).isNotNegative();
                        if (path.length > 1) {
                            String members = values.substring(block + 1).split("\n(?=\\S)", 2)[0];
                            assertThat(members).as(found.group()).contains("\n  " + path[1] + ":");
                        }
                    });
        }
    }

    @Test
    void templatesEndWhatTheyBeginAndIncludeWhatIsDefined() {
        String all = String.join("\n", templates());
        for (String template : templates()) {
            long ended =
                    OPENED.matcher(template)
                            .results()
                            .filter(it -> it.group().endsWith("end"))
                            .count();
            assertThat(OPENED.matcher(template).results().count())
                    .as(template)
                    .isEqualTo(2 * ended);
            INCLUDED.matcher(template)
                    .results()
                    .forEach(it -> assertThat(all).contains("define " + it.group(1)));
        }
    }
}

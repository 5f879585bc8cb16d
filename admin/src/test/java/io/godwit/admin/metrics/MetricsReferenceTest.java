package io.godwit.admin.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.admin.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/metrics.md}, the dashboard and the alerts to what is exported. */
class MetricsReferenceTest {

    private static final Path ROOT = Path.of(System.getProperty("godwit.root", ".."));
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");

    /** A row of a table: name, type. */
    private static final Pattern ROW =
            Pattern.compile("\\| `([a-z_]+)` \\| (counter|gauge|histogram|summary) \\|.*");

    /** Whatever can be a metric in an expression. */
    private static final Pattern USED = Pattern.compile("\\b(?:godwit|jvm|process)_[a-z_]+\\b");

    /** A metric with conditions on its labels, and each of these. */
    private static final Pattern SELECTED =
            Pattern.compile("\\b((?:godwit|jvm|process)_[a-z_]+)\\{([^}]*)}");

    private static final Pattern CONDITION = Pattern.compile("(\\w+)(=~|!=|!~|=)\"([^\"]*)\"");

    /** Those that some systems or Java machines have and others have not. */
    private static final Pattern VARYING = Pattern.compile("(jvm|process)_.*");

    private static String text() {
        return new String(new Exposition().write(Example.measures(), null).body(), UTF_8);
    }

    /** What is exported, with its types. */
    private static Map<String, String> exported() {
        String text = text();
        Map<String, String> types = new TreeMap<>();
        Matcher matcher = TYPE.matcher(text);
        while (matcher.find()) {
            types.put(matcher.group(1), matcher.group(2));
        }
        return types;
    }

    private static Map<String, String> documented() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs").resolve("metrics.md"))) {
            Matcher matcher = ROW.matcher(line);
            if (matcher.matches()) {
                rows.put(matcher.group(1), matcher.group(2));
            }
        }
        return rows;
    }

    /** The names by which a time series may be asked for. */
    private static Set<String> series() {
        Set<String> names = new TreeSet<>();
        exported()
                .forEach((name, type) -> {
                    names.add(name);
                    if (type.equals("histogram") || type.equals("summary")) {
                        names.addAll(List.of(name + "_bucket", name + "_count", name + "_sum"));
                    }
                });
        return names;
    }

    @Test
    void everyMetricIsDocumentedWithItsType() throws IOException {
        assertThat(documented()).containsAllEntriesOf(exported());
    }

    @Test
    void everyDocumentedMetricIsExported() throws IOException {
        Set<String> missing = new TreeSet<>(documented().keySet());
        missing.removeAll(exported().keySet());
        missing.removeIf(name -> VARYING.matcher(name).matches());
        assertThat(missing).isEmpty();
    }

    @Test
    void helpIsALine() {
        for (Family family : Families.all()) {
            assertThat(family.help()).as(family.name()).isNotBlank().doesNotContain("\n");
        }
    }

    @Test
    void alertsUseWhatIsExported() throws IOException {
        List<String> expressions =
                Files.readAllLines(ROOT.resolve("deploy/prometheus/alerts.yml")).stream()
                        .map(String::strip)
                        .filter(line -> line.startsWith("expr: "))
                        .toList();
        assertThat(expressions).hasSizeGreaterThan(10);
        assertUsed(expressions);
    }

    @Test
    void theDashboardUsesWhatIsExported() throws Exception {
        byte[] file = Files.readAllBytes(ROOT.resolve("deploy/grafana/godwit.json"));
        List<String> expressions = new ArrayList<>();
        collect(Json.read(file), expressions);
        assertThat(expressions).hasSizeGreaterThan(30);
        assertUsed(expressions);
    }

    /** The queries of all panels and variables. */
    private static void collect(@Nullable Object value, List<String> expressions) {
        if (value instanceof Map<?, ?> object) {
            object.forEach((key, member) -> {
                if (member instanceof String text
                        && (key.equals("expr") || key.equals("definition"))) {
                    expressions.add(text);
                } else {
                    collect(member, expressions);
                }
            });
        } else if (value instanceof Collection<?> array) {
            array.forEach(member -> collect(member, expressions));
        }
    }

    private static void assertUsed(List<String> expressions) throws IOException {
        Set<String> known = series();
        for (String expression : expressions) {
            Matcher used = USED.matcher(expression);
            while (used.find()) {
                assertThat(known).as(expression).contains(used.group());
            }
            assertLabels(expression);
        }
    }

    /** Each label that is asked for is there, and the values that are wanted are documented. */
    private static void assertLabels(String expression) throws IOException {
        String text = text();
        String documentation = Files.readString(ROOT.resolve("docs").resolve("metrics.md"));
        Matcher selected = SELECTED.matcher(expression);
        while (selected.find()) {
            String name = Objects.requireNonNull(selected.group(1));
            Matcher condition = CONDITION.matcher(Objects.requireNonNull(selected.group(2)));
            while (condition.find()) {
                String label = Objects.requireNonNull(condition.group(1));
                if (label.equals("instance") || label.equals("job")) { // which Prometheus adds
                    continue;
                }
                assertThat(text)
                        .as(expression)
                        .containsPattern(name + "\\{[^}]*\\b" + label + "=\"");
                for (String value : String.valueOf(condition.group(3)).split("\\|", -1)) {
                    assertThat(documentation).as(expression).contains("`" + value + "`");
                }
            }
        }
    }
}

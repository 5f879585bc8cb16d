package io.godwit.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A normative statement of a specification, from {@code normative.csv}.
 *
 * @param version {@code 5.0} or {@code 3.1.1}
 * @param id such as {@code MQTT-3.3.1-2}
 * @param binds {@code server}, {@code client} or {@code both}
 * @param summary what it says, in short
 */
record Statement(String version, String id, String binds, String summary) {

    private static final Pattern FIELD =
            Pattern.compile("\\G(?:\"((?:[^\"]|\"\")*)\"|([^,]*))(,|$)");

    /** How a test cites it: {@code v5 MQTT-3.3.1-2}. */
    String citation() {
        return (version.equals("5.0") ? "v5 " : "v3 ") + id;
    }

    boolean bindsServer() {
        return !binds.equals("client");
    }

    boolean bindsClient() {
        return !binds.equals("server");
    }

    static List<Statement> parse(String csv) {
        return csv.lines()
                .skip(1)
                .map(Statement::fields)
                .map(row -> new Statement(row.get(0), row.get(1), row.get(2), row.get(3)))
                .toList();
    }

    /** The fields of one line of a CSV file, in which a field with commas or quotes is quoted. */
    static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        var matcher = FIELD.matcher(line);
        while (matcher.find()) {
            String quoted = matcher.group(1);
            fields.add(quoted == null ? matcher.group(2) : quoted.replace("\"\"", "\""));
            if (matcher.group(3).isEmpty()) {
                return fields;
            }
        }
        throw new IllegalArgumentException("not a line of a CSV file: " + line);
    }
}

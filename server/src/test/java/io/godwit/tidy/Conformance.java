package io.godwit.tidy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which test proves which normative statement, and why the others have none. */
final class Conformance {

    private final List<Statement> statements;
    private final Map<String, SortedSet<String>> testsByCitation = new TreeMap<>();
    private final Map<String, String> reasonByCitation = new HashMap<>();

    /**
     * @param statementsCsv {@code version,id,binds,summary}
     * @param exceptionsCsv {@code version,id,reason}, the statements that no test can prove
     */
    Conformance(String statementsCsv, String exceptionsCsv, Collection<JavaSource> sources) {
        statements = Statement.parse(statementsCsv);
        for (JavaSource source : sources) {
            for (JavaSource.Citation citation : source.citations()) {
                testsByCitation
                        .computeIfAbsent(citation.statement(), _ -> new TreeSet<>())
                        .add(citation.test());
            }
        }
        exceptionsCsv
                .lines()
                .skip(1)
                .map(Statement::fields)
                .forEach(row -> {
                    var excepted = new Statement(row.get(0), row.get(1), "", "");
                    reasonByCitation.put(excepted.citation(), row.get(2));
                });
    }

    /** What is wrong: unknown identifiers, and exceptions for statements that a test does prove. */
    List<String> mistakes() {
        List<String> known = statements.stream().map(Statement::citation).toList();
        List<String> mistakes = new ArrayList<>();
        testsByCitation.forEach((citation, tests) -> {
            if (!known.contains(citation)) {
                mistakes.add("%s cites '%s', which does not exist".formatted(tests, citation));
            }
        });
        reasonByCitation.forEach((citation, reason) -> {
            if (!known.contains(citation)) {
                mistakes.add("the exception '%s' does not exist".formatted(citation));
            }
            if (testsByCitation.containsKey(citation)) {
                mistakes.add(
                        "%s proves '%s': it is no exception"
                                .formatted(testsByCitation.get(citation), citation));
            }
            if (reason.isBlank()) {
                mistakes.add("the exception '%s' gives no reason".formatted(citation));
            }
        });
        return mistakes;
    }

    /** The statements that bind a server and have neither a test nor a reason. */
    List<String> gaps() {
        return statements.stream()
                .filter(Statement::bindsServer)
                .map(Statement::citation)
                .filter(citation -> !testsByCitation.containsKey(citation))
                .filter(citation -> !reasonByCitation.containsKey(citation))
                .toList();
    }

    /** The text of {@code docs/conformance.md}. */
    String table() {
        Map<String, List<Statement>> byVersion = new LinkedHashMap<>();
        for (Statement statement : statements) {
            byVersion.computeIfAbsent(statement.version(), _ -> new ArrayList<>()).add(statement);
        }
        StringBuilder text =
                new StringBuilder(
                        """
                        # Conformance

                        The normative statements of MQTT, and the tests that prove them. Written by
                        `./test --conformance` from the tests' `@Spec` annotations and from
                        `docs/conformance-exceptions.csv`; the build fails when it is stale.

                        | MQTT | statements that bind a server | proved by a test | can't be tested | neither |
                        |---|---|---|---|---|
                        """);
        byVersion.forEach((version, rows) -> text.append(summary(version, rows)));
        byVersion.forEach((version, rows) -> {
            text.append("\n## MQTT ").append(version).append("\n\n");
            text.append("| statement | binds | in short | proof |\n|---|---|---|---|\n");
            rows.forEach(row -> text.append(line(row)));
        });
        return text.toString();
    }

    private String summary(String version, List<Statement> rows) {
        List<String> binding =
                rows.stream().filter(Statement::bindsServer).map(Statement::citation).toList();
        long proved = binding.stream().filter(testsByCitation::containsKey).count();
        long excepted = binding.stream().filter(reasonByCitation::containsKey).count();
        return "| %s | %d | %d | %d | %d |\n"
                .formatted(
                        version,
                        binding.size(),
                        proved,
                        excepted,
                        binding.size() - proved - excepted);
    }

    private String line(Statement statement) {
        return "| %s | %s | %s | %s |\n"
                .formatted(
                        statement.id(),
                        statement.binds(),
                        statement.summary().replace("|", "\\|"),
                        proof(statement));
    }

    private String proof(Statement statement) {
        SortedSet<String> tests = testsByCitation.get(statement.citation());
        if (tests != null) {
            return "`" + String.join("`, `", tests) + "`";
        }
        String reason = reasonByCitation.get(statement.citation());
        if (reason != null) {
            return "Can't be tested: " + reason.replace("|", "\\|");
        }
        return statement.bindsServer() ? "none yet" : "binds the client only";
    }
}

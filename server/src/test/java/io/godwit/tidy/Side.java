package io.godwit.tidy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** One of the two sides of a connection: what binds it, and what proves that it keeps to it. */
final class Side {

    private final String name;
    private final Predicate<Statement> binds;
    private final Map<String, SortedSet<String>> testsByCitation = new TreeMap<>();
    private final Map<String, String> reasonByCitation = new HashMap<>();

    /**
     * @param name {@code server} or {@code client}
     * @param exceptionsCsv {@code version,id,reason}, the statements that no test can prove
     * @param sources the tests that count
     */
    Side(
            String name,
            Predicate<Statement> binds,
            String exceptionsCsv,
            Collection<JavaSource> sources) {
        this.name = name;
        this.binds = binds;
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

    /**
     * Unknown identifiers, and exceptions for statements that a test does prove.
     *
     * @param known the citations of all statements
     */
    List<String> mistakes(List<String> known) {
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

    /** The statements that bind it and have neither a test nor a reason. */
    List<String> gaps(List<Statement> statements) {
        return statements.stream()
                .filter(binds)
                .map(Statement::citation)
                .filter(citation -> !testsByCitation.containsKey(citation))
                .filter(citation -> !reasonByCitation.containsKey(citation))
                .toList();
    }

    /** How many of which version are proved. */
    String summary(Map<String, List<Statement>> byVersion) {
        StringBuilder text =
                new StringBuilder(
                        """
                        | MQTT | statements that bind a %s | proved by a test | can't be tested | neither |
                        |---|---|---|---|---|
                        """
                                .formatted(name));
        byVersion.forEach((version, rows) -> text.append(summary(version, rows)));
        return text.toString();
    }

    private String summary(String version, List<Statement> rows) {
        List<String> binding = rows.stream().filter(binds).map(Statement::citation).toList();
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

    /** A table with a row for each statement. */
    String rows(List<Statement> statements) {
        StringBuilder text =
                new StringBuilder("| statement | binds | in short | proof |\n|---|---|---|---|\n");
        for (Statement statement : statements) {
            text.append(
                    "| %s | %s | %s | %s |\n"
                            .formatted(
                                    statement.id(),
                                    statement.binds(),
                                    statement.summary().replace("|", "\\|"),
                                    proof(statement)));
        }
        return text.toString();
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
        return binds.test(statement) ? "none yet" : "binds the client only";
    }
}

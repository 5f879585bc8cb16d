package io.godwit.tidy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Which test proves which normative statement, and why the others have none. */
final class Conformance {

    private final List<Statement> statements;
    private final Side server;
    private final Side client;

    /**
     * @param statementsCsv {@code version,id,binds,summary}
     * @param exceptionsCsv {@code version,id,reason}, the statements that no test of the server can
     *     prove
     * @param clientExceptionsCsv the same of the client
     */
    Conformance(
            String statementsCsv,
            String exceptionsCsv,
            String clientExceptionsCsv,
            Collection<JavaSource> sources) {
        statements = Statement.parse(statementsCsv);
        server =
                new Side(
                        "server",
                        Statement::bindsServer,
                        exceptionsCsv,
                        of(sources, Conformance::isOfServer));
        client =
                new Side(
                        "client",
                        Statement::bindsClient,
                        clientExceptionsCsv,
                        of(sources, Conformance::isOfClient));
    }

    private static List<JavaSource> of(
            Collection<JavaSource> sources, Predicate<JavaSource> side) {
        return sources.stream().filter(side).toList();
    }

    private static boolean isOfServer(JavaSource source) {
        return !source.path().startsWith("client/");
    }

    /** The codec serves both sides. */
    private static boolean isOfClient(JavaSource source) {
        return source.path().startsWith("client/") || source.path().startsWith("codec/");
    }

    /** What is wrong: unknown identifiers, and exceptions for statements that a test does prove. */
    List<String> mistakes() {
        List<String> known = statements.stream().map(Statement::citation).toList();
        List<String> mistakes = new ArrayList<>(server.mistakes(known));
        client.mistakes(known).stream()
                .filter(mistake -> !mistakes.contains(mistake)) // of the codec
                .forEach(mistakes::add);
        return mistakes;
    }

    /** The statements that bind a server and have neither a test nor a reason. */
    List<String> gaps() {
        return server.gaps(statements);
    }

    /** The statements that bind a client and have neither a test nor a reason. */
    List<String> clientGaps() {
        return client.gaps(statements);
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
                        `docs/conformance-exceptions.csv`; the build fails when it is stale. What the
                        client does for those that bind one is [at the end](#the-client).

                        """);
        text.append(server.summary(byVersion));
        byVersion.forEach((version, rows) -> {
            text.append("\n## MQTT ").append(version).append("\n\n");
            text.append(server.rows(rows));
        });
        text.append(
                """

                ## The client

                The same for the Java client: statements that bind a client, and what proves them of the
                modules `client` and `codec`, which carries both sides. Those that no test of the client can
                prove are in `docs/conformance-client-exceptions.csv`.

                """);
        text.append(client.summary(byVersion));
        byVersion.forEach((version, rows) -> {
            text.append("\n### MQTT ").append(version).append(" of the client\n\n");
            text.append(client.rows(rows.stream().filter(Statement::bindsClient).toList()));
        });
        return text.toString();
    }
}

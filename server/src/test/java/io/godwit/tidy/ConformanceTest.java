package io.godwit.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/conformance.md} true to the tests of all modules. */
class ConformanceTest {

    private static final Path TABLE = Repository.path("docs/conformance.md");

    private static final Conformance CONFORMANCE =
            new Conformance(
                    Repository.read(Repository.path("codec/src/test/resources/normative.csv")),
                    Repository.read(Repository.path("docs/conformance-exceptions.csv")),
                    Repository.read(
                            Repository.path("docs/conformance-client-exceptions.csv")),
                    JavaSource.parse(
                            Repository.javaFiles().stream()
                                    .filter(file ->
                                            Repository.relative(file).contains("/src/test/"))
                                    .toList()));

    @Test
    void citedStatementsExist() {
        assertThat(CONFORMANCE.mistakes()).isEmpty();
    }

    /**
     * With {@code -Dgodwit.conformance.write=true}, as {@code ./test --conformance} has it, it
     * writes.
     */
    @Test
    void tableIsUpToDate() throws IOException {
        if (Boolean.getBoolean("godwit.conformance.write")) {
            Files.writeString(TABLE, CONFORMANCE.table());
        }
        assertThat(Repository.read(TABLE))
                .as("docs/conformance.md is stale; './test --conformance' writes it anew")
                .isEqualTo(CONFORMANCE.table());
    }

    /** The number that server/pom.xml still allows only ever falls, to 0. */
    @Test
    void noMoreStatementsWithoutProofThanAllowed() {
        assertThat(CONFORMANCE.gaps())
                .as("statements that bind a server, with neither a test nor a reason")
                .hasSizeLessThanOrEqualTo(Integer.getInteger("godwit.conformance.gaps", 0));
    }

    /** As {@link #noMoreStatementsWithoutProofThanAllowed}, of the client. */
    @Test
    void noMoreStatementsOfTheClientWithoutProofThanAllowed() {
        assertThat(CONFORMANCE.clientGaps())
                .as("statements that bind a client, with neither a test nor a reason")
                .hasSizeLessThanOrEqualTo(Integer.getInteger("godwit.conformance.client-gaps", 0));
    }

    /** A test of the client proves nothing of the server, and one of the codec proves both. */
    @Test
    void eachSideHasItsOwnProofs() {
        Conformance conformance =
                new Conformance(
                        """
                        version,id,binds,summary
                        5.0,A-1,both,a
                        5.0,A-2,both,b
                        5.0,A-3,client,c
                        5.0,A-4,server,d
                        """,
                        "version,id,reason\n",
                        "version,id,reason\n5.0,A-3,nobody can see it\n",
                        List.of(citing("client/T.java", "v5 A-1"), citing("codec/T.java", "v5 A-2")));
        assertThat(conformance.gaps()).containsExactly("v5 A-1", "v5 A-4");
        assertThat(conformance.clientGaps()).isEmpty();
        assertThat(conformance.table())
                .contains("| 5.0 | 3 | 1 | 0 | 2 |")
                .contains("| 5.0 | 3 | 2 | 1 | 0 |");
    }

    @Test
    void unknownAndContradictoryCitationsAreMistakes() {
        Conformance conformance =
                new Conformance(
                        "version,id,binds,summary\n5.0,A-1,server,\"one, \"\"two\"\"\"\n3.1.1,A-1,both,x\n",
                        "version,id,reason\n3.1.1,A-1,nobody can see it\n5.0,A-9,because\n",
                        "version,id,reason\n",
                        List.of(citing("T.java", "v5 A-1", "v3 A-1", "v5 A-2")));
        assertThat(conformance.mistakes())
                .containsExactlyInAnyOrder(
                        "[T.t] cites 'v5 A-2', which does not exist",
                        "[T.t] proves 'v3 A-1': it is no exception",
                        "the exception 'v5 A-9' does not exist");
        assertThat(conformance.table()).contains("| A-1 | server | one, \"two\" | `T.t` |");
    }

    @Test
    void gapIsAServerStatementWithNeitherTestNorReason() {
        Conformance conformance =
                new Conformance(
                        """
                        version,id,binds,summary
                        5.0,A-1,server,a
                        5.0,A-2,both,b
                        5.0,A-3,client,c
                        5.0,A-4,server,d
                        """,
                        "version,id,reason\n5.0,A-1,nobody can see it\n",
                        "version,id,reason\n",
                        List.of(citing("T.java", "v5 A-2")));
        assertThat(conformance.gaps()).containsExactly("v5 A-4");
        assertThat(conformance.table()).contains("| 5.0 | 3 | 1 | 1 | 1 |");
    }

    private static JavaSource citing(String path, String... statements) {
        return new JavaSource(
                path,
                "",
                List.of("T"),
                List.of(),
                List.of(),
                List.of(statements).stream()
                        .map(statement -> new JavaSource.Citation(statement, "T.t"))
                        .toList());
    }
}

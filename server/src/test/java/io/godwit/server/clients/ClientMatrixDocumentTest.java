package io.godwit.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.ProtocolVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds docs/clients.md true to what {@link ClientMatrixTest} plays. */
class ClientMatrixDocumentTest {

    private static final Path ROOT =
            Path.of(Objects.requireNonNull(System.getProperty("godwit.root"), "godwit.root"));

    private static final Path TABLE = ROOT.resolve("docs/clients.md");

    /** With {@code -Dgodwit.clients.write=true}, as {@code ./test --clients} has it, it writes. */
    @Test
    void tableIsUpToDate() throws IOException {
        String document =
                ClientMatrix.document(
                        Files.readString(ROOT.resolve("pom.xml")),
                        Files.readString(ROOT.resolve("server/src/test/clients/package.json")));
        if (Boolean.getBoolean("godwit.clients.write")) {
            Files.writeString(TABLE, document);
        }
        assertThat(Files.readString(TABLE))
                .as("docs/clients.md is stale; './test --clients' writes it anew")
                .isEqualTo(document);
    }

    /** A client that is there at all speaks one of the versions over TCP and over TLS. */
    @ParameterizedTest
    @EnumSource
    void everyClientHasCells(MatrixClient client) {
        for (Transport transport : new Transport[] {Transport.TCP, Transport.TLS}) {
            assertThat(ClientMatrix.rows())
                    .anyMatch(row -> row.client() == client && row.transport() == transport);
        }
        assertThat(ClientMatrix.rows()).noneMatch(row -> row.version() == ProtocolVersion.V3_1);
    }

    @ParameterizedTest
    @EnumSource
    void everyAbilityIsShownBySomething(Ability ability) {
        assertThat(ability.scenarios()).isNotEmpty().allMatch(it -> it.needs().isEmpty());
    }
}

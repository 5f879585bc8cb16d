package io.godwit.junit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import org.junit.jupiter.api.Test;

/**
 * Holds what ARCHITECTURE.md says of the modules {@code client} and {@code junit}. Here, since this
 * module alone sees both sides, the client and the server.
 */
class ArchitectureTest {

    private static final String CLIENT = "io.godwit.client..";
    private static final String JUNIT = "io.godwit.junit..";
    private static final String CODEC = "io.godwit.codec..";

    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(ArchitectureTest::isMain)
                    .importPackages("io.godwit");

    private static boolean isMain(Location location) {
        return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }

    @Test
    void bothSidesAreSeen() {
        assertThat(MAIN.contain("io.godwit.client.MqttClient")).isTrue();
        assertThat(MAIN.contain("io.godwit.junit.TestBroker")).isTrue();
        assertThat(MAIN.contain("io.godwit.server.GodwitServer")).isTrue();
        assertThat(MAIN.containPackage("io.godwit.transport")).isTrue();
        assertThat(MAIN.contain(ArchitectureTest.class)).isFalse();
    }

    @Test
    void theClientStandsOnTheCodecAndTheJdkAlone() {
        classes()
                .that()
                .resideInAPackage(CLIENT)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        CLIENT,
                        CODEC,
                        "java..",
                        "javax.net..",
                        "javax.crypto..",
                        "javax.security..",
                        "org.jspecify..")
                .check(MAIN);
    }

    @Test
    void nothingButJUnitAndTheCommandKnowsTheClient() {
        noClasses()
                .that()
                .resideOutsideOfPackages(CLIENT, JUNIT, "io.godwit.app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CLIENT)
                .check(MAIN);
    }

    @Test
    void theExtensionStandsOnTheServerAndTheClient() {
        classes()
                .that()
                .resideInAPackage(JUNIT)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        JUNIT,
                        CLIENT,
                        CODEC,
                        "io.godwit.server..",
                        "io.godwit.broker..",
                        "org.junit..",
                        "java..",
                        "org.jspecify..")
                .check(MAIN);
    }
}

package io.godwit.tidy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Holds the order of modules and packages that ARCHITECTURE.md describes. */
class ArchitectureTest {

    private static final String CODEC = "io.godwit.codec..";
    private static final String BROKER = "io.godwit.broker..";

    /** What faces a socket, a disk or a browser. None of them knows another. */
    private static final String[] ADAPTERS = {
        "io.godwit.transport..",
        "io.godwit.store..",
        "io.godwit.gateway..",
        "io.godwit.admin..",
        "io.godwit.access.."
    };

    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(ArchitectureTest::isMain)
                    .importPackages("io.godwit");

    private static boolean isMain(Location location) {
        return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }

    @Test
    void allModulesBelowAreSeen() {
        assertThat(MAIN.contain("io.godwit.codec.Packet")).isTrue();
        assertThat(MAIN.containPackage("io.godwit.broker.limits")).isTrue();
        assertThat(MAIN.containPackage("io.godwit.transport")).isTrue();
        assertThat(MAIN.containPackage("io.godwit.admin")).isTrue();
        assertThat(MAIN.containPackage("io.godwit.store.rocksdb")).isTrue();
        assertThat(MAIN.containPackage("io.godwit.gateway.sn")).isTrue();
        assertThat(MAIN.contain("io.godwit.server.Version")).isTrue();
        assertThat(MAIN.contain(ArchitectureTest.class)).isFalse();
    }

    @Test
    void codecImportsNothing() {
        classes()
                .that()
                .resideInAPackage(CODEC)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(CODEC, "java..", "org.jspecify..")
                .check(MAIN);
    }

    @Test
    void brokerKnowsNoSocketDatabaseOrHttp() {
        noClasses()
                .that()
                .resideInAPackage(BROKER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty..",
                        "java.nio.channels..",
                        "org.rocksdb..",
                        "java.net.http..",
                        "com.sun.net..",
                        "com.typesafe.config..")
                .check(MAIN);
    }

    @Test
    void brokerIsBelowEverythingButTheCodec() {
        noClasses()
                .that()
                .resideInAPackage(BROKER)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.godwit..")
                                .and(not(resideInAnyPackage(BROKER, CODEC))))
                .check(MAIN);
    }

    @Test
    void adaptersDoNotKnowEachOther() {
        for (String adapter : ADAPTERS) {
            noClasses()
                    .that()
                    .resideInAPackage(adapter)
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(ADAPTERS).and(not(resideInAnyPackage(adapter))))
                    .check(MAIN);
        }
    }

    @Test
    void adminChangesTheBrokerOnlyThroughBrokerControl() {
        noClasses()
                .that()
                .resideInAPackage("io.godwit.admin..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(BROKER, CODEC)
                                .and(not(resideInAnyPackage("io.godwit.broker.control.."))))
                .check(MAIN);
    }

    @Test
    void onlyServerAndAppNameAnAdapter() {
        noClasses()
                .that(
                        not(resideInAnyPackage(ADAPTERS))
                                .and(
                                        not(
                                                resideInAnyPackage(
                                                        "io.godwit.server..", "io.godwit.app.."))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ADAPTERS)
                .check(MAIN);
    }

    @Test
    void noPartOfTheBrokerIsInACycle() {
        slices().matching("io.godwit.broker.(*)..").should().beFreeOfCycles().check(MAIN);
    }

    /** connection, routing, session, spi: each knows those after it, never one before it. */
    @Test
    void partsOfTheBrokerKnowOnlyWhatIsBelowThem() {
        String[] order = {"connection", "routing", "session", "spi"};
        for (int lower = 1; lower < order.length; lower++) {
            for (int upper = 0; upper < lower; upper++) {
                never("io.godwit.broker.%s..".formatted(order[lower]), order[upper]);
            }
        }
    }

    @Test
    void leavesKnowNoConnectionRouteOrSession() {
        for (String leaf : new String[] {"shard", "retained", "auth", "limits", "protection"}) {
            for (String upper : new String[] {"connection", "routing", "session"}) {
                never("io.godwit.broker.%s..".formatted(leaf), upper);
            }
        }
    }

    private static void never(String from, String part) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.godwit.broker.%s..".formatted(part))
                .check(MAIN);
    }

    /**
     * So that the whole broker can run in one thread under a simulated clock. {@code Time} is how
     * it is given one, and alone reads the real one.
     */
    @Test
    void brokerOwnsNoThreadClockOrRandomness() {
        noClasses()
                .that()
                .resideInAPackage(BROKER)
                .and()
                .haveNameNotMatching("io\\.godwit\\.broker\\.shard\\.Time(\\$.*)?")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(ThreadLocalRandom.class, "current")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callMethod(Thread.class, "start")
                .orShould()
                .callMethod(Thread.class, "startVirtualThread", Runnable.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(MAIN);
    }
}

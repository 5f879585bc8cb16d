package io.godwit.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.server.configuration.Persistence.Durability;
import io.godwit.server.configuration.Persistence.Mode;
import io.godwit.server.crash.ForgetfulDisk.Kind;
import io.godwit.server.crash.KillRun.Cycle;
import io.godwit.server.crash.KillRun.Outcome;
import io.godwit.server.crash.KillRun.Starter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a broker acknowledged is not lost though its process is killed. The system property {@code
 * godwit.crash.cycles} says how often (10), {@code godwit.crash.seed} from which number all that is
 * random in the load follows.
 */
class KillTest {

    private static final int CYCLES = Integer.getInteger("godwit.crash.cycles", 10);
    private static final long SEED = Long.getLong("godwit.crash.seed", System.nanoTime());

    /** Enough to find what goes wrong at nearly every crash. */
    private static final int CYCLES_TO_FIND = 8;

    /** Where all events of a run are written that broke a promise. */
    private static final Path HISTORY = Path.of("target", "crash", "history-" + SEED + ".txt");

    @TempDir private Path directory;

    private Path data;
    private Path log;

    @BeforeEach
    void paths() throws IOException {
        directory = directory.toRealPath();
        data = directory.resolve("data");
        log = directory.resolve("log");
    }

    @Test
    void loadAloneBreaksNoPromise() throws Exception {
        expectKept(run(4, false, broker(Mode.MEMORY, Durability.PROCESS, Map.of())));
    }

    @Test
    void nothingAcknowledgedIsLostWithTheProcess() throws Exception {
        expectKept(run(CYCLES, true, broker(Mode.DURABLE, Durability.PROCESS, Map.of())));
    }

    @Test
    void nothingAcknowledgedIsLostWithThePower() throws Exception {
        ForgetfulDisk disk = new ForgetfulDisk(Kind.SYNCED, directory, data.resolve("store"));
        expectKept(run(CYCLES, true, broker(Durability.POWER, disk)));
        assertThat(disk.forgotten()).isPositive();
    }

    @Test
    void acknowledgingBeforeWritingIsFoundOut() throws Exception {
        ForgetfulDisk disk = new ForgetfulDisk(Kind.LATE, directory, data.resolve("store"));
        Outcome outcome = run(CYCLES_TO_FIND, true, broker(Durability.PROCESS, disk));
        assertThat(outcome.violations()).as(story(outcome)).isNotEmpty();
    }

    @Test
    void acknowledgingBeforeSyncingIsFoundOut() throws Exception {
        ForgetfulDisk disk = new ForgetfulDisk(Kind.SYNCED, directory, data.resolve("store"));
        Outcome outcome = run(CYCLES_TO_FIND, true, broker(Durability.PROCESS, disk));
        assertThat(outcome.violations()).as(story(outcome)).isNotEmpty();
    }

    private Starter broker(Durability durability, ForgetfulDisk disk) {
        Starter starter = broker(Mode.DURABLE, durability, disk.environment());
        return () -> {
            disk.forget();
            return starter.start();
        };
    }

    private Starter broker(Mode mode, Durability durability, Map<String, String> environment) {
        return () ->
                BrokerProcess.start(
                        log,
                        environment,
                        KilledBroker.class,
                        data.toString(),
                        mode.name(),
                        durability.name());
    }

    private static Outcome run(int cycles, boolean kills, Starter starter) throws Exception {
        Outcome outcome = new KillRun(SEED, cycles, kills, starter).run();
        System.out.println(story(outcome));
        return outcome;
    }

    private static void expectKept(Outcome outcome) throws IOException {
        if (!outcome.violations().isEmpty()) {
            Files.createDirectories(HISTORY.getParent());
            Files.write(HISTORY, outcome.events().stream().map(Object::toString).toList());
        }
        assertThat(outcome.violations()).as(story(outcome)).isEmpty();
        assertThat(outcome.residuals()).as(story(outcome)).isNotEmpty().containsOnly(0L);
        assertThat(outcome.cycles())
                .isNotEmpty()
                .allMatch(cycle -> cycle.acknowledged() >= KillRun.FEWEST_ACKNOWLEDGED)
                .allMatch(cycle -> cycle.reconnects() >= KillRun.FEWEST_RECONNECTS);
    }

    private static String story(Outcome outcome) {
        return "seed %d, %d cycles, %d acknowledged, %d reconnects%n%s%n%s"
                .formatted(
                        SEED,
                        outcome.cycles().size(),
                        outcome.cycles().stream().mapToInt(Cycle::acknowledged).sum(),
                        outcome.cycles().stream().mapToInt(Cycle::reconnects).sum(),
                        outcome.violations().stream()
                                .map(Object::toString)
                                .collect(Collectors.joining("\n")),
                        outcome.log());
    }
}

package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.admin.AdminApi;
import io.godwit.admin.AdminSocket;
import io.godwit.admin.Audit;
import io.godwit.broker.control.Bans;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.InvalidConfiguration;
import io.godwit.broker.control.ReloadPlan;
import io.godwit.broker.control.ReloadPlan.Change;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * {@code godwit ctl reload} and {@code plan} with a real socket, and a broker that only answers.
 */
@Timeout(60)
class ReloadCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path directory = Path.of("");
    private @Nullable IOException failure;
    private @Nullable Path planned;
    private ReloadPlan plan = new ReloadPlan(List.of(), 0, 0);

    private final BrokerControl broker =
            new BrokerControl() {
                @Override
                public Bans bans() {
                    throw new AssertionError("nothing here is about bans");
                }

                @Override
                public String version() {
                    return "1";
                }

                @Override
                public Backup backup(Path to) {
                    return new Backup(0, 0, Duration.ZERO);
                }

                @Override
                public ReloadPlan reload() throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    return plan;
                }

                @Override
                public ReloadPlan plan(Path file) throws IOException {
                    planned = file;
                    return reload();
                }
            };

    private int execute(String... words) throws IOException {
        try (AdminSocket _ =
                AdminSocket.open(
                        directory.resolve("godwit.sock"), AdminApi.of(broker), Audit.to(null))) {
            CommandLine godwit = GodwitCommand.commandLine();
            godwit.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
            return godwit.execute(words);
        }
    }

    private int reload() throws IOException {
        return execute("ctl", "reload", "--data-dir", directory.toString());
    }

    private int plan(String file) throws IOException {
        return execute("ctl", "plan", file, "--data-dir", directory.toString());
    }

    @Test
    void aReloadSaysWhatItHasDone() throws IOException {
        plan =
                new ReloadPlan(
                        List.of(
                                new Change("event-loops", "1", "2", false),
                                new Change("listeners.tls.port", "8883", "8884", true)),
                        312,
                        1);
        assertThat(reload()).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "event-loops: 1 -> 2 (needs a restart)",
                        "listeners.tls.port: 8883 -> 8884 (applied)",
                        "Disconnected 312 clients, revoked 1 subscription.");
    }

    @Test
    void aPlanSaysWhatItWouldDo() throws IOException {
        plan = new ReloadPlan(List.of(new Change("a", "none", "b", true)), 1, 41);
        assertThat(plan("new.conf")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "a: none -> b (applied live)",
                        "Disconnects 1 client, revokes 41 subscriptions.");
        assertThat(planned).isEqualTo(Path.of("new.conf").toAbsolutePath());
    }

    @Test
    void whereNothingDiffersThatIsSaid() throws IOException {
        assertThat(reload()).isZero();
        assertThat(out.toString().strip()).isEqualTo("Nothing differs from what is in force.");
    }

    @Test
    void whatIsWrongIsSaidWithItsPlaces() throws IOException {
        failure = new InvalidConfiguration(List.of("a.conf:1: no such key", "acl:2: no rule"));
        assertThat(reload()).isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactly(
                        "The broker says: the configuration has problems, and nothing was changed:",
                        "a.conf:1: no such key",
                        "acl:2: no rule");
        assertThat(out.toString()).isEmpty();
    }
}

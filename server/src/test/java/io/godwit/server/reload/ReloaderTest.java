package io.godwit.server.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.control.InvalidConfiguration;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.control.ReloadPlan;
import io.godwit.broker.control.ReloadPlan.Change;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.LoadedConfiguration;
import io.godwit.server.configuration.Reload;
import io.godwit.transport.ListenerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All or nothing, in turns. */
@Timeout(60)
class ReloaderTest {

    private final List<String> done = new ArrayList<>();
    private @Nullable String unprepared;
    private @Nullable String unbegun;

    private final Configuration started = Configuration.defaults().withEventLoops(1);
    private final Reloader reloader =
            new Reloader(
                    started, Snapshot.of(started), List.of(part("listeners."), part("reload.")));

    private Part part(String keys) {
        return new Part() {
            @Override
            public boolean takes(String key) {
                return key.startsWith(keys);
            }

            @Override
            public Prepared prepare(Configuration from, Configuration to, Set<String> changed)
                    throws IOException {
                if (keys.equals(unprepared)) {
                    throw new IOException("a:1: wrong\nb:2: wrong too");
                }
                done.add("prepare " + changed);
                return new Step(keys);
            }
        };
    }

    private final class Step implements Prepared {

        private final String keys;

        Step(String keys) {
            this.keys = keys;
        }

        @Override
        public Effect effect() {
            return new Effect(3, 2);
        }

        @Override
        public void begin() throws IOException {
            if (keys.equals(unbegun)) {
                throw new IOException("the port is taken");
            }
            done.add("begin " + keys);
        }

        @Override
        public Effect apply() {
            done.add("apply " + keys);
            return new Effect(2, 1);
        }

        @Override
        public void close() {
            done.add("close " + keys);
        }
    }

    private static Configuration both(Configuration configuration) {
        return configuration
                .withListeners(List.of(ListenerSettings.tcp("tcp", "127.0.0.1", 1884)))
                .withReload(new Reload(true));
    }

    @Test
    void everythingIsPreparedBeforeAnythingIsApplied() throws IOException {
        ReloadPlan plan = reloader.reload(() -> both(started));
        assertThat(plan)
                .isEqualTo(
                        new ReloadPlan(
                                List.of(
                                        new Change("listeners.tcp.port", "1883", "1884", true),
                                        new Change("reload.watch", "false", "true", true)),
                                4,
                                2));
        assertThat(done)
                .containsExactly(
                        "prepare [listeners.tcp.port]",
                        "prepare [reload.watch]",
                        "begin listeners.",
                        "begin reload.",
                        "apply listeners.",
                        "apply reload.",
                        "close reload.",
                        "close listeners.");
        assertThat(reloader.reload(() -> both(started)).changes()).isEmpty();
    }

    @Test
    void aPlanPreparesAndChangesNothing() throws IOException {
        for (int i = 0; i < 2; i++) {
            ReloadPlan plan = reloader.plan(() -> both(started));
            assertThat(plan.changes()).hasSize(2);
            assertThat(plan.effect()).isEqualTo("disconnects 6 clients, revokes 4 subscriptions");
        }
        assertThat(done).noneMatch(it -> it.startsWith("begin") || it.startsWith("apply"));
    }

    @Test
    void allThatIsWrongIsSaidAndNothingIsApplied() {
        unprepared = "listeners.";
        assertThatThrownBy(() -> reloader.reload(() -> both(started)))
                .isInstanceOf(InvalidConfiguration.class)
                .extracting(e -> ((InvalidConfiguration) e).problems())
                .isEqualTo(List.of("a:1: wrong", "b:2: wrong too"));
        assertThat(done).containsExactly("prepare [reload.watch]", "close reload.");
    }

    @Test
    void whatHasBegunIsTakenBackWhenSomethingFails() throws IOException {
        unbegun = "reload.";
        assertThatThrownBy(() -> reloader.reload(() -> both(started)))
                .hasMessage("the port is taken");
        assertThat(done)
                .endsWith("begin listeners.", "close reload.", "close listeners.")
                .noneMatch(it -> it.startsWith("apply"));
        unbegun = null;
        assertThat(reloader.reload(() -> both(started)).changes()).hasSize(2);
    }

    @Test
    void whatNeedsARestartIsSaidEachTime() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(reloader.reload(() -> started.withEventLoops(2)).summary())
                    .isEqualTo(
                            "needs a restart: event-loops; disconnects 0 clients, revokes 0"
                                    + " subscriptions");
        }
        assertThat(reloader.reload(() -> started).summary()).isEqualTo("nothing differs");
        assertThat(done).isEmpty();
    }

    /** Its content is looked at before who needs it reads it, and so never after. */
    @Test
    void aFileThatChangesWhileItIsReadIsReadAgainTheNextTime(@TempDir Path directory)
            throws Exception {
        Path file = Files.writeString(directory.resolve("passwd"), "# one\n");
        String text = "authentication.password-file = \"" + file + "\"";
        Configuration named = LoadedConfiguration.parse(text, "the text", Map.of()).configuration();
        List<String> read = new ArrayList<>();
        Part reading =
                new Part() {
                    @Override
                    public boolean takes(String key) {
                        return key.equals("authentication.password-file");
                    }

                    @Override
                    public Prepared prepare(
                            Configuration from, Configuration to, Set<String> changed)
                            throws IOException {
                        read.add(Files.readString(file));
                        Files.writeString(file, "# two\n");
                        return new Step("authentication.");
                    }
                };
        Snapshot atStart = Snapshot.of(named);
        Files.writeString(file, "# read at the start\n");
        var watched = new Reloader(named, atStart, List.of(reading));
        assertThat(watched.reload(() -> named).changes()).hasSize(1);
        assertThat(watched.reload(() -> named).changes()).hasSize(1);
        assertThat(watched.reload(() -> named).changes()).isEmpty();
        assertThat(read).containsExactly("# read at the start\n", "# two\n");
    }

    @Test
    void severalTakeTurns() throws Exception {
        var entered = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        var first =
                CompletableFuture.supplyAsync(() ->
                        planOf(() -> {
                            entered.countDown();
                            await(leave);
                            return both(started);
                        }));
        await(entered);
        var second = CompletableFuture.supplyAsync(() -> planOf(() -> both(started)));
        leave.countDown();
        assertThat(first.get(30, TimeUnit.SECONDS).changes()).hasSize(2);
        assertThat(second.get(30, TimeUnit.SECONDS).changes()).isEmpty();
    }

    @Test
    void afterItIsClosedNothingChanges() {
        reloader.close();
        assertThatThrownBy(() -> reloader.reload(() -> both(started))).isInstanceOf(Refusal.class);
    }

    private ReloadPlan planOf(Reloader.Source source) {
        try {
            return reloader.reload(source);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

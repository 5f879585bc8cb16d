package io.godwit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.control.Bans;
import io.godwit.broker.control.BrokerControl.Backup;
import io.godwit.broker.control.BrokerMetrics;
import io.godwit.broker.control.Explanation;
import io.godwit.broker.control.Question;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.control.SessionState;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.reload.Reloader;
import io.godwit.server.reload.Reloads;
import io.godwit.server.reload.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ServerControlTest {

    @TempDir private Path directory = Path.of("");

    private static final Bans NO_BANS =
            new Bans() {
                @Override
                public List<Entry> list() {
                    return List.of();
                }

                @Override
                public int add(Entry ban) {
                    throw new AssertionError("nothing here bans");
                }

                @Override
                public boolean remove(Target target) {
                    throw new AssertionError("nothing here is banned");
                }
            };

    private static final BrokerMetrics NO_METRICS =
            new BrokerMetrics() {
                @Override
                public Stats stats() {
                    throw new AssertionError("nothing here counts");
                }

                @Override
                public Measures measures() {
                    throw new AssertionError("nothing here measures");
                }
            };

    private final ServerControl control = controlOf(ServerControlTest::copy);

    private static ServerControl controlOf(ServerControl.@Nullable Checkpoint checkpoint) {
        Configuration started = Configuration.defaults();
        Reloader reloader = new Reloader(started, Snapshot.of(started), List.of());
        return new ServerControl(
                NO_BANS,
                NO_METRICS,
                new ServerSessions(ServerControlTest::unasked, ServerControlTest::unasked),
                null,
                checkpoint,
                ServerControlTest::unasked,
                new Reloads(reloader));
    }

    private static CompletableFuture<Optional<SessionState>> unasked(String clientId) {
        throw new AssertionError("nobody asks for " + clientId);
    }

    private static Explanation unasked(Question question) {
        throw new AssertionError("nobody asks " + question);
    }

    /** A store of two files. */
    private static void copy(Path to) throws IOException {
        Files.createDirectory(to);
        Files.writeString(to.resolve("CURRENT"), "12");
        Files.writeString(Files.createDirectory(to.resolve("more")).resolve("1.sst"), "345");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBackupGoesWhereNothingIs(boolean isEmptyDirectory) throws IOException {
        Path to = directory.resolve("to");
        if (isEmptyDirectory) {
            Files.createDirectory(to);
        }
        Backup backup = control.backup(to);
        assertThat(to.resolve("CURRENT")).hasContent("12");
        assertThat(backup.files()).isEqualTo(2);
        assertThat(backup.bytes()).isEqualTo(5);
        assertThat(backup.time()).isPositive();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(to)))
                .isEqualTo("rwx------");
        assertThat(directory).isDirectoryNotContaining(file -> !file.equals(to));
    }

    @Test
    void nothingIsLeftOfOneThatFails() throws IOException {
        Path to = directory.resolve("to");
        ServerControl full =
                controlOf(copy -> {
                    copy(copy);
                    throw new IOException("the disk is full");
                });
        assertThatThrownBy(() -> full.backup(to)).hasMessage("the disk is full");
        assertThat(directory).isEmptyDirectory();
        full.close(); // which does not wait for it
    }

    @Test
    void whatComesThereMeanwhileIsLeftAlone() throws IOException {
        Path to = directory.resolve("to");
        ServerControl late =
                controlOf(copy -> {
                    copy(copy);
                    Files.writeString(Files.createDirectory(to).resolve("x"), "precious");
                });
        assertThatThrownBy(() -> late.backup(to))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("can't be moved to " + to);
        assertThat(to.resolve("x")).hasContent("precious");
        assertThat(directory).isDirectoryNotContaining(file -> !file.equals(to));
    }

    @Test
    void whatIsThereAlreadyIsLeftAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "precious");
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("no"));
        assertThatThrownBy(() -> control.backup(directory))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(directory + " is not empty");
        assertThatThrownBy(() -> control.backup(file))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(file + " is there and is no directory");
        assertThatThrownBy(() -> control.backup(link)).isInstanceOf(Refusal.class);
        assertThat(file).hasContent("precious");
        assertThat(link).isSymbolicLink();
    }

    @Test
    void aMissingParentIsNamed() {
        assertThatThrownBy(() -> control.backup(directory.resolve("a/b")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("there is no directory " + directory.resolve("a"));
    }

    @Test
    void oneBackupIsMadeAtATimeAndNoneAfterClosing() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        ServerControl slow =
                controlOf(to -> {
                    entered.countDown();
                    waitFor(leave);
                    copy(to);
                });
        Path to = directory.resolve("to");
        var first = CompletableFuture.supplyAsync(() -> files(slow, to));
        entered.await();
        assertThatThrownBy(() -> slow.backup(directory.resolve("other")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("another backup");
        var closing = CompletableFuture.runAsync(slow::close);
        leave.countDown();
        closing.get();
        assertThat(to.resolve("more/1.sst")).exists(); // closing has waited for it
        assertThat(first.get()).isEqualTo(2);
        assertThatThrownBy(() -> slow.backup(directory.resolve("other")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("stopping");
    }

    private static long files(ServerControl control, Path to) {
        try {
            return control.backup(to).files();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void waitFor(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}

package io.godwit.client.store;

import static io.godwit.client.store.StoreFixture.found;
import static io.godwit.client.store.StoreFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.client.store.SessionStore.Kept;
import io.godwit.client.store.SessionStore.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that another process has, or had. */
@Timeout(120)
class TwoProcessesTest {

    @Test
    void twoProcessesDoNotShare(@TempDir Path directory) throws Exception {
        Process holder = StoreProcess.start("hold", directory);
        try (var said = holder.inputReader()) {
            StoreProcess.await(said, "open");
            assertThatThrownBy(() -> DirectoryStore.open(directory))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("another process (" + holder.pid() + ")");
            holder.getOutputStream().close();
            assertThat(holder.waitFor()).isZero();
            try (DirectoryStore store = DirectoryStore.open(directory)) {
                assertThatThrownBy(() -> DirectoryStore.open(directory)).isInstanceOf(IOException.class);
                Process second = StoreProcess.start("hold", directory);
                assertThat(second.inputReader().lines().toList().toString())
                        .contains("another process (" + ProcessHandle.current().pid() + ")");
                assertThat(second.waitFor()).isNotZero();
                store.append(waiting(1, "a"));
            }
        } finally {
            holder.destroyForcibly();
        }
    }

    /** kill -9: what was flushed is there, in order, and nothing that never was. */
    @Test
    void whatWasFlushedSurvivesAKill(@TempDir Path directory) throws Exception {
        Process filler = StoreProcess.start("fill", directory);
        int flushed = -1;
        try (var said = filler.inputReader()) {
            StoreProcess.await(said, "open");
            StoreProcess.await(said, "500");
            filler.destroyForcibly();
            flushed = 500;
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                flushed = line.matches("[0-9]+") ? Math.max(flushed, whole(line, flushed)) : flushed;
            }
        }
        filler.waitFor();
        List<Kept> outgoing = found(directory).outgoing();
        assertThat(outgoing).hasSizeGreaterThan(flushed);
        for (int i = 0; i < outgoing.size(); i++) {
            Kept kept = outgoing.get(i);
            boolean isSent = i <= flushed || kept.stage() == Stage.SENT;
            StoreFixture.assertSame(
                    kept,
                    new Kept(
                            i,
                            waiting(i, "message " + i).message(),
                            isSent ? Stage.SENT : Stage.WAITING,
                            isSent ? 1 + i % 65_535 : 0,
                            1_000 + i));
        }
    }

    /** The number of a line, unless it is the last one and cut: they go up one by one. */
    private static int whole(String line, int before) {
        int number = Integer.parseInt(line);
        return number == before + 1 ? number : before;
    }
}

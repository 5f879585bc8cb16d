package io.godwit.client.store;

import static io.godwit.client.store.StoreFixture.assertSame;
import static io.godwit.client.store.StoreFixture.bytes;
import static io.godwit.client.store.StoreFixture.files;
import static io.godwit.client.store.StoreFixture.found;
import static io.godwit.client.store.StoreFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.client.Message;
import io.godwit.client.store.DirectoryStore.Durability;
import io.godwit.client.store.SessionStore.Kept;
import io.godwit.client.store.SessionStore.Stage;
import io.godwit.codec.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class DirectoryStoreTest {

    @TempDir private Path parent = Path.of("");

    private Path directory() {
        return parent.resolve("a/session");
    }

    private static Kept at(Kept kept, Stage stage, int packetId) {
        return new Kept(kept.sequence(), kept.message(), stage, packetId, kept.publishedAt());
    }

    /** As threads of an executor are that was told to end at once. */
    @Test
    void interruptedThreadWritesAsAnyOtherAndStaysInterrupted() throws Exception {
        Kept first = waiting(1, "x");
        Kept second = waiting(2, "y".repeat(300_000));
        Kept third = waiting(3, "z");
        try (DirectoryStore store = DirectoryStore.open(directory())) {
            Thread.currentThread().interrupt();
            store.append(first);
            store.flush();
            store.append(second);
            assertThat(Thread.interrupted()).isTrue();
            store.append(third);
            store.flush();
            assertSame(found(copy()), List.of(first, second, third), List.of());
        } finally {
            var _ = Thread.interrupted();
        }
    }

    /** What a crash would leave. */
    private Path copy() throws IOException {
        Path copy = Files.createDirectory(parent.resolve("copy"));
        for (Path file : files(directory())) {
            Files.copy(file, copy.resolve(file.getFileName()));
        }
        return copy;
    }

    private DirectoryStore openFor(String clientId) throws IOException {
        return DirectoryStore.open(directory(), clientId, 1 << 20, Durability.PROCESS);
    }

    @Test
    void itIsForOneClientIdentifier() throws Exception {
        Kept first = waiting(1, "x");
        try (DirectoryStore store = DirectoryStore.open(directory())) { // as older versions did
            store.append(first);
        }
        openFor("gateway é").close();
        assertThatThrownBy(() -> openFor("gateway"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory().toString())
                .hasMessageContaining("of the client 'gateway é', not of 'gateway'")
                .hasMessageContaining("its own directory");
        Files.write(directory().resolve("client"), new byte[0]); // as the power may leave it
        openFor("gateway é").close();
        try (DirectoryStore store = openFor("gateway é")) {
            assertThat(store.recovered().outgoing()).hasSize(1);
        }
    }

    @Test
    void aNewOneHasNothing() throws Exception {
        assertSame(found(directory()), List.of(), List.of());
        assertSame(found(directory()), List.of(), List.of());
    }

    @ParameterizedTest
    @EnumSource
    void remembersAll(Durability durability) throws Exception {
        Message rich =
                Message.to("ä/b")
                        .payload(new byte[] {0, -1, 7})
                        .qos(2)
                        .retain(true)
                        .expiry(Duration.ofHours(1))
                        .contentType("text/plain")
                        .userProperty("a", "1")
                        .userProperty("a", "2")
                        .correlationData(new byte[] {1})
                        .build();
        Kept first = new Kept(5, rich, Stage.WAITING, 0, 1_234_567_890_123L);
        Kept second = waiting(6, "");
        Kept third = waiting(7, "x".repeat(300_000));
        Kept fourth = waiting(1L << 40, "y");
        try (DirectoryStore store = DirectoryStore.open(directory(), 1 << 20, durability)) {
            for (Kept kept : List.of(first, second, third, fourth)) {
                store.append(kept);
            }
            store.advance(5, Stage.SENT, 65_535);
            store.advance(6, Stage.SENT, 2);
            store.advance(6, Stage.RELEASED, 2);
            store.took(9);
            store.took(65_535);
            store.took(3);
            store.released(9);
            store.remove(7);
            store.flush();
        }
        assertSame(
                found(directory()),
                List.of(at(first, Stage.SENT, 65_535), at(second, Stage.RELEASED, 2), fourth),
                List.of(3, 65_535));
    }

    @Test
    void whatIsOfAConnectionIsLeftOut() throws Exception {
        Message message =
                Message.to("a")
                        .property(Property.TOPIC_ALIAS, 3)
                        .property(Property.SUBSCRIPTION_IDENTIFIER, 4)
                        .contentType("x")
                        .build();
        try (DirectoryStore store = DirectoryStore.open(directory())) {
            store.append(new Kept(1, message, Stage.WAITING, 0, 0));
        }
        Message kept = found(directory()).outgoing().getFirst().message();
        assertThat(kept.properties().has(Property.TOPIC_ALIAS)).isFalse();
        assertThat(kept.properties().has(Property.SUBSCRIPTION_IDENTIFIER)).isFalse();
        assertThat(kept.properties().get(Property.CONTENT_TYPE)).isEqualTo("x");
    }

    @Test
    void aLostSessionBeginsAnew() throws Exception {
        Kept waiting = waiting(1, "a");
        Kept sent = waiting(2, "b");
        Kept released = waiting(3, "c");
        try (DirectoryStore store = DirectoryStore.open(directory())) {
            for (Kept kept : List.of(waiting, sent, released)) {
                store.append(kept);
            }
            store.advance(2, Stage.SENT, 1);
            store.advance(3, Stage.RELEASED, 2);
            store.took(4);
            store.sessionLost();
            store.remove(3); // which is gone
            store.took(5);
        }
        assertSame(found(directory()), List.of(waiting, sent), List.of(5));
    }

    @Test
    void whatIsFlushedSurvivesWithoutClosing() throws Exception {
        DirectoryStore store = DirectoryStore.open(directory());
        store.append(waiting(1, "a"));
        store.flush();
        Path copy = Files.createDirectories(parent.resolve("copy"));
        for (Path file : files(directory())) {
            Files.copy(file, copy.resolve(file.getFileName()));
        }
        assertSame(found(copy), List.of(waiting(1, "a")), List.of());
        store.close();
    }

    @Test
    void whatWasFoundIsAskedForOnce() throws Exception {
        try (DirectoryStore store = DirectoryStore.open(directory())) {
            assertThat(store.recovered().outgoing()).isEmpty();
            assertThatThrownBy(store::recovered).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aMessageIsThereOnceAndHasToBeThere() throws Exception {
        try (DirectoryStore store = DirectoryStore.open(directory())) {
            store.append(waiting(1, "a"));
            assertThatThrownBy(() -> store.append(waiting(1, "b")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.advance(2, Stage.SENT, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertSame(found(directory()), List.of(waiting(1, "a")), List.of());
    }

    @Test
    void aFullOneTakesNoMoreUntilSomethingIsRemoved() throws Exception {
        try (DirectoryStore store =
                DirectoryStore.open(directory(), 10_000, Durability.PROCESS, 1_000)) {
            int taken = fill(store);
            assertThat(taken).isBetween(80, 10_000 / 50);
            assertThatThrownBy(() -> store.append(waiting(1_000, "x".repeat(50))))
                    .isInstanceOf(StoreFull.class)
                    .hasMessageContaining(directory().toString());
            store.took(1); // there is room for all but messages
            store.advance(50, Stage.SENT, 1);
            store.remove(50);
            store.append(waiting(1_000, "x".repeat(50)));
        }
        assertThat(found(directory()).outgoing())
                .extracting(Kept::sequence)
                .contains(49L, 51L, 1_000L)
                .doesNotContain(50L);
    }

    private static int fill(DirectoryStore store) throws IOException {
        for (int i = 0; ; i++) {
            try {
                store.append(waiting(i, "x".repeat(50)));
            } catch (StoreFull full) {
                return i;
            }
        }
    }

    @Test
    void staysSmallHoweverMuchGoesThrough() throws Exception {
        int segment = 10_000;
        try (DirectoryStore store =
                DirectoryStore.open(directory(), 1 << 20, Durability.PROCESS, segment)) {
            store.append(waiting(0, "stays"));
            store.took(7);
            for (int i = 1; i < 20_000; i++) {
                store.append(waiting(i, "goes"));
                store.advance(i, Stage.SENT, i);
                store.remove(i);
                if (i % 1_000 == 0) {
                    store.flush();
                    assertThat(bytes(directory())).isLessThan(4L * segment);
                }
            }
        }
        assertSame(found(directory()), List.of(waiting(0, "stays")), List.of(7));
    }

    @Test
    void staysSmallWhenTheSessionIsLostOverAndOver() throws Exception {
        Kept kept = waiting(1, "a");
        try (DirectoryStore store =
                DirectoryStore.open(directory(), 1 << 20, Durability.PROCESS, 1_000)) {
            store.append(kept);
            for (int i = 1; i < 2_000; i++) {
                store.advance(1, Stage.SENT, i);
                store.took(i);
                store.sessionLost();
            }
            store.flush();
            assertThat(bytes(directory())).isLessThan(5_000);
        }
        assertSame(found(directory()), List.of(kept), List.of());
    }

    @Test
    void aClosedOneTakesNothing() throws Exception {
        DirectoryStore store = DirectoryStore.open(directory());
        store.close();
        store.close();
        assertThatThrownBy(() -> store.append(waiting(1, "a")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(store::flush).hasMessageContaining("is closed");
    }

    @Test
    void twoOfOneProcessDoNotShare() throws Exception {
        try (DirectoryStore store = DirectoryStore.open(directory())) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> DirectoryStore.open(parent.resolve("a/./session")))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("another client of this process");
            }
            store.append(waiting(1, "a"));
        }
        assertSame(found(directory()), List.of(waiting(1, "a")), List.of());
    }

    @Test
    void otherFilesAreLeftAlone() throws Exception {
        Files.createDirectories(directory());
        Path other = Files.writeString(directory().resolve("session-1.log"), "mine");
        assertSame(found(directory()), List.of(), List.of());
        assertThat(other).hasContent("mine");
    }

    @Test
    void aDirectoryThatIsNoneIsRefused() throws Exception {
        Path file = Files.writeString(parent.resolve("file"), "x");
        assertThatThrownBy(() -> DirectoryStore.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void theMemoryKeepsNothing() {
        MemoryStore store = new MemoryStore();
        store.append(waiting(1, "a"));
        store.advance(1, Stage.SENT, 1);
        store.took(1);
        store.flush();
        store.close();
        assertSame(store.recovered(), List.of(), List.of());
    }
}

package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.codec.TopicName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the identifiers is found again. */
class DeviceJournalTest {

    @TempDir private Path directory = Path.of("");
    private final TestLoop loop = new TestLoop();
    private Path file = directory;

    @BeforeEach
    void place() {
        file = directory.resolve("below").resolve("sn.topics");
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private static TopicName topic(String text) {
        try {
            return TopicName.of(text);
        } catch (Exception notValid) {
            throw new AssertionError(notValid);
        }
    }

    /** Tells it something, and waits until that is written. */
    private void write(DeviceJournal journal, Runnable told) throws InterruptedException {
        CountDownLatch written = new CountDownLatch(1);
        loop.execute(() -> {
            told.run();
            journal.whenWritten(written::countDown);
        });
        assertThat(written.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private Map<String, DeviceJournal.Kept> kept() throws IOException {
        try (DeviceJournal journal = DeviceJournal.open(file, loop)) {
            return new LinkedHashMap<>(journal.recovered().byClient());
        }
    }

    private Map<String, Map<Integer, TopicName>> found() throws IOException {
        Map<String, Map<Integer, TopicName>> topics = new LinkedHashMap<>();
        kept().forEach((clientId, it) -> topics.put(clientId, it.topics()));
        return topics;
    }

    /** Leaves three identifiers behind, as a process that is killed: without closing. */
    private void leave() throws Exception {
        DeviceJournal journal = DeviceJournal.open(file, loop);
        write(journal, () -> journal.given("a", 7, topic("x")));
        write(
                journal,
                () -> {
                    journal.given("b", 65_534, topic("y/\u00e4"));
                    journal.given("a", 8, topic("z"));
                });
    }

    @Test
    void whatWasWrittenIsFoundInOrder() throws Exception {
        assertThat(found()).isEmpty();
        leave();
        Map<String, Map<Integer, TopicName>> expected =
                Map.of(
                        "a", Map.of(7, topic("x"), 8, topic("z")),
                        "b", Map.of(65_534, topic("y/\u00e4")));
        assertThat(found()).isEqualTo(expected).containsOnlyKeys("a", "b");
        assertThat(found()).isEqualTo(expected); // the file was made anew by now
    }

    @Test
    void whatIsForgottenIsNot() throws Exception {
        DeviceJournal journal = DeviceJournal.open(file, loop);
        write(journal, () -> journal.given("a", 7, topic("x")));
        write(journal, () -> journal.forget("a"));
        write(journal, () -> journal.given("a", 9, topic("y")));
        assertThat(found()).isEqualTo(Map.of("a", Map.of(9, topic("y"))));
    }

    @Test
    void theLastWillOfAClientIsFound() throws Exception {
        DeviceWill first = new DeviceWill(2, true, bytes("gone"), bytes("bye"));
        DeviceWill second = new DeviceWill(0, false, bytes("gone/\u00e4"), bytes(""));
        DeviceJournal journal = DeviceJournal.open(file, loop);
        write(journal, () -> journal.will("a", first));
        write(journal, () -> journal.given("b", 7, topic("x")));
        assertThat(kept().get("a")).isEqualTo(new DeviceJournal.Kept(Map.of(), first));
        assertThat(kept().get("b"))
                .isEqualTo(new DeviceJournal.Kept(Map.of(7, topic("x")), DeviceWill.NONE));
        DeviceJournal next = DeviceJournal.open(file, loop); // the file was made anew by now
        write(next, () -> next.will("a", second));
        write(next, () -> next.will("b", first));
        write(next, () -> next.will("b", DeviceWill.NONE));
        assertThat(kept().get("a")).isEqualTo(new DeviceJournal.Kept(Map.of(), second));
        assertThat(kept().get("b")).extracting(DeviceJournal.Kept::will).isEqualTo(DeviceWill.NONE);
    }

    @Test
    void whatIsNoWillIsLeftOut() {
        for (byte[] wrong : new byte[][] {{}, {0, 0, 0}, {3, 0, 0, 0}, {-1, 0, 0, 0}}) {
            assertThat(DeviceWill.of(ByteBuffer.wrap(wrong))).isNull();
        }
    }

    @Test
    void aPieceOfARecordIsLeftOut() throws Exception {
        leave();
        byte[] whole = Files.readAllBytes(file);
        for (int length = 8; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            Map<String, Map<Integer, TopicName>> some = found();
            assertThat(some.values().stream().mapToInt(Map::size).sum()).isLessThan(3);
        }
    }

    @Test
    void whatIsBehindDamageIsLeftOut() throws Exception {
        leave();
        byte[] damaged = Files.readAllBytes(file);
        damaged[damaged.length - 1] ^= 1;
        Files.write(file, damaged);
        assertThat(found().get("a")).isEqualTo(Map.of(7, topic("x")));
    }

    @Test
    void anotherFileIsNotTouched() throws Exception {
        Files.createDirectories(directory.resolve("below"));
        Files.writeString(file, "something else entirely");
        assertThatThrownBy(() -> DeviceJournal.open(file, loop))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("move it away");
        assertThat(file).hasContent("something else entirely");
    }

    @Test
    void theFileStaysSmallHoweverOftenClientsComeAndGo() throws Exception {
        DeviceJournal journal = DeviceJournal.open(file, loop);
        String topic = "x".repeat(1_000);
        for (int i = 0; i < 3_000; i++) {
            String clientId = "c" + i;
            write(journal, () -> journal.given(clientId, 1, topic(topic)));
            write(journal, () -> journal.forget(clientId));
        }
        assertThat(Files.size(file)).isLessThan(2_000_000);
        assertThat(found()).isEmpty();
    }
}

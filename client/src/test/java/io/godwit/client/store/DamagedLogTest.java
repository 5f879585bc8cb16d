package io.godwit.client.store;

import static io.godwit.client.store.StoreFixture.assertSame;
import static io.godwit.client.store.StoreFixture.files;
import static io.godwit.client.store.StoreFixture.found;
import static io.godwit.client.store.StoreFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.client.Message;
import io.godwit.client.store.DirectoryStore.Durability;
import io.godwit.client.store.SessionStore.Kept;
import io.godwit.client.store.SessionStore.Recovered;
import io.godwit.client.store.SessionStore.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logs that end anywhere, or that somebody has changed. */
@Timeout(120)
class DamagedLogTest {

    @TempDir private Path parent = Path.of("");

    /** The sizes of the file after each of some operations, and what was there then. */
    private TreeMap<Integer, Recovered> write(Path directory) throws IOException {
        TreeMap<Integer, Recovered> states = new TreeMap<>();
        List<Kept> outgoing = new ArrayList<>();
        List<Integer> incoming = new ArrayList<>();
        try (DirectoryStore store = DirectoryStore.open(directory)) {
            note(store, directory, states, outgoing, incoming);
            for (int i = 0; i < 4; i++) {
                Kept kept = waiting(i, "message " + i);
                store.append(kept);
                outgoing.add(kept);
                note(store, directory, states, outgoing, incoming);
            }
            store.advance(1, Stage.SENT, 77);
            Kept second = outgoing.get(1);
            outgoing.set(1, new Kept(1, second.message(), Stage.SENT, 77, second.publishedAt()));
            note(store, directory, states, outgoing, incoming);
            store.took(5);
            incoming.add(5);
            note(store, directory, states, outgoing, incoming);
            store.remove(0);
            outgoing.removeFirst();
            note(store, directory, states, outgoing, incoming);
            store.released(5);
            incoming.clear();
            note(store, directory, states, outgoing, incoming);
            store.sessionLost();
            outgoing.set(0, second);
            note(store, directory, states, outgoing, incoming);
        }
        return states;
    }

    private static void note(
            DirectoryStore store,
            Path directory,
            TreeMap<Integer, Recovered> states,
            List<Kept> outgoing,
            List<Integer> incoming)
            throws IOException {
        store.flush();
        states.put(
                (int) Files.size(files(directory).getLast()),
                new Recovered(List.copyOf(outgoing), List.copyOf(incoming)));
    }

    private Path copyOf(byte[] log, int bytes) throws IOException {
        Path copy = Files.createTempDirectory(parent, "copy");
        Files.write(copy.resolve("session-0000000001.log"), Arrays.copyOf(log, bytes));
        return copy;
    }

    @Test
    void everyBeginningOfALogIsAStateThatWas() throws Exception {
        Path directory = parent.resolve("it");
        TreeMap<Integer, Recovered> states = write(directory);
        byte[] log = Files.readAllBytes(files(directory).getFirst());
        for (int bytes = 0; bytes <= log.length; bytes++) {
            Path copy = copyOf(log, bytes);
            var state = states.floorEntry(Math.max(bytes, states.firstKey()));
            for (int again = 0; again < 2; again++) {
                assertSame(found(copy), state.getValue().outgoing(), state.getValue().incoming());
            }
            assertThat(Files.size(files(copy).getFirst())).isEqualTo((long) state.getKey());
            try (DirectoryStore store = DirectoryStore.open(copy)) { // and it goes on from there
                store.append(waiting(100, "more"));
            }
            List<Kept> more = new ArrayList<>(state.getValue().outgoing());
            more.add(waiting(100, "more"));
            assertSame(found(copy), more, state.getValue().incoming());
        }
    }

    /** What a loss of power may leave: the file has its length, but not its content. */
    @Test
    void aTornEndMayBeZeros() throws Exception {
        Path directory = parent.resolve("it");
        TreeMap<Integer, Recovered> states = write(directory);
        byte[] log = Files.readAllBytes(files(directory).getFirst());
        for (int bytes : states.keySet()) {
            byte[] zeros = Arrays.copyOf(Arrays.copyOf(log, bytes), log.length + 100);
            Recovered state = states.get(bytes);
            assertSame(found(copyOf(zeros, zeros.length)), state.outgoing(), state.incoming());
        }
    }

    @Test
    void aChangedByteBeforeTheLastRecordIsNamed() throws Exception {
        Path directory = parent.resolve("it");
        TreeMap<Integer, Recovered> states = write(directory);
        byte[] log = Files.readAllBytes(files(directory).getFirst());
        int last = states.lowerKey(log.length);
        for (int at = 0; at < last; at++) {
            byte[] changed = log.clone();
            changed[at] ^= 0x10;
            Path copy = copyOf(changed, changed.length);
            int record = at < LogSegment.HEADER ? 0 : states.floorKey(at);
            assertThatThrownBy(() -> DirectoryStore.open(copy))
                    .as("offset " + at)
                    .isInstanceOf(StoreDamaged.class)
                    .hasMessageContaining(copy.resolve("session-0000000001.log").toString())
                    .hasMessageContaining("damaged at offset " + record + ":")
                    .hasMessageContaining("truncate -s " + record);
            assertThat(Files.readAllBytes(files(copy).getFirst())).isEqualTo(changed);
        }
        for (int at = last; at < log.length; at++) {
            byte[] changed = log.clone();
            changed[at] ^= 0x10;
            Recovered before = states.get(last);
            assertSame(
                    found(copyOf(changed, changed.length)), before.outgoing(), before.incoming());
        }
    }

    /** What the error says to do. */
    @Test
    void cuttingKeepsWhatWasBefore() throws Exception {
        Path directory = parent.resolve("it");
        TreeMap<Integer, Recovered> states = write(directory);
        byte[] log = Files.readAllBytes(files(directory).getFirst());
        int third = states.higherKey(states.higherKey(states.firstKey()));
        log[third + 20] ^= 1;
        Path copy = copyOf(log, log.length);
        assertThatThrownBy(() -> DirectoryStore.open(copy))
                .hasMessageContaining("truncate -s " + third);
        Files.write(files(copy).getFirst(), Arrays.copyOf(log, third));
        assertSame(found(copy), states.get(third).outgoing(), states.get(third).incoming());
    }

    /** A log within a message within a log: torn anywhere, it is no record of the outer one. */
    @Test
    void aPayloadThatLooksLikeRecordsIsNone() throws Exception {
        Path inner = parent.resolve("inner");
        write(inner);
        byte[] payload = Files.readAllBytes(files(inner).getFirst());
        Path outer = parent.resolve("outer");
        Message message = Message.to("a").payload(payload).build();
        try (DirectoryStore store = DirectoryStore.open(outer)) {
            store.append(waiting(1, "first"));
            store.append(new Kept(2, message, Stage.WAITING, 0, 0));
        }
        byte[] log = Files.readAllBytes(files(outer).getFirst());
        for (int bytes = log.length - payload.length; bytes < log.length; bytes++) {
            assertSame(found(copyOf(log, bytes)), List.of(waiting(1, "first")), List.of());
        }
    }

    @Test
    void onlyTheLastFileMayBeTorn() throws Exception {
        Path directory = parent.resolve("it");
        try (DirectoryStore store =
                DirectoryStore.open(directory, 1 << 20, Durability.PROCESS, 200)) {
            for (int i = 0; i < 20; i++) {
                store.append(waiting(i, "message " + i));
            }
        }
        List<Path> files = files(directory);
        assertThat(files).hasSizeGreaterThan(3);
        byte[] second = Files.readAllBytes(files.get(1));
        Files.write(files.get(1), Arrays.copyOf(second, second.length - 1));
        assertThatThrownBy(() -> DirectoryStore.open(directory))
                .isInstanceOf(StoreDamaged.class)
                .hasMessageContaining(files.get(1).toString());
        Files.delete(files.get(1));
        assertThatThrownBy(() -> DirectoryStore.open(directory))
                .isInstanceOf(StoreDamaged.class)
                .hasMessageContaining(files.get(0).toString())
                .hasMessageContaining("missing");
        Files.copy(files.get(2), files.get(1)); // which is whole, but another one
        assertThatThrownBy(() -> DirectoryStore.open(directory))
                .isInstanceOf(StoreDamaged.class)
                .hasMessageContaining(files.get(1).toString());
    }

    @Test
    void aNewerFormatIsLeftAlone() throws Exception {
        Path directory = parent.resolve("it");
        write(directory);
        Path file = files(directory).getFirst();
        ByteBuffer log = ByteBuffer.wrap(Files.readAllBytes(file)).putInt(8, 2);
        CRC32C crc = new CRC32C();
        crc.update(log.array(), 0, 12);
        Files.write(file, log.putInt(12, (int) crc.getValue()).array());
        assertThatThrownBy(() -> DirectoryStore.open(directory))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(StoreDamaged.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("format 2")
                .hasMessageContaining("format 1 only");
        assertThat(Files.readAllBytes(file)).isEqualTo(log.array());
    }

    @Test
    void aFileThatIsNoLogIsLeftAlone() throws Exception {
        Path directory = Files.createDirectories(parent.resolve("it"));
        Path file = directory.resolve("session-0000000001.log");
        Files.writeString(file, "somebody's own words");
        assertThatThrownBy(() -> DirectoryStore.open(directory))
                .isInstanceOf(StoreDamaged.class)
                .hasMessageContaining("does not begin as the log");
        assertThat(file).hasContent("somebody's own words");
    }
}

package io.godwit.broker.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.spi.Database.Batch;
import io.godwit.broker.spi.Database.Reader;
import io.godwit.broker.spi.Database.Snapshot;
import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link Database} must do. A test of an implementation extends it. */
public abstract class DatabaseContract {

    private static final byte[] START = {};

    @TempDir private Path directory;
    private Database database;

    /**
     * Opens the database in a directory, which may not exist yet, or anew after it was closed, or
     * where {@link Database#checkpoint} has put a copy.
     */
    protected abstract Database open(Path files) throws IOException;

    @BeforeEach
    void openDatabase() throws IOException {
        database = open(directory.resolve("store"));
    }

    @AfterEach
    void closeDatabase() {
        database.close();
    }

    // --- writing --------------------------------------------------------------------------------

    @Test
    void whatWasWrittenIsRead() throws IOException {
        put(Table.META, "a", "1");
        assertThat(database.reader().get(Table.META, bytes("a"))).isEqualTo(bytes("1"));
        assertThat(database.reader().get(Table.META, bytes("b"))).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void tablesAreApart(Table table) throws IOException {
        for (Table each : Table.values()) {
            put(each, "key", each.name());
        }
        Batch batch = database.batch();
        batch.delete(table, bytes("key"));
        database.write(batch);
        for (Table each : Table.values()) {
            byte[] left = database.reader().get(each, bytes("key"));
            if (each == table) {
                assertThat(left).isNull();
            } else {
                assertThat(left).isEqualTo(bytes(each.name()));
            }
        }
    }

    @Test
    void theLastChangeOfAKeyInABatchCounts() throws IOException {
        put(Table.QUEUE, "c", "old");
        Batch batch = database.batch();
        batch.put(Table.QUEUE, bytes("a"), bytes("1"));
        batch.put(Table.QUEUE, bytes("a"), bytes("2"));
        batch.put(Table.QUEUE, bytes("b"), bytes("1"));
        batch.delete(Table.QUEUE, bytes("b"));
        batch.deleteRange(Table.QUEUE, bytes("c"), bytes("e"));
        batch.put(Table.QUEUE, bytes("d"), bytes("after the range"));
        batch.put(Table.QUEUE, bytes("f"), bytes("1"));
        batch.deleteRange(Table.QUEUE, bytes("f"), bytes("g"));
        database.write(batch);
        assertThat(all(database.reader(), Table.QUEUE)).containsExactly("a=2", "d=after the range");
    }

    @Test
    void aBatchCountsItsChangesAndIsFilledAgain() throws IOException {
        Batch batch = database.batch();
        assertThat(batch.size()).isZero();
        batch.put(Table.META, bytes("key"), bytes("value"));
        batch.delete(Table.SESSION, bytes("other"));
        batch.deleteRange(Table.QUEUE, bytes("a"), bytes("b"));
        assertThat(batch.size()).isEqualTo(3);
        assertThat(batch.bytes()).isGreaterThanOrEqualTo(15);
        database.write(batch);
        assertThat(batch.size()).isEqualTo(3);

        batch.clear();
        assertThat(batch.size()).isZero();
        assertThat(batch.bytes()).isLessThan(15);
        batch.put(Table.META, bytes("next"), bytes("1"));
        database.write(batch);
        batch.clear();
        database.write(batch);
        assertThat(all(database.reader(), Table.META)).containsExactly("key=value", "next=1");
    }

    @Test
    void arraysBelongToTheCaller() throws IOException {
        byte[] key = bytes("key");
        byte[] value = bytes("value");
        Batch batch = database.batch();
        batch.put(Table.META, key, value);
        key[0] = 'x';
        value[0] = 'x';
        database.write(batch);
        byte[] read = database.reader().get(Table.META, bytes("key"));
        assertThat(read).isEqualTo(bytes("value"));
        if (read != null) {
            Arrays.fill(read, (byte) 'x');
        }
        database.reader()
                .scan(
                        Table.META,
                        START,
                        null,
                        (eachKey, eachValue) -> {
                            Arrays.fill(eachKey, (byte) 'x');
                            Arrays.fill(eachValue, (byte) 'x');
                            return true;
                        });
        assertThat(all(database.reader(), Table.META)).containsExactly("key=value");
    }

    @Test
    void deleteRangeTakesTheFirstAndLeavesTheEnd() throws IOException {
        for (String key : List.of("a", "b", "ba", "c", "d")) {
            put(Table.QUEUE, key, "1");
            put(Table.MESSAGE, key, "1");
        }
        Batch batch = database.batch();
        batch.deleteRange(Table.QUEUE, bytes("b"), bytes("c"));
        batch.deleteRange(Table.QUEUE, bytes("d"), bytes("d"));
        batch.deleteRange(Table.QUEUE, bytes("x"), bytes("y"));
        database.write(batch);
        assertThat(all(database.reader(), Table.QUEUE)).containsExactly("a=1", "c=1", "d=1");
        assertThat(all(database.reader(), Table.MESSAGE)).hasSize(5);
        assertThat(database.reader().get(Table.QUEUE, bytes("ba"))).isNull();
    }

    @Test
    void emptyAndLargeValuesAreKept() throws IOException {
        byte[] large = random(1 << 20);
        Batch batch = database.batch();
        batch.put(Table.MESSAGE, bytes("empty"), new byte[0]);
        batch.put(Table.MESSAGE, bytes("large"), large);
        database.write(batch);
        reopenFiles();
        assertThat(database.reader().get(Table.MESSAGE, bytes("empty"))).isEmpty();
        assertThat(database.reader().get(Table.MESSAGE, bytes("large"))).isEqualTo(large);
    }

    @Test
    void manyBatchesAreKept() throws IOException {
        int batches = 2_000;
        for (int i = 0; i < batches; i++) {
            Batch batch = database.batch();
            batch.put(Table.QUEUE, number(i), number(i));
            batch.delete(Table.QUEUE, number(i - 10));
            batch.put(Table.META, bytes("last"), number(i));
            database.write(batch);
        }
        reopenFiles();
        List<byte[]> keys = keys(database.reader(), Table.QUEUE, START, null);
        assertThat(keys).hasSize(10);
        assertThat(keys.getFirst()).isEqualTo(number(batches - 10));
        assertThat(database.reader().get(Table.META, bytes("last"))).isEqualTo(number(batches - 1));
    }

    // --- reading --------------------------------------------------------------------------------

    @Test
    void keysAreInTheOrderOfUnsignedBytes() throws IOException {
        List<String> ordered =
                List.of("00", "0000", "0001", "01", "7f", "80", "80ff", "ff", "ffff");
        List<String> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(1));
        for (String hex : shuffled) {
            Batch batch = database.batch();
            batch.put(Table.RETAINED, HexFormat.of().parseHex(hex), bytes("1"));
            database.write(batch);
        }
        assertThat(keys(database.reader(), Table.RETAINED, START, null))
                .extracting(HexFormat.of()::formatHex)
                .containsExactlyElementsOf(ordered);
    }

    @Test
    void scanKeepsToItsBounds() throws IOException {
        for (String key : List.of("a", "b", "ba", "c", "d")) {
            put(Table.SESSION, key, "1");
        }
        Reader reader = database.reader();
        assertThat(scan(reader, "b", "c")).containsExactly("b", "ba");
        assertThat(scan(reader, "b", "ca")).containsExactly("b", "ba", "c");
        assertThat(scan(reader, "aa", null)).containsExactly("b", "ba", "c", "d");
        assertThat(scan(reader, "", "b")).containsExactly("a");
        assertThat(scan(reader, "b", "b")).isEmpty();
        assertThat(scan(reader, "e", null)).isEmpty();
    }

    @Test
    void scanStopsWhenItsVisitorHasEnough() throws IOException {
        for (int i = 0; i < 10; i++) {
            put(Table.QUEUE, "key" + i, "1");
        }
        List<String> seen = new ArrayList<>();
        database.reader()
                .scan(
                        Table.QUEUE,
                        bytes("key3"),
                        null,
                        (key, value) -> {
                            seen.add(text(key));
                            return seen.size() < 3;
                        });
        assertThat(seen).containsExactly("key3", "key4", "key5");
    }

    @Test
    void lastIsTheGreatestKeyWithinItsBounds() throws IOException {
        Reader reader = database.reader();
        assertThat(reader.last(Table.QUEUE, bytes("a"), bytes("z"))).isNull();
        for (String key : List.of("a", "b", "ba", "d")) {
            put(Table.QUEUE, key, "1");
            put(Table.MESSAGE, key + "0", "1");
        }
        assertThat(reader.last(Table.QUEUE, bytes("a"), bytes("z"))).isEqualTo(bytes("d"));
        assertThat(reader.last(Table.QUEUE, bytes("a"), bytes("d"))).isEqualTo(bytes("ba"));
        assertThat(reader.last(Table.QUEUE, bytes("b"), bytes("ba"))).isEqualTo(bytes("b"));
        assertThat(reader.last(Table.QUEUE, bytes("bb"), bytes("d"))).isNull();
        assertThat(reader.last(Table.QUEUE, bytes("e"), bytes("z"))).isNull();
        assertThat(reader.last(Table.QUEUE, bytes("0"), bytes("a"))).isNull();
        Batch batch = database.batch();
        batch.delete(Table.QUEUE, bytes("d"));
        database.write(batch);
        assertThat(reader.last(Table.QUEUE, bytes("a"), bytes("z"))).isEqualTo(bytes("ba"));
    }

    @Test
    void aSnapshotSeesItsOwnMomentOnly() throws IOException {
        put(Table.QUEUE, "a", "old");
        put(Table.QUEUE, "b", "old");
        put(Table.SESSION, "s", "old");
        try (Snapshot snapshot = database.snapshot()) {
            Batch batch = database.batch();
            batch.put(Table.QUEUE, bytes("a"), bytes("new"));
            batch.deleteRange(Table.QUEUE, bytes("b"), bytes("c"));
            batch.put(Table.QUEUE, bytes("d"), bytes("new"));
            batch.delete(Table.SESSION, bytes("s"));
            database.write(batch);

            assertThat(all(snapshot, Table.QUEUE)).containsExactly("a=old", "b=old");
            assertThat(snapshot.get(Table.SESSION, bytes("s"))).isEqualTo(bytes("old"));
            assertThat(snapshot.last(Table.QUEUE, bytes("a"), bytes("z"))).isEqualTo(bytes("b"));
            try (Snapshot later = database.snapshot()) {
                assertThat(all(later, Table.QUEUE)).containsExactly("a=new", "d=new");
            }
        }
        assertThat(all(database.reader(), Table.QUEUE)).containsExactly("a=new", "d=new");
    }

    @Test
    void readersOfSeveralThreadsSeeWholeBatches() throws Exception {
        int batches = 1_000;
        writeRow(0);
        AtomicBoolean ended = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                readers.add(threads.submit(() -> readRows(ended)));
            }
            try {
                for (int i = 1; i <= batches; i++) {
                    writeRow(i);
                }
            } finally {
                ended.set(true);
            }
            for (Future<Integer> each : readers) {
                assertThat(each.get(1, TimeUnit.MINUTES)).isPositive();
            }
        }
    }

    /** Ten keys that have the same value, and a range of older ones that goes. */
    private void writeRow(int value) throws IOException {
        Batch batch = database.batch();
        batch.deleteRange(Table.QUEUE, number(0), number(10));
        for (int key = 0; key < 10; key++) {
            batch.put(Table.QUEUE, number(key), number(value));
        }
        database.write(batch);
    }

    private int readRows(AtomicBoolean ended) throws IOException {
        int rows = 0;
        int last = 0;
        do {
            List<Integer> values = new ArrayList<>();
            database.reader()
                    .scan(
                            Table.QUEUE,
                            START,
                            null,
                            (key, value) -> values.add(ByteBuffer.wrap(value).getInt()));
            assertThat(values).hasSize(10).containsOnly(values.getFirst());
            assertThat(values.getFirst()).isGreaterThanOrEqualTo(last);
            last = values.getFirst();
            assertThat(database.reader().get(Table.QUEUE, number(5))).isNotNull();
            rows++;
        } while (!ended.get());
        return rows;
    }

    // --- files ----------------------------------------------------------------------------------

    @Test
    void closingAndOpeningKeepsEverything() throws IOException {
        put(Table.META, "a", "1");
        put(Table.RETAINED, "b", "2");
        Batch batch = database.batch();
        batch.delete(Table.META, bytes("a"));
        database.write(batch);
        reopenFiles();
        assertThat(all(database.reader(), Table.META)).isEmpty();
        assertThat(all(database.reader(), Table.RETAINED)).containsExactly("b=2");
        put(Table.RETAINED, "c", "3");
        reopenFiles();
        assertThat(all(database.reader(), Table.RETAINED)).containsExactly("b=2", "c=3");
    }

    @Test
    void reopeningAHealthyDatabaseKeepsEverything() throws IOException {
        put(Table.META, "a", "1");
        database.reopen();
        assertThat(all(database.reader(), Table.META)).containsExactly("a=1");
        put(Table.META, "b", "2");
        database.reopen();
        database.reopen();
        assertThat(all(database.reader(), Table.META)).containsExactly("a=1", "b=2");
    }

    @Test
    void closingTwiceDoesNothingAndNothingWorksAfterwards() {
        Reader reader = database.reader();
        Batch batch = database.batch();
        batch.put(Table.META, bytes("a"), bytes("1"));
        database.close();
        database.close();
        assertThatThrownBy(() -> reader.get(Table.META, bytes("a"))).isInstanceOf(Exception.class);
        assertThatThrownBy(() -> database.write(batch)).isInstanceOf(Exception.class);
    }

    @Test
    void aCheckpointIsCompleteAndItsOwn() throws IOException {
        for (Table table : Table.values()) {
            put(table, "key", table.name());
        }
        byte[] large = random(1 << 20);
        Batch batch = database.batch();
        batch.put(Table.MESSAGE, bytes("large"), large);
        database.write(batch);
        Path copy = directory.resolve("copy");
        database.checkpoint(copy);
        put(Table.META, "key", "changed");
        put(Table.META, "more", "1");

        try (Database copied = open(copy)) {
            for (Table table : Table.values()) {
                assertThat(copied.reader().get(table, bytes("key"))).isEqualTo(bytes(table.name()));
            }
            assertThat(copied.reader().get(Table.MESSAGE, bytes("large"))).isEqualTo(large);
            assertThat(copied.reader().get(Table.META, bytes("more"))).isNull();
            Batch other = copied.batch();
            other.deleteRange(Table.MESSAGE, START, bytes("z"));
            copied.write(other);
        }
        assertThat(database.reader().get(Table.MESSAGE, bytes("large"))).isEqualTo(large);
        assertThat(all(database.reader(), Table.META)).containsExactly("key=changed", "more=1");
    }

    @Test
    void aCheckpointDoesNotOverwrite() throws IOException {
        put(Table.META, "a", "1");
        Path copy = directory.resolve("copy");
        database.checkpoint(copy);
        put(Table.META, "a", "2");
        assertThatThrownBy(() -> database.checkpoint(copy)).isInstanceOf(IOException.class);
        try (Database copied = open(copy)) {
            assertThat(all(copied.reader(), Table.META)).containsExactly("a=1");
        }
    }

    @Test
    void spaceIsCounted() throws IOException {
        Batch batch = database.batch();
        for (int i = 0; i < 4; i++) {
            batch.put(Table.MESSAGE, number(i), random(1 << 20));
        }
        database.write(batch);
        assertThat(database.usedBytes()).isGreaterThanOrEqualTo(4 << 20);
        assertThat(database.freeBytes()).isPositive();
    }

    // --- short ways -----------------------------------------------------------------------------

    private void put(Table table, String key, String value) throws IOException {
        Batch batch = database.batch();
        batch.put(table, bytes(key), bytes(value));
        database.write(batch);
    }

    private void reopenFiles() throws IOException {
        database.close();
        database = open(directory.resolve("store"));
    }

    private static List<String> all(Reader reader, Table table) throws IOException {
        List<String> found = new ArrayList<>();
        reader.scan(table, START, null, (key, value) -> found.add(text(key) + "=" + text(value)));
        return found;
    }

    private static List<String> scan(Reader reader, String from, @Nullable String to)
            throws IOException {
        byte @Nullable [] end = to == null ? null : bytes(to);
        return keys(reader, Table.SESSION, bytes(from), end).stream()
                .map(DatabaseContract::text)
                .toList();
    }

    private static List<byte[]> keys(Reader reader, Table table, byte[] from, byte @Nullable [] to)
            throws IOException {
        List<byte[]> found = new ArrayList<>();
        reader.scan(table, from, to, (key, value) -> found.add(key));
        return found;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

package io.godwit.store.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Snapshot;
import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenToReadTest {

    private static final byte[] KEY = "key".getBytes(UTF_8);
    private static final int RECORDS = 1_000;

    @TempDir private Path directory = Path.of("");

    /** What a file is: when it was changed, and its bytes in short. */
    private record Content(FileTime changed, int hash) {}

    private Path backup() throws IOException {
        Path copy = directory.resolve("copy");
        try (RocksDatabase database =
                RocksDatabase.open(directory.resolve("store"), new Options(Durability.PROCESS))) {
            Database.Batch batch = database.batch();
            for (int i = 0; i < RECORDS; i++) {
                batch.put(Table.QUEUE, ("key" + i).getBytes(UTF_8), new byte[100]);
            }
            batch.put(Table.RETAINED, KEY, KEY);
            database.write(batch);
            database.checkpoint(copy);
            batch.clear();
            batch.delete(Table.RETAINED, KEY);
            database.write(batch);
        }
        return copy;
    }

    private static Map<String, Content> contents(Path directory) throws IOException {
        Map<String, Content> contents = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                contents.put(
                        file.getFileName().toString(),
                        new Content(
                                Files.getLastModifiedTime(file),
                                Arrays.hashCode(Files.readAllBytes(file))));
            }
        }
        return contents;
    }

    @Test
    void aCopyIsReadAndStaysAsItIs() throws IOException {
        Path copy = backup();
        Map<String, Content> before = contents(copy);
        List<String> found = new ArrayList<>();
        try (Snapshot reader = RocksDatabase.openToRead(copy)) {
            assertThat(reader.get(Table.RETAINED, KEY)).isEqualTo(KEY);
            reader.scan(
                    Table.QUEUE, new byte[0], null, (key, _) -> found.add(new String(key, UTF_8)));
        }
        assertThat(found).hasSize(RECORDS);
        assertThat(contents(copy)).isEqualTo(before);
        try (Snapshot again = RocksDatabase.openToRead(copy)) {
            assertThat(again.get(Table.RETAINED, KEY)).isEqualTo(KEY);
        }
    }

    @Test
    void whatWasClosedIsNotRead() throws IOException {
        Snapshot reader = RocksDatabase.openToRead(backup());
        reader.close();
        reader.close();
        assertThatThrownBy(() -> reader.get(Table.RETAINED, KEY)).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsNoStoreIsToldAsSuch() throws IOException {
        assertThatThrownBy(() -> RocksDatabase.openToRead(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory + " is no store");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aMissingFileIsToldWhenItIsOpenedOrRead() throws IOException {
        Path copy = backup();
        try (Stream<Path> files = Files.list(copy)) {
            for (Path file : files.filter(it -> it.toString().endsWith(".sst")).toList()) {
                Files.delete(file);
            }
        }
        assertThatThrownBy(() -> readAll(copy))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(copy.toString());
    }

    @Test
    void aFileWhoseBytesHaveChangedIsTold() throws IOException {
        Path copy = backup();
        try (Stream<Path> files = Files.list(copy)) {
            for (Path file : files.filter(it -> it.toString().endsWith(".sst")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 4] ^= 1;
                Files.delete(file); // the store shares it
                Files.write(file, bytes);
            }
        }
        assertThatThrownBy(() -> readAll(copy))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(copy.toString());
    }

    private static void readAll(Path copy) throws IOException {
        try (Snapshot reader = RocksDatabase.openToRead(copy)) {
            for (Table table : Table.values()) {
                reader.scan(table, new byte[0], null, (_, _) -> true);
            }
        }
    }
}

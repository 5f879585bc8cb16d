package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Batch;
import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What a database should hold, kept in memory beside it while both are changed at random. */
final class Content {

    private static final byte[] START = {};

    private final Map<Table, TreeMap<String, String>> tables = new EnumMap<>(Table.class);
    private final Random random;

    Content(int seed) {
        random = new Random(seed);
        for (Table table : Table.values()) {
            tables.put(table, new TreeMap<>());
        }
    }

    /** All entries of a database. */
    static Content of(Database database) throws IOException {
        Content content = new Content(0);
        for (Table table : Table.values()) {
            database.reader()
                    .scan(
                            table,
                            START,
                            null,
                            (key, value) -> {
                                content.table(table).put(hex(key), hex(value));
                                return true;
                            });
        }
        return content;
    }

    TreeMap<String, String> table(Table table) {
        return tables.computeIfAbsent(table, _ -> new TreeMap<>());
    }

    Map<Table, TreeMap<String, String>> all() {
        return tables;
    }

    long size() {
        return tables.values().stream().mapToLong(TreeMap::size).sum();
    }

    /** Fills a batch with changes. */
    void change(Batch batch, int changes) {
        for (int i = 0; i < changes; i++) {
            Table table = Table.values()[random.nextInt(Table.values().length)];
            byte[] key = key(random.nextInt(2_000));
            switch (random.nextInt(8)) {
                case 0 -> {
                    batch.delete(table, key);
                    table(table).remove(hex(key));
                }
                case 1 -> {
                    byte[] to = key(ByteBuffer.wrap(key).getInt() + random.nextInt(60));
                    batch.deleteRange(table, key, to);
                    table(table).subMap(hex(key), hex(to)).clear();
                }
                default -> put(batch, table, key, value());
            }
        }
    }

    /** Adds entries with keys in order, which are not there yet. */
    void add(Batch batch, Table table, int first, int count) {
        for (int i = first; i < first + count; i++) {
            put(batch, table, key(i), value());
        }
    }

    private void put(Batch batch, Table table, byte[] key, byte[] value) {
        batch.put(table, key, value);
        table(table).put(hex(key), hex(value));
    }

    /** Some of it can be compressed, some not. */
    private byte[] value() {
        byte[] value = new byte[random.nextInt(4) == 0 ? random.nextInt(2_000) : 60];
        if (random.nextBoolean()) {
            random.nextBytes(value);
        }
        return value;
    }

    static byte[] key(int number) {
        return ByteBuffer.allocate(8).putInt(number).putInt(number * 31).array();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}

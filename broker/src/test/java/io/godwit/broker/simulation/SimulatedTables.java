package io.godwit.broker.simulation;

import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.Database.Visitor;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a database, sorted in memory. A copy costs nothing until one of the two is changed.
 * Not safe for several threads, but a copy that nobody changes is.
 */
final class SimulatedTables {

    /** What a record takes on a disk besides its key and value. */
    static final int PER_RECORD = 16;

    private final EnumMap<Table, TreeMap<byte[], byte[]>> records = new EnumMap<>(Table.class);

    /** Tables whose map a copy uses as well. */
    private final EnumMap<Table, Boolean> shared = new EnumMap<>(Table.class);

    private long bytes;

    SimulatedTables() {
        for (Table table : Table.values()) {
            records.put(table, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    /** These tables as they are now. */
    SimulatedTables copy() {
        SimulatedTables copy = new SimulatedTables();
        copy.records.putAll(records);
        copy.bytes = bytes;
        for (Table table : Table.values()) {
            shared.put(table, true);
            copy.shared.put(table, true);
        }
        return copy;
    }

    private TreeMap<byte[], byte[]> changed(Table table) {
        TreeMap<byte[], byte[]> map = of(table);
        if (shared.remove(table) != null) {
            map = new TreeMap<>(map);
            records.put(table, map);
        }
        return map;
    }

    private TreeMap<byte[], byte[]> of(Table table) {
        TreeMap<byte[], byte[]> map = records.get(table);
        if (map == null) {
            throw new IllegalStateException("there is no table " + table);
        }
        return map;
    }

    void put(Table table, byte[] key, byte[] value) {
        delete(table, key);
        changed(table).put(key, value);
        bytes += key.length + value.length + PER_RECORD;
    }

    void delete(Table table, byte[] key) {
        byte[] old = changed(table).remove(key);
        if (old != null) {
            bytes -= key.length + old.length + PER_RECORD;
        }
    }

    void deleteRange(Table table, byte[] from, byte[] to) {
        if (Arrays.compareUnsigned(from, to) >= 0) {
            return;
        }
        Map<byte[], byte[]> range = changed(table).subMap(from, to);
        range.forEach((key, value) -> bytes -= key.length + value.length + PER_RECORD);
        range.clear();
    }

    byte @Nullable [] get(Table table, byte[] key) {
        byte[] value = of(table).get(key);
        return value == null ? null : value.clone();
    }

    void scan(Table table, byte[] from, byte @Nullable [] to, Visitor visitor) {
        for (Map.Entry<byte[], byte[]> each : of(table).tailMap(from).entrySet()) {
            boolean ended = to != null && Arrays.compareUnsigned(each.getKey(), to) >= 0;
            if (ended || !visitor.visit(each.getKey().clone(), each.getValue().clone())) {
                return;
            }
        }
    }

    byte @Nullable [] last(Table table, byte[] from, byte[] below) {
        byte[] key = of(table).lowerKey(below);
        return key == null || Arrays.compareUnsigned(key, from) < 0 ? null : key.clone();
    }

    /** How many records a table has. */
    int count(Table table) {
        return of(table).size();
    }

    /** What all records take. */
    long bytes() {
        return bytes;
    }
}

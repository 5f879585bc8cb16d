package io.godwit.broker.simulation;

import io.godwit.broker.spi.Database.Batch;
import io.godwit.broker.spi.Database.Table;
import java.util.ArrayList;
import java.util.List;

/** Changes to {@link SimulatedTables}, in their order. */
final class SimulatedBatch implements Batch {

    /** One of them. */
    @FunctionalInterface
    interface Change {
        void apply(SimulatedTables tables);
    }

    private final List<Change> changes = new ArrayList<>();
    private long bytes;

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        byte[] ownKey = key.clone();
        byte[] ownValue = value.clone();
        changes.add(tables -> tables.put(table, ownKey, ownValue));
        bytes += key.length + value.length;
    }

    @Override
    public void delete(Table table, byte[] key) {
        byte[] ownKey = key.clone();
        changes.add(tables -> tables.delete(table, ownKey));
        bytes += key.length;
    }

    @Override
    public void deleteRange(Table table, byte[] from, byte[] to) {
        byte[] first = from.clone();
        byte[] end = to.clone();
        changes.add(tables -> tables.deleteRange(table, first, end));
        bytes += from.length + to.length;
    }

    @Override
    public int size() {
        return changes.size();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void clear() {
        changes.clear();
        bytes = 0;
    }

    /** What it holds now. */
    List<Change> changes() {
        return List.copyOf(changes);
    }
}

package io.godwit.broker.durable;

import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Changes that could not be written and are to be made up for, the latest for each key: so they
 * take no more memory than what they describe. On the writing thread only.
 */
final class Owed {

    private final Map<Place, Op> ops = new LinkedHashMap<>();
    private int filled;

    /** What a change is about. */
    private record Place(Table table, byte[] key, boolean range) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Place that
                    && table == that.table
                    && range == that.range
                    && Arrays.equals(key, that.key);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(key) * 31 + table.hashCode() + (range ? 1 : 0);
        }
    }

    boolean isEmpty() {
        return ops.isEmpty();
    }

    /** Adds a change behind the others, in the place of an earlier one of the same key. */
    void add(Op op) {
        Place place =
                switch (op) {
                    case Op.Put(Table table, byte[] key, byte[] _) -> new Place(table, key, false);
                    case Op.Delete(Table table, byte[] key) -> new Place(table, key, false);
                    case Op.DeleteRange(Table table, byte[] from, byte[] _) ->
                            new Place(table, from, true);
                    case Op.Release _ -> throw new IllegalArgumentException("not of a table");
                };
        ops.remove(place);
        ops.put(place, op);
    }

    /** Puts the first ones into a batch. */
    void fill(Database.Batch batch, int most, BiConsumer<Database.Batch, Op> put) {
        filled = 0;
        for (Op op : ops.values()) {
            if (filled == most) {
                return;
            }
            put.accept(batch, op);
            filled++;
        }
    }

    /** Those that were put into the batch are written. */
    void written() {
        Iterator<Op> written = ops.values().iterator();
        for (; filled > 0; filled--) {
            written.next();
            written.remove();
        }
    }
}

package io.godwit.broker.durable;

import io.godwit.broker.spi.Database.Table;
import java.util.Arrays;

/**
 * Queue entries that are done with and still in the database. They are removed many at a time: one
 * by one where they are few, else all below the lowest one that is needed. On the session's shard
 * only.
 */
final class DoneEntries {

    private static final int AT_A_TIME = 256;
    private static final int ONE_BY_ONE = 16;

    private static final long[] NONE = {};

    private final long number;
    private long[] sequences = NONE;
    private int size;

    DoneEntries(long number) {
        this.number = number;
    }

    void add(long sequence) {
        if (size == sequences.length) {
            sequences = Arrays.copyOf(sequences, Math.max(4, size * 2));
        }
        sequences[size++] = sequence;
    }

    /**
     * Has them removed if they are many.
     *
     * @param lowest the least sequence that is still needed
     * @param all whether few of them are worth it as well
     */
    void remove(Changes changes, long lowest, boolean all) {
        if (size == 0 || size < AT_A_TIME && !all) {
            return;
        }
        int kept = 0;
        boolean range = size > ONE_BY_ONE;
        for (int i = 0; i < size; i++) {
            long sequence = sequences[i];
            if (sequence >= lowest && range) {
                sequences[kept++] = sequence; // something below it is needed
            } else if (!range) {
                changes.change(new Op.Delete(Table.QUEUE, Keys.queue(number, sequence)));
            }
        }
        if (range) {
            changes.change(
                    new Op.DeleteRange(
                            Table.QUEUE, Keys.queue(number, 0), Keys.queue(number, lowest)));
        }
        size = kept;
        if (size == 0) {
            sequences = NONE;
        }
    }
}

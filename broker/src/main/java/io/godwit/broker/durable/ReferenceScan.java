package io.godwit.broker.durable;

import io.godwit.broker.durable.Records.Cursor;
import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.RecoveredSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts, in a snapshot of the start, the references to the messages of earlier processes, a few
 * entries at a time while the broker works. A message that nothing refers to is then deleted: its
 * references were removed before a crash, and it was not. On the reading thread.
 */
final class ReferenceScan {

    private static final int AT_A_TIME = 2_000;

    private final Database.Snapshot snapshot;
    private final Map<Long, Cursor> cursors = new HashMap<>();
    private final LongCounts found = new LongCounts();
    private final List<Long> unused = new ArrayList<>();
    private byte[] from = new byte[0];
    private boolean entriesDone;

    ReferenceScan(Database.Snapshot snapshot, List<RecoveredSession> sessions) {
        this.snapshot = snapshot;
        for (RecoveredSession session : sessions) {
            cursors.put(session.number(), ((DurableLog.Position) session.position()).cursor());
        }
    }

    /** Looks at some more; false when it is done. */
    boolean goOn() throws IOException {
        Table table = entriesDone ? Table.MESSAGE : Table.QUEUE;
        int[] left = {AT_A_TIME};
        boolean[] more = {false};
        snapshot.scan(
                table,
                from,
                null,
                (key, value) -> {
                    if (left[0]-- == 0) {
                        from = key;
                        more[0] = true;
                        return false;
                    }
                    if (table == Table.QUEUE) {
                        count(key, value);
                    } else if (found.get(Bytes.getLong(key, 0)) == 0) {
                        unused.add(Bytes.getLong(key, 0));
                    }
                    return true;
                });
        if (!more[0]) {
            from = new byte[0];
            boolean wasLast = entriesDone;
            entriesDone = true;
            return !wasLast;
        }
        return true;
    }

    private void count(byte[] key, byte[] value) {
        Cursor cursor = cursors.get(Bytes.getLong(key, 0));
        if (cursor == null || !cursor.isAlive(Bytes.getLong(key, 8))) {
            return;
        }
        try {
            long messageId = EntryRecord.decode(key, value).messageId();
            if (messageId != 0) {
                found.add(messageId, 1);
            }
        } catch (DamagedRecord damaged) {
            return; // its session will not find it either
        }
    }

    /** How many references each message has. */
    LongCounts found() {
        return found;
    }

    /** Messages that nothing refers to. */
    List<Long> unused() {
        return unused;
    }

    /** Gives the snapshot up. */
    void close() {
        snapshot.close();
    }
}

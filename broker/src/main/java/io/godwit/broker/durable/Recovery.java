package io.godwit.broker.durable;

import io.godwit.broker.durable.Records.Cursor;
import io.godwit.broker.durable.Records.SessionRecord;
import io.godwit.broker.durable.Records.SubscriptionRecord;
import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.broker.spi.RecoveredSession.Subscribed;
import io.godwit.codec.Will;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds in the database what a process before this one has left. Of the queues it looks at the
 * first and the last entry only, so that its time depends on the number of sessions, not of
 * messages. Used once, by one thread, before anything is written.
 */
final class Recovery {

    private final Database.Reader reader;
    private final Quarantine quarantine;
    private final List<RecoveredSession> sessions = new ArrayList<>();

    /** What belongs to no session any more, by the session's number. */
    private final List<Long> leftOver = new ArrayList<>();

    private final List<byte[]> removedRetained = new ArrayList<>();
    private long retainedMessages;
    private long queuedMessages;
    private @Nullable Found present;

    Recovery(Database.Reader reader, Quarantine quarantine) {
        this.reader = reader;
        this.quarantine = quarantine;
    }

    /** What was found of one session so far. */
    private static final class Found {
        private final long number;
        private @Nullable SessionRecord session;
        private Cursor cursor = Cursor.START;
        private @Nullable Will will;
        private long wills;
        private final List<Subscribed> subscriptions = new ArrayList<>();
        private final List<Integer> unreleased = new ArrayList<>();

        Found(long number) {
            this.number = number;
        }
    }

    List<RecoveredSession> sessions() {
        return sessions;
    }

    List<Long> leftOver() {
        return leftOver;
    }

    List<byte[]> removedRetained() {
        return removedRetained;
    }

    long retainedMessages() {
        return retainedMessages;
    }

    long queuedMessages() {
        return queuedMessages;
    }

    // --- sessions -------------------------------------------------------------------------------

    void readSessions() throws IOException {
        List<Found> all = new ArrayList<>();
        reader.scan(
                Table.SESSION,
                new byte[0],
                null,
                (key, value) -> {
                    long number = Bytes.getLong(key, 0);
                    Found found = present;
                    if (found == null || found.number != number) {
                        found = new Found(number);
                        present = found;
                        all.add(found);
                    }
                    readRecord(found, key, value);
                    return true;
                });
        // of two sessions of one client the newer one counts: the end of the other was cut off
        Map<String, Found> byName = new HashMap<>();
        for (Found found : all) {
            SessionRecord session = found.session;
            Found older =
                    session == null
                            ? found
                            : byName.put((session.shared() ? 's' : 'c') + session.name(), found);
            if (older != null) {
                leftOver.add(older.number);
            }
        }
        for (Found found : byName.values()) {
            if (found.session != null) {
                sessions.add(recovered(found, found.session));
            }
        }
    }

    private void readRecord(Found found, byte[] key, byte[] value) {
        try {
            RecordReader in = new RecordReader(key, value);
            switch (key[Keys.KIND_AT]) {
                case Keys.SESSION -> found.session = SessionRecord.decode(in);
                case Keys.CURSOR -> found.cursor = Cursor.decode(in);
                case Keys.SUBSCRIPTION -> {
                    SubscriptionRecord subscription = SubscriptionRecord.decode(in);
                    found.subscriptions.add(
                            new Subscribed(subscription.request(), subscription.subscriptionId()));
                }
                case Keys.WILL -> { // in the order of their numbers, so the last one counts
                    found.will = Records.readWill(in);
                    found.wills = Bytes.getLong(key, 9);
                }
                case Keys.UNRELEASED -> found.unreleased.add((key[9] & 0xFF) << 8 | key[10] & 0xFF);
                default -> throw new DamagedRecord("its kind is " + key[Keys.KIND_AT]);
            }
        } catch (DamagedRecord damaged) {
            quarantine.put(Table.SESSION, key, value, String.valueOf(damaged.getMessage()));
        }
    }

    private RecoveredSession recovered(Found found, SessionRecord session) throws IOException {
        long number = found.number;
        long next = found.cursor.next();
        EntryRecord first = firstEntry(number, next);
        EntryRecord last = first;
        long lastSequence = next - 1;
        byte[] lastKey =
                reader.last(Table.QUEUE, Keys.number(number), Keys.queue(number, Delivery.AHEAD));
        if (lastKey != null) {
            lastSequence = Math.max(lastSequence, Bytes.getLong(lastKey, 8));
            EntryRecord read = first == null ? null : entry(lastKey);
            last = read == null ? first : read;
        }
        int queued = 0;
        long bytes = 0;
        if (first != null && last != null) {
            queued = (int) Math.max(1, last.countUpTo() - first.countUpTo() + 1);
            bytes = last.bytesUpTo() - first.bytesUpTo() + first.size();
        }
        queuedMessages += queued;
        return new RecoveredSession(
                number,
                session.name(),
                session.shared(),
                session.expiryInterval(),
                session.disconnectedAt(),
                found.will,
                found.subscriptions,
                found.unreleased,
                queued,
                lastSequence,
                new DurableLog.Position(
                        found.cursor,
                        last == null ? 0 : last.countUpTo(),
                        last == null ? 0 : last.bytesUpTo(),
                        bytes,
                        found.wills));
    }

    /** The first entry that waits and can be read, or null. */
    private @Nullable EntryRecord firstEntry(long number, long next) throws IOException {
        List<EntryRecord> found = new ArrayList<>(1);
        reader.scan(
                Table.QUEUE,
                Keys.queue(number, next),
                Keys.queue(number, Delivery.AHEAD),
                (key, value) -> {
                    try {
                        found.add(EntryRecord.decode(key, value));
                        return false;
                    } catch (DamagedRecord damaged) {
                        return true; // it is put into quarantine when its session comes to it
                    }
                });
        return found.isEmpty() ? null : found.getFirst();
    }

    private @Nullable EntryRecord entry(byte[] key) throws IOException {
        byte[] value = reader.get(Table.QUEUE, key);
        try {
            return value == null ? null : EntryRecord.decode(key, value);
        } catch (DamagedRecord damaged) {
            return null;
        }
    }

    /** Finds queues whose session has ended: their removal was cut off. */
    void readLeftOverQueues() throws IOException {
        Map<Long, Boolean> known = new HashMap<>();
        sessions.forEach(session -> known.put(session.number(), true));
        long[] number = {-1};
        while (true) {
            long from = number[0] + 1;
            number[0] = -1;
            reader.scan(
                    Table.QUEUE,
                    Keys.number(from),
                    null,
                    (key, _) -> {
                        number[0] = Bytes.getLong(key, 0);
                        return false;
                    });
            if (number[0] < 0) {
                return;
            }
            if (!known.containsKey(number[0])) {
                leftOver.add(number[0]);
            }
        }
    }

    // --- retained messages ----------------------------------------------------------------------

    /**
     * Reads the retained messages.
     *
     * @param now milliseconds of the wall clock: expired ones are left out
     */
    void readRetained(long now, Consumer<Message> each) throws IOException {
        reader.scan(
                Table.RETAINED,
                new byte[0],
                null,
                (key, value) -> {
                    try {
                        Message message = Records.readMessage(new RecordReader(key, value));
                        if (message.isExpired(now)) {
                            removedRetained.add(key);
                        } else {
                            retainedMessages++;
                            each.accept(message);
                        }
                    } catch (DamagedRecord damaged) {
                        quarantine.put(
                                Table.RETAINED, key, value, String.valueOf(damaged.getMessage()));
                    }
                    return true;
                });
    }
}

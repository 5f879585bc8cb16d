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
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** Where {@link #firstEntry} has found the first entry that can be read. */
    private long firstSequence;

    Recovery(Database.Reader reader, Quarantine quarantine) {
        this.reader = reader;
        this.quarantine = quarantine;
    }

    /** What was found of one session so far. */
    private static final class Found {
        private final long number;
        private @Nullable SessionRecord session;
        private boolean isDamaged;
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
            if (found.isDamaged) {
                setAside(Table.SESSION, found.number);
                setAside(Table.QUEUE, found.number);
            }
        }
        List<Found> kept = new ArrayList<>(byName.values());
        kept.sort(Comparator.comparingLong(found -> found.number));
        reader.walk(
                Table.QUEUE,
                place -> {
                    for (Found found : kept) {
                        if (found.session != null) {
                            sessions.add(recovered(place, found, found.session));
                        }
                    }
                });
    }

    /**
     * Puts into quarantine what belonged to a session whose record is damaged: nobody knows whose.
     */
    private void setAside(Table table, long number) throws IOException {
        reader.scan(
                table,
                Keys.number(number),
                Keys.number(number + 1),
                (key, value) -> {
                    if (table == Table.QUEUE || key[Keys.KIND_AT] != Keys.SESSION) {
                        quarantine.put(table, key, value, "the record of its session is damaged");
                    }
                    return true;
                });
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
            found.isDamaged |= key[Keys.KIND_AT] == Keys.SESSION;
            quarantine.put(Table.SESSION, key, value, String.valueOf(damaged.getMessage()));
        }
    }

    private RecoveredSession recovered(Database.Place place, Found found, SessionRecord session)
            throws IOException {
        long number = found.number;
        long next = found.cursor.next();
        EntryRecord first = firstEntry(place, number, next);
        EntryRecord last = first;
        long lastSequence = next - 1;
        if (place.seekBelow(Keys.queue(number, Delivery.AHEAD)) && isOf(number, place)) {
            lastSequence = Math.max(lastSequence, Bytes.getLong(place.key(), 8));
            EntryRecord read = first == null ? null : entry(place);
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
                session.owner(),
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
                        first == null ? next : firstSequence,
                        found.wills));
    }

    /** The first entry that waits and can be read, or null. */
    private @Nullable EntryRecord firstEntry(Database.Place place, long number, long next)
            throws IOException {
        boolean there = place.seek(Keys.queue(number, next));
        while (there && isOf(number, place) && Bytes.getLong(place.key(), 8) < Delivery.AHEAD) {
            try {
                firstSequence = Bytes.getLong(place.key(), 8);
                return EntryRecord.decode(place.key(), place.value());
            } catch (DamagedRecord damaged) {
                quarantine.put(
                        Table.QUEUE,
                        place.key(),
                        place.value(),
                        String.valueOf(damaged.getMessage()));
            }
            there = place.next();
        }
        return null;
    }

    private static boolean isOf(long number, Database.Place place) {
        return Bytes.getLong(place.key(), 0) == number;
    }

    private static @Nullable EntryRecord entry(Database.Place place) {
        try {
            return EntryRecord.decode(place.key(), place.value());
        } catch (DamagedRecord damaged) {
            return null;
        }
    }

    /** Finds queues whose session has ended: their removal was cut off. */
    void readLeftOverQueues() throws IOException {
        Set<Long> known = new HashSet<>();
        sessions.forEach(session -> known.add(session.number()));
        reader.walk(
                Table.QUEUE,
                place -> {
                    boolean there = place.seek(Keys.number(0));
                    while (there) {
                        long number = Bytes.getLong(place.key(), 0);
                        if (!known.contains(number)) {
                            leftOver.add(number);
                        }
                        there = place.seek(Keys.number(number + 1));
                    }
                });
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

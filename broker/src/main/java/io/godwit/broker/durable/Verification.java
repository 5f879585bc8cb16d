package io.godwit.broker.durable;

import io.godwit.broker.durable.Records.Cursor;
import io.godwit.broker.durable.Records.SessionRecord;
import io.godwit.broker.durable.Records.SubscriptionRecord;
import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Reads all of a database that nobody writes, such as a backup, and says what it holds and what is
 * damaged. Changes nothing. Used once, by one thread.
 */
public final class Verification {

    /** How many of the damages are told in words. */
    static final int MOST_TOLD = 20;

    private static final int LONGEST_KEY = 40;

    private final Database.Reader reader;

    /** Where each session that can be read stands in its queue, by its number. */
    private final Map<Long, Cursor> cursors = new HashMap<>();

    private final LongCounts readable = new LongCounts();
    private final List<String> told = new ArrayList<>();
    private long sessions;
    private long queued;
    private long messages;
    private long retained;
    private long damaged;

    private Verification(Database.Reader reader) {
        this.reader = reader;
    }

    /**
     * What was found.
     *
     * @param sessions of clients; queues of shared subscriptions are not counted
     * @param queued entries of queues that wait or are under way
     * @param messages stored messages that queue entries refer to
     * @param retained retained messages
     * @param damaged what can't be read, or refers to what isn't there
     * @param told the first {@value #MOST_TOLD} of these in words
     */
    public record Report(
            long sessions,
            long queued,
            long messages,
            long retained,
            long damaged,
            List<String> told) {

        /** Copies the list. */
        public Report {
            told = List.copyOf(told);
        }
    }

    /** A look at one record. */
    private interface Check {
        void read(byte[] key, byte[] value) throws DamagedRecord;
    }

    /**
     * Reads all of it: each record with its format and its checksum, and what it refers to. A table
     * that can't be read to its end counts as one damage.
     *
     * @throws IOException if a newer version has written it
     */
    public static Report of(Database.Reader reader) throws IOException {
        Verification verification = new Verification(reader);
        verification.readFormat();
        verification.scan(Table.SESSION, verification::readSession);
        verification.scan(Table.MESSAGE, verification::readMessage);
        verification.scan(Table.QUEUE, verification::readEntry);
        verification.scan(Table.RETAINED, verification::readRetained);
        return new Report(
                verification.sessions,
                verification.queued,
                verification.messages,
                verification.retained,
                verification.damaged,
                verification.told);
    }

    private void readFormat() throws IOException {
        byte[] format;
        byte[] secret;
        try {
            format = reader.get(Table.META, Keys.FORMAT);
            secret = reader.get(Table.META, Keys.SECRET);
        } catch (IOException trouble) {
            tell("META can't be read: " + trouble.getMessage());
            return;
        }
        if (format == null || format.length != 4) {
            tell("META format: " + (format == null ? "it is missing" : "its length is wrong"));
        } else if (Bytes.getInt(format, 0) > RecordWriter.FORMAT) {
            throw new IOException(
                    "the store has format %d, which a newer version of Godwit has written; this one reads formats up to %d"
                            .formatted(Bytes.getInt(format, 0), RecordWriter.FORMAT));
        }
        if (secret == null || secret.length != 8) {
            tell("META secret: " + (secret == null ? "it is missing" : "its length is wrong"));
        }
    }

    private void scan(Table table, Check check) {
        try {
            reader.scan(
                    table,
                    new byte[0],
                    null,
                    (key, value) -> {
                        try {
                            check.read(key, value);
                        } catch (DamagedRecord damage) {
                            tell(table + " " + shown(key) + ": " + damage.getMessage());
                        }
                        return true;
                    });
        } catch (IOException trouble) {
            tell(table + " can't be read to its end: " + trouble.getMessage());
        }
    }

    private void readSession(byte[] key, byte[] value) throws DamagedRecord {
        need(key.length > Keys.KIND_AT);
        RecordReader in = new RecordReader(key, value);
        long number = Bytes.getLong(key, 0);
        switch (key[Keys.KIND_AT]) {
            case Keys.SESSION -> {
                sessions += SessionRecord.decode(in).shared() ? 0 : 1;
                cursors.putIfAbsent(number, Cursor.START);
            }
            case Keys.CURSOR -> cursors.replace(number, Cursor.decode(in));
            case Keys.SUBSCRIPTION -> SubscriptionRecord.decode(in);
            case Keys.UNRELEASED -> need(key.length == 11);
            case Keys.WILL -> {
                need(key.length == 17);
                Records.readWill(in);
            }
            default -> throw new DamagedRecord("its kind is " + key[Keys.KIND_AT]);
        }
    }

    private void readMessage(byte[] key, byte[] value) throws DamagedRecord {
        need(key.length == 8);
        Records.readMessage(new RecordReader(key, value));
        readable.add(Bytes.getLong(key, 0), 1);
        messages++;
    }

    private void readEntry(byte[] key, byte[] value) throws DamagedRecord {
        need(key.length == 16);
        long messageId = EntryRecord.decode(key, value).messageId();
        Cursor cursor = cursors.get(Bytes.getLong(key, 0));
        if (cursor == null || !cursor.isAlive(Bytes.getLong(key, 8))) {
            return; // a crash came before its removal
        }
        if (messageId != 0 && readable.get(messageId) == 0) {
            throw new DamagedRecord("message " + messageId + " that it refers to can't be read");
        }
        queued++;
    }

    private void readRetained(byte[] key, byte[] value) throws DamagedRecord {
        Records.readMessage(new RecordReader(key, value));
        retained++;
    }

    private static void need(boolean isSo) throws DamagedRecord {
        if (!isSo) {
            throw new DamagedRecord("its key has a wrong length");
        }
    }

    private void tell(String damage) {
        damaged++;
        if (told.size() < MOST_TOLD) {
            told.add(damage);
        }
    }

    private static String shown(byte[] key) {
        String text = HexFormat.of().formatHex(key);
        return text.length() <= LONGEST_KEY ? text : text.substring(0, LONGEST_KEY) + "...";
    }
}

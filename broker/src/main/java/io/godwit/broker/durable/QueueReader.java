package io.godwit.broker.durable;

import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries of queues. Messages that several entries refer to are kept for a while, since their
 * subscribers tend to come for them at the same time. Of one thread.
 */
final class QueueReader {

    /** Bytes of entries that are read at a time, the first one in any case. */
    private static final long MOST_BYTES = 256 << 10;

    private static final int KEPT_MESSAGES = 4096;
    private static final int KEPT_SIZE = 2048;

    private final Database database;

    /** Those that were put into quarantine: several entries lead to one. */
    private final Set<Long> damagedMessages = new HashSet<>();

    private final Quarantine quarantine;
    private final Map<Long, Message> messages =
            new LinkedHashMap<>(256, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, Message> eldest) {
                    return size() > KEPT_MESSAGES;
                }
            };

    /** An entry with its message. */
    record Read(long sequence, EntryRecord record, Message message) {}

    /**
     * What was read.
     *
     * @param upTo the sequence of the last entry that was found, damaged or not
     * @param complete whether nothing is left in the range
     */
    record Found(List<Read> entries, long upTo, boolean complete) {}

    QueueReader(Database database, Quarantine quarantine) {
        this.database = database;
        this.quarantine = quarantine;
    }

    /**
     * Reads the first entries of a session in a range of sequences.
     *
     * @param from inclusive
     * @param below exclusive
     * @param most how many
     */
    Found read(long number, long from, long below, int most) throws IOException {
        List<byte[][]> raw = new ArrayList<>();
        long[] bytes = {0};
        boolean[] more = {false};
        database.reader()
                .scan(
                        Table.QUEUE,
                        Keys.queue(number, from),
                        Keys.queue(number, below),
                        (key, value) -> {
                            if (raw.size() == most || bytes[0] > MOST_BYTES) {
                                more[0] = true;
                                return false;
                            }
                            raw.add(new byte[][] {key, value});
                            bytes[0] += value.length;
                            return true;
                        });
        List<Read> entries = new ArrayList<>(raw.size());
        for (byte[][] keyAndValue : raw) {
            Read read = decode(keyAndValue[0], keyAndValue[1]);
            if (read != null) {
                entries.add(read);
            }
        }
        long upTo = raw.isEmpty() ? from : Bytes.getLong(raw.getLast()[0], 8);
        return new Found(entries, upTo, !more[0]);
    }

    /** Reads the entry at a sequence; null if there is none that can be read. */
    @Nullable Read readOne(long number, long sequence) throws IOException {
        byte[] key = Keys.queue(number, sequence);
        byte[] value = database.reader().get(Table.QUEUE, key);
        return value == null ? null : decode(key, value);
    }

    /** Finds the messages that the entries of a session in a range of sequences refer to. */
    void references(long number, long from, long below, LongConsumer found) throws IOException {
        database.reader()
                .scan(
                        Table.QUEUE,
                        Keys.queue(number, from),
                        Keys.queue(number, below),
                        (key, value) -> {
                            long messageId = messageId(key, value);
                            if (messageId != 0) {
                                found.accept(messageId);
                            }
                            return true;
                        });
    }

    private static long messageId(byte[] key, byte[] value) {
        try {
            return EntryRecord.decode(key, value).messageId();
        } catch (DamagedRecord damaged) {
            return 0; // what it referred to is found unused at the next start
        }
    }

    private @Nullable Read decode(byte[] key, byte[] value) throws IOException {
        try {
            EntryRecord record = EntryRecord.decode(key, value);
            Message message = record.message();
            if (message == null) {
                message = message(record.messageId());
            }
            return new Read(Bytes.getLong(key, 8), record, message);
        } catch (DamagedRecord damaged) {
            quarantine.put(Table.QUEUE, key, value, String.valueOf(damaged.getMessage()));
            return null;
        }
    }

    private Message message(long messageId) throws IOException, DamagedRecord {
        Message kept = messages.get(messageId);
        if (kept != null) {
            return kept;
        }
        byte[] key = Keys.number(messageId);
        byte[] value = database.reader().get(Table.MESSAGE, key);
        if (value == null) {
            throw new DamagedRecord("message " + messageId + " that it refers to is missing");
        }
        Message message;
        try {
            message = Records.readMessage(new RecordReader(key, value));
        } catch (DamagedRecord damaged) {
            if (damagedMessages.add(messageId)) {
                quarantine.put(Table.MESSAGE, key, value, String.valueOf(damaged.getMessage()));
            }
            throw new DamagedRecord("message " + messageId + " that it refers to is damaged");
        }
        if (value.length <= KEPT_SIZE) {
            messages.put(messageId, message);
        }
        return message;
    }
}

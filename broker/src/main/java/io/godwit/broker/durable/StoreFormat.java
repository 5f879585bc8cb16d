package io.godwit.broker.durable;

import io.godwit.broker.durable.Records.SessionRecord;
import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import io.godwit.codec.Will;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The format of the whole store, and the secret that belongs to it. Each record says in which
 * format it was written; that of the store is the least that may be in it.
 *
 * <p>1: the will of a session stood in the session's record. 2: each will has a record of its own,
 * and a session's record may say to whom it belongs.
 */
public final class StoreFormat {

    private static final Logger LOG = LoggerFactory.getLogger(StoreFormat.class);

    private static final int CHANGES_AT_A_TIME = 256;

    private StoreFormat() {}

    /**
     * Checks that the format of a database is one that this version reads, brings it up to date, or
     * sets it where the database is empty. Used before anything else reads or writes.
     *
     * @param copy where to put a copy of a store in an older format before it is changed, given
     *     that format; a copy that is there already is left as it is
     * @param random for the secret of a new store
     * @return the secret that keys hashes, which stays the same as long as the store does
     * @throws IOException if the format is that of a newer version, and then nothing was changed;
     *     or if the store cannot be read or written
     */
    public static long open(Database database, IntFunction<Path> copy, RandomGenerator random)
            throws IOException {
        byte[] format = database.reader().get(Table.META, Keys.FORMAT);
        if (format == null) {
            return create(database, random);
        }
        int found = checked(format);
        if (found < RecordWriter.FORMAT) {
            upgrade(database, found, copy.apply(found));
        }
        byte[] secret = database.reader().get(Table.META, Keys.SECRET);
        return secret == null || secret.length != 8
                ? create(database, random)
                : Bytes.getLong(secret, 0);
    }

    /**
     * Checks that a store, if there is one, is not of a newer version.
     *
     * @throws IOException if it is, or what it says of its format is damaged
     */
    public static void refuseNewer(Database.Reader reader) throws IOException {
        byte[] format = reader.get(Table.META, Keys.FORMAT);
        if (format != null) {
            checked(format);
        }
    }

    private static int checked(byte[] format) throws IOException {
        if (format.length != 4) {
            throw new IOException("the store's format is damaged; restore a backup");
        }
        int found = Bytes.getInt(format, 0);
        if (found > RecordWriter.FORMAT) {
            throw new IOException(
                    ("the store has format %d, which a newer version of Godwit has written; this one"
                                    + " reads formats up to %d and has left it as it is: start the"
                                    + " newer version, or use another data-dir")
                            .formatted(found, RecordWriter.FORMAT));
        }
        return found;
    }

    private static long create(Database database, RandomGenerator random) throws IOException {
        long secret = random.nextLong();
        Database.Batch batch = database.batch();
        batch.put(Table.META, Keys.SECRET, Keys.number(secret));
        setFormat(batch);
        database.write(batch);
        return secret;
    }

    private static void setFormat(Database.Batch batch) {
        byte[] format = new byte[4];
        Bytes.putInt(format, 0, RecordWriter.FORMAT);
        batch.put(Table.META, Keys.FORMAT, format);
    }

    /** Can be broken off at any point: the next start goes on with it. */
    private static void upgrade(Database database, int from, Path copy) throws IOException {
        LOG.info(
                "the store has format {} and is brought to {}; a copy of it is kept in {}",
                from,
                RecordWriter.FORMAT,
                copy);
        if (!Files.exists(copy)) {
            database.checkpoint(copy);
        }
        List<byte[][]> sessions = new ArrayList<>();
        database.reader()
                .scan(
                        Table.SESSION,
                        new byte[0],
                        null,
                        (key, value) -> {
                            if (key[Keys.KIND_AT] == Keys.SESSION) {
                                sessions.add(new byte[][] {key, value});
                            }
                            return true;
                        });
        RecordWriter out = new RecordWriter();
        Database.Batch batch = database.batch();
        for (byte[][] session : sessions) {
            moveWill(batch, out, session[0], session[1]);
            if (batch.size() >= CHANGES_AT_A_TIME) {
                database.write(batch);
                batch.clear();
            }
        }
        setFormat(batch);
        database.write(batch);
    }

    /** From format 1 to 2; a damaged record stays as it is until it is put into quarantine. */
    private static void moveWill(Database.Batch batch, RecordWriter out, byte[] key, byte[] value) {
        try {
            if (new RecordReader(key, value).format() > 1) {
                return;
            }
            SessionRecord session = SessionRecord.decode(new RecordReader(key, value));
            Will will = Records.willInFormat1(new RecordReader(key, value));
            batch.put(Table.SESSION, key, session.encode(out, key));
            if (will != null) {
                byte[] willKey = Keys.will(Bytes.getLong(key, 0), 0);
                batch.put(Table.SESSION, willKey, Records.will(out, willKey, will));
            }
        } catch (DamagedRecord damaged) {
            LOG.error("a session's record can't be brought to the new format", damaged);
        }
    }
}

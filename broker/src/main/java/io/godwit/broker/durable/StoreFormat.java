package io.godwit.broker.durable;

import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.util.random.RandomGenerator;

/** The format of the whole store, and the secret that belongs to it. */
public final class StoreFormat {

    private StoreFormat() {}

    /**
     * Checks that the format of a database is one that this version reads, or makes it so where the
     * database is empty.
     *
     * @param random for the secret of a new store
     * @return the secret that keys hashes, which stays the same as long as the store does
     * @throws IOException if the format is that of a newer version; nothing was changed
     */
    public static long open(Database database, RandomGenerator random) throws IOException {
        byte[] format = database.reader().get(Table.META, Keys.FORMAT);
        if (format == null) {
            return create(database, random);
        }
        int found = Bytes.getInt(format, 0);
        if (found > RecordWriter.FORMAT) {
            throw new IOException(
                    ("the store has format %d, which a newer version of Godwit has written; this one"
                                    + " reads formats up to %d and has left it as it is: start the"
                                    + " newer version, or use another data-dir")
                            .formatted(found, RecordWriter.FORMAT));
        }
        byte[] secret = database.reader().get(Table.META, Keys.SECRET);
        return secret == null ? create(database, random) : Bytes.getLong(secret, 0);
    }

    private static long create(Database database, RandomGenerator random) throws IOException {
        long secret = random.nextLong();
        byte[] format = new byte[4];
        Bytes.putInt(format, 0, RecordWriter.FORMAT);
        Database.Batch batch = database.batch();
        batch.put(Table.META, Keys.FORMAT, format);
        batch.put(Table.META, Keys.SECRET, Keys.number(secret));
        database.write(batch);
        return secret;
    }
}

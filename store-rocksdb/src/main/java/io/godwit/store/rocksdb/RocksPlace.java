package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database.Place;
import java.io.IOException;
import java.util.Arrays;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A place in a table, on one iterator of RocksDB. */
final class RocksPlace implements Place {

    private final RocksIterator entries;

    RocksPlace(RocksIterator entries) {
        this.entries = entries;
    }

    @Override
    public boolean seek(byte[] from) throws IOException {
        entries.seek(from);
        return isThere();
    }

    @Override
    public boolean seekBelow(byte[] below) throws IOException {
        entries.seekForPrev(below);
        if (entries.isValid() && Arrays.equals(entries.key(), below)) {
            entries.prev();
        }
        return isThere();
    }

    @Override
    public boolean next() throws IOException {
        entries.next();
        return isThere();
    }

    private boolean isThere() throws IOException {
        boolean there = entries.isValid();
        if (!there) {
            try {
                entries.status();
            } catch (RocksDBException damaged) {
                throw new IOException("a table can't be read: " + damaged.getMessage(), damaged);
            }
        }
        return there;
    }

    @Override
    public byte[] key() {
        return entries.key();
    }

    @Override
    public byte[] value() {
        return entries.value();
    }
}

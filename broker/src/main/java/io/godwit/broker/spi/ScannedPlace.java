package io.godwit.broker.spi;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A place in a table of a reader that can only scan: each move is a scan of its own. */
final class ScannedPlace implements Database.Place {

    private static final byte[] START = {};

    private final Database.Reader reader;
    private final Database.Table table;
    private byte @Nullable [] key;
    private byte @Nullable [] value;

    ScannedPlace(Database.Reader reader, Database.Table table) {
        this.reader = reader;
        this.table = table;
    }

    @Override
    public boolean seek(byte[] from) throws IOException {
        key = null;
        reader.scan(
                table,
                from,
                null,
                (foundKey, foundValue) -> {
                    key = foundKey;
                    value = foundValue;
                    return false;
                });
        return key != null;
    }

    @Override
    public boolean seekBelow(byte[] below) throws IOException {
        byte[] last = reader.last(table, START, below);
        key = last;
        value = last == null ? null : reader.get(table, last);
        return last != null && value != null;
    }

    @Override
    public boolean next() throws IOException {
        byte[] before = key();
        byte[] behind = new byte[before.length + 1];
        System.arraycopy(before, 0, behind, 0, before.length);
        return seek(behind);
    }

    @Override
    public byte[] key() {
        return found(key);
    }

    @Override
    public byte[] value() {
        return found(value);
    }

    private static byte[] found(byte @Nullable [] bytes) {
        if (bytes == null) {
            throw new IllegalStateException("nothing was found");
        }
        return bytes;
    }
}

package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database.Table;

/** One record of a write-ahead log: a batch as {@link ByteBatch} writes it. */
final class WalRecord {

    private static final int KIND_OF_NOTHING = 0x0d;
    private static final byte[] EMPTY = {};

    private final byte[] content;

    /** Is shown what changed. */
    interface Changes {
        void version(Table table, Version version);

        void deletedRange(Table table, Version.DeletedRange range);
    }

    WalRecord(byte[] content) throws DamagedException {
        if (content.length < ByteBatch.HEADER) {
            throw new DamagedException("a record is shorter than its header");
        }
        this.content = content;
    }

    /** The number of its first change. */
    long sequence() {
        return LittleEndian.getLong(content, 0);
    }

    /** How many changes it has. */
    int count() {
        return LittleEndian.getInt(content, 8);
    }

    /** Visits its changes in order. */
    void visit(Changes changes) throws DamagedException {
        Bytes in = new Bytes(content, ByteBatch.HEADER, content.length);
        long sequence = sequence();
        while (!in.isAtEnd()) {
            byte kind = in.next();
            if (kind == KIND_OF_NOTHING) {
                continue;
            }
            Table table = table(kind, in);
            byte[] key = in.prefixed();
            switch (kind) {
                case ByteBatch.PUT, ByteBatch.DEFAULT_PUT ->
                        changes.version(table, new Version(key, sequence, false, in.prefixed()));
                case ByteBatch.DELETE, ByteBatch.DEFAULT_DELETE ->
                        changes.version(table, new Version(key, sequence, true, EMPTY));
                case ByteBatch.DELETE_RANGE, ByteBatch.DEFAULT_DELETE_RANGE ->
                        changes.deletedRange(
                                table, new Version.DeletedRange(key, in.prefixed(), sequence));
                default -> throw new DamagedException("a change is of an unknown kind: " + kind);
            }
            sequence++;
        }
    }

    private static Table table(byte kind, Bytes in) throws DamagedException {
        boolean named =
                switch (kind) {
                    case ByteBatch.PUT, ByteBatch.DELETE, ByteBatch.DELETE_RANGE -> true;
                    default -> false;
                };
        return tableOf(named ? in.number() : 0);
    }

    /** The table that a column family's number means. */
    static Table tableOf(long number) throws DamagedException {
        Table[] all = Table.values();
        if (number < 0 || number >= all.length) {
            throw new DamagedException("it belongs to a table that does not exist: " + number);
        }
        return all[(int) number];
    }
}

package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database.Table;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table file (SST) of RocksDB in the format that {@link OpenFiles} makes it write: version
 * 5, CRC-32C, blocks uncompressed or with LZ4. RocksDB itself gives up a file in which one block is
 * damaged; this reads all others, and each entry with its sequence number and with deletions, so
 * that a database can be put together again from files alone.
 */
final class SstFile implements Closeable {

    private static final int FOOTER = 53;
    private static final long MAGIC = 0x88e241b785f4cff7L;
    private static final int VERSION = 5;
    private static final int CRC32C = 1;
    private static final int TRAILER = 5;
    private static final int UNCOMPRESSED = 0;
    private static final int LZ4 = 4;
    private static final int LARGEST_UNPACKED = 1 << 30;

    /** What stands behind a key in the file: sequence number and kind. */
    private static final int KEY_SUFFIX = 8;

    private static final int KIND_DELETED = 0;
    private static final int KIND_VALUE = 1;
    private static final int KIND_DELETED_RANGE = 15;

    private final FileChannel channel;
    private final List<Place> blocks = new ArrayList<>();
    private final List<Version.DeletedRange> deletedRanges = new ArrayList<>();
    private Table table = Table.META;
    private long entries;

    /** Where a block is. */
    private record Place(long at, long length) {}

    private SstFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens a file.
     *
     * @throws DamagedException if it can't be told what is in it
     */
    static SstFile open(Path path) throws IOException {
        SstFile file = new SstFile(FileChannel.open(path, StandardOpenOption.READ));
        try {
            file.readFooter();
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** The table whose entries it holds. */
    Table table() {
        return table;
    }

    /** How many entries it has, with deletions and what is damaged. */
    long entries() {
        return entries;
    }

    List<Version.DeletedRange> deletedRanges() {
        return deletedRanges;
    }

    /** Reads all blocks, and says how many of them are damaged. */
    int damagedBlocks() {
        int damaged = 0;
        for (Place each : blocks) {
            try {
                read(each);
            } catch (IOException _) {
                damaged++;
            }
        }
        return damaged;
    }

    /** Its entries in order, without those of damaged blocks. */
    Cursor cursor() {
        return new Cursor();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Goes through the entries. */
    final class Cursor {
        private int nextBlock;
        private @Nullable SstBlock block;
        private long count;

        /** The next entry, or null at the end. */
        @Nullable Version next() {
            while (true) {
                try {
                    if (block != null && block.hasNext()) {
                        Version next = version(block);
                        count++;
                        return next;
                    }
                    if (nextBlock == blocks.size()) {
                        return null;
                    }
                    block = null;
                    block = new SstBlock(read(blocks.get(nextBlock++)));
                } catch (IOException _) {
                    block = null; // what it held is lost: the count at the end shows it
                }
            }
        }

        /** How many entries were read. */
        long count() {
            return count;
        }
    }

    private static Version version(SstBlock block) throws DamagedException {
        byte[] key = block.nextKey(true);
        byte[] value = block.value();
        long suffix = suffix(key);
        int kind = (int) (suffix & 0xff);
        if (kind != KIND_VALUE && kind != KIND_DELETED) {
            throw new DamagedException("an entry is of an unknown kind: " + kind);
        }
        return new Version(userKey(key), suffix >>> 8, kind == KIND_DELETED, value);
    }

    private void readFooter() throws IOException {
        long size = channel.size();
        if (size < FOOTER) {
            throw new DamagedException("it is too short");
        }
        byte[] footer = readBytes(size - FOOTER, FOOTER);
        if (LittleEndian.getLong(footer, FOOTER - 8) != MAGIC
                || LittleEndian.getInt(footer, FOOTER - 12) != VERSION
                || footer[0] != CRC32C) {
            throw new DamagedException("its end is damaged or of an unknown format");
        }
        Bytes in = new Bytes(footer, 1, FOOTER - 12);
        Place meta = place(in);
        Place index = place(in);
        readMeta(meta);
        SstBlock block = new SstBlock(read(index));
        while (block.hasNext()) {
            block.nextKey(false);
            blocks.add(new Place(block.number(), block.number()));
        }
    }

    private void readMeta(Place place) throws IOException {
        SstBlock block = new SstBlock(read(place));
        boolean described = false;
        while (block.hasNext()) {
            String name = new String(block.nextKey(true), StandardCharsets.UTF_8);
            byte[] value = block.value();
            Place where =
                    "rocksdb.properties".equals(name) || "rocksdb.range_del".equals(name)
                            ? place(new Bytes(value, 0, value.length))
                            : null;
            if (where == null) {
                continue;
            }
            if ("rocksdb.properties".equals(name)) {
                readProperties(where);
                described = true;
            } else {
                readDeletedRanges(where);
            }
        }
        if (!described) {
            throw new DamagedException("it does not say which table it is of");
        }
    }

    private void readProperties(Place place) throws IOException {
        SstBlock block = new SstBlock(read(place));
        while (block.hasNext()) {
            String name = new String(block.nextKey(true), StandardCharsets.UTF_8);
            byte[] value = block.value();
            Bytes in = new Bytes(value, 0, value.length);
            switch (name) {
                case "rocksdb.column.family.id" -> table = WalRecord.tableOf(in.number());
                case "rocksdb.num.entries" -> entries = in.number();
                default -> {}
            }
        }
    }

    private void readDeletedRanges(Place place) throws IOException {
        SstBlock block = new SstBlock(read(place));
        while (block.hasNext()) {
            byte[] from = block.nextKey(true);
            byte[] to = block.value();
            long suffix = suffix(from);
            if ((suffix & 0xff) != KIND_DELETED_RANGE) {
                throw new DamagedException("a range is of an unknown kind");
            }
            deletedRanges.add(new Version.DeletedRange(userKey(from), to, suffix >>> 8));
        }
    }

    private static long suffix(byte[] key) throws DamagedException {
        if (key.length < KEY_SUFFIX) {
            throw new DamagedException("a key is too short");
        }
        return LittleEndian.getLong(key, key.length - KEY_SUFFIX);
    }

    private static byte[] userKey(byte[] key) {
        return Arrays.copyOf(key, key.length - KEY_SUFFIX);
    }

    private static Place place(Bytes in) throws DamagedException {
        return new Place(in.number(), in.number());
    }

    /** A block as it was before it was compressed. */
    private byte[] read(Place place) throws IOException {
        long last = channel.size() - TRAILER;
        if (place.at < 0 || place.length < 0 || place.at > last - place.length) {
            throw new DamagedException("a block lies outside of it");
        }
        int length = Math.toIntExact(place.length);
        byte[] bytes = readBytes(place.at, length + TRAILER);
        if (Checksum.of(bytes, 0, length + 1) != LittleEndian.getInt(bytes, length + 1)) {
            throw new DamagedException("a block does not match its checksum");
        }
        return switch (bytes[length]) {
            case UNCOMPRESSED -> Arrays.copyOf(bytes, length);
            case LZ4 -> {
                Bytes in = new Bytes(bytes, 0, length);
                int unpacked = in.length(LARGEST_UNPACKED);
                yield Lz4.unpack(in.rest(), unpacked);
            }
            default -> throw new DamagedException("a block is compressed in an unknown way");
        };
    }

    private byte[] readBytes(long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new DamagedException("it ends too early");
            }
        }
        return buffer.array();
    }
}

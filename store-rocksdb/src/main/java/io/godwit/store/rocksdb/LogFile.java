package io.godwit.store.rocksdb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a file in RocksDB's log format: a write-ahead log or a manifest. It consists of blocks of
 * 32 KB; a record is in one piece, or in a first, middle and last ones, each with a checksum. After
 * damage, reading goes on with the next piece that checks out.
 */
final class LogFile {

    /** Is shown each whole record. */
    @FunctionalInterface
    interface Visitor {
        /**
         * A record.
         *
         * @param afterDamage whether something damaged lies between the last one and this
         */
        void visit(byte[] content, boolean afterDamage) throws IOException;
    }

    private static final int BLOCK = 32 * 1024;
    private static final int HEADER = 7;
    private static final int FULL = 1;
    private static final int FIRST = 2;
    private static final int MIDDLE = 3;
    private static final int LAST = 4;

    private final Visitor visitor;
    private final ByteArrayOutputStream pieces = new ByteArrayOutputStream();
    private boolean inPieces;
    private boolean damaged;
    private boolean damagedBetween;
    private long end;
    private long blockStart;

    /**
     * How a file reads.
     *
     * @param end where the last whole record ends
     * @param damagedBetween whether something damaged lies before a whole record
     * @param torn whether something other than zeros follows after the last whole record
     */
    record Outcome(long end, boolean damagedBetween, boolean torn) {}

    private LogFile(Visitor visitor) {
        this.visitor = visitor;
    }

    /** Reads a file from its start to its end. */
    static Outcome read(Path file, Visitor visitor) throws IOException {
        LogFile log = new LogFile(visitor);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] block = new byte[BLOCK];
            int length = in.readNBytes(block, 0, BLOCK);
            while (length > 0) {
                log.readBlock(block, length);
                log.blockStart += length;
                length = in.readNBytes(block, 0, BLOCK);
            }
        }
        return new Outcome(log.end, log.damagedBetween, log.damaged || log.inPieces);
    }

    private void readBlock(byte[] block, int length) throws IOException {
        int at = 0;
        while (at < length) {
            int next = pieceEnd(block, at, length);
            if (next > 0) {
                readPiece(block, at, next);
                at = next;
            } else if (isZero(block, at, length)) {
                return; // the rest of a full block, or space that was reserved
            } else {
                damaged = true;
                inPieces = false;
                int skipped = at + HEADER > length ? 0 : at + HEADER + pieceLength(block, at);
                if (skipped == 0 || pieceEnd(block, skipped, length) == 0) {
                    return;
                }
                at = skipped;
            }
        }
    }

    /** Where the piece ends that starts here; 0 if none does. */
    private static int pieceEnd(byte[] block, int at, int length) {
        if (at + HEADER > length) {
            return 0;
        }
        int next = at + HEADER + pieceLength(block, at);
        return block[at + 6] != 0
                        && next <= length
                        && Checksum.of(block, at + 6, next) == LittleEndian.getInt(block, at)
                ? next
                : 0;
    }

    private static int pieceLength(byte[] block, int at) {
        return (block[at + 4] & 0xff) | (block[at + 5] & 0xff) << 8;
    }

    private void readPiece(byte[] block, int at, int next) throws IOException {
        int kind = block[at + 6];
        if (kind < FULL || kind > LAST) {
            return; // not of a record
        }
        boolean starts = kind == FULL || kind == FIRST;
        if (starts == inPieces) {
            damaged = true; // the end of the record before is missing, or the start of this
        }
        if (starts) {
            pieces.reset();
            inPieces = true;
        }
        if (!inPieces) {
            return;
        }
        pieces.write(block, at + HEADER, next - at - HEADER);
        if (kind == FULL || kind == LAST) {
            inPieces = false;
            visitor.visit(pieces.toByteArray(), damaged);
            damagedBetween |= damaged;
            damaged = false;
            end = blockStart + next;
        }
    }

    private static boolean isZero(byte[] block, int from, int to) {
        for (int i = from; i < to; i++) {
            if (block[i] != 0) {
                return false;
            }
        }
        return true;
    }
}

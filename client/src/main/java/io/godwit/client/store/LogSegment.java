package io.godwit.client.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of a log. It has a header of 16 bytes: {@code GODWITCS}, the format, and their CRC32C.
 * Then come records: their length, a CRC32C over the file's number, the record's offset and the
 * length, another one over all that and the content, and the content. So a record is one only where
 * it was written, and what looks like one in the payload of a message is none.
 *
 * <p>Not on a channel: that would be closed for good when a thread that writes is interrupted.
 */
final class LogSegment implements AutoCloseable {

    /** The format that is written, and the only one that is read. */
    static final int FORMAT = 1;

    static final int HEADER = 16;

    /** Bytes of a record before its content. */
    static final int RECORD_HEADER = 12;

    private static final long MAGIC = 0x474F_4457_4954_4353L;
    private static final int BUFFER = 64 * 1024;

    private final Path file;
    private final long number;
    private final RandomAccessFile bytes;

    /** What is not in the file yet; null if nothing is written to it any more. */
    private @Nullable ByteBuffer waiting;

    private long written;

    /** How many messages and Packet Identifiers that are needed have their record here. */
    int live;

    /** Takes the records of a file in turn. */
    interface Reader {
        /** Takes one; the content is valid during the call. */
        void record(LogSegment segment, long offset, ByteBuffer content) throws IOException;
    }

    private LogSegment(Path file, long number) throws IOException {
        this.file = file;
        this.number = number;
        this.bytes = new RandomAccessFile(file.toFile(), "rw");
    }

    private static Path file(Path directory, long number) {
        return directory.resolve("session-%010d.log".formatted(number));
    }

    /** The number that a file's name gives it, or -1 if that is not the name of such a file. */
    static long numberOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.matches("session-[0-9]{10}\\.log") ? Long.parseLong(name.substring(8, 18)) : -1;
    }

    /** Begins a file. */
    static LogSegment create(Path directory, long number) throws IOException {
        Path file = Files.createFile(file(directory, number));
        try {
            LogSegment segment = new LogSegment(file, number);
            try {
                segment.writeHeader();
                return segment;
            } catch (IOException failure) {
                segment.close();
                throw failure;
            }
        } catch (IOException failure) {
            Files.deleteIfExists(file);
            throw failure;
        }
    }

    private void writeHeader() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER).putLong(MAGIC).putInt(FORMAT);
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, HEADER - Integer.BYTES);
        write(header.putInt((int) crc.getValue()).flip(), 0);
        written = HEADER;
    }

    /**
     * Opens a file and reads it.
     *
     * @param isLast whether it may end within a record, or before the first one: the process ended
     *     while it wrote. That is cut off then.
     */
    static LogSegment open(Path directory, long number, boolean isLast, Reader reader)
            throws IOException {
        LogSegment segment = new LogSegment(file(directory, number), number);
        try {
            segment.read(isLast, reader);
            return segment;
        } catch (IOException | RuntimeException failure) {
            segment.close();
            throw failure;
        }
    }

    private void read(boolean isLast, Reader reader) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(bytes.length()));
        fill(all, 0);
        if (all.limit() < HEADER && isLast) {
            bytes.setLength(0);
            writeHeader();
            return;
        }
        checkHeader(all);
        int at = HEADER;
        int content = contentAt(all, at);
        while (content >= 0) {
            reader.record(this, at, all.slice(at + RECORD_HEADER, content));
            at += RECORD_HEADER + content;
            content = contentAt(all, at);
        }
        if (at < all.limit()) {
            if (!isLast || isFollowed(all, at)) {
                throw new StoreDamaged(file, at, "a record is not what was written");
            }
            bytes.setLength(at);
        }
        written = at;
    }

    private void checkHeader(ByteBuffer all) throws IOException {
        if (all.limit() < HEADER || all.getLong(0) != MAGIC) {
            throw new StoreDamaged(file, 0, "it does not begin as the log of a client's session");
        }
        CRC32C crc = new CRC32C();
        crc.update(all.slice(0, HEADER - Integer.BYTES));
        if (all.getInt(HEADER - Integer.BYTES) != (int) crc.getValue()) {
            throw new StoreDamaged(file, 0, "its header is not what was written");
        }
        int format = all.getInt(Long.BYTES);
        if (format != FORMAT) {
            throw new IOException(
                    "%s: it has format %d, and this version of the client reads format %d only: use the version that wrote it, or move the directory away to begin anew"
                            .formatted(file, format, FORMAT));
        }
    }

    /** How long the content of the record at a place is, or -1 if there is no whole record. */
    private int contentAt(ByteBuffer all, int at) {
        if (all.limit() - at < RECORD_HEADER) {
            return -1;
        }
        int length = all.getInt(at);
        if (length < 1 || length > all.limit() - at - RECORD_HEADER) {
            return -1;
        }
        CRC32C crc = placed(at, length);
        if (all.getInt(at + 4) != (int) crc.getValue()) {
            return -1;
        }
        crc.update(all.slice(at + RECORD_HEADER, length));
        return all.getInt(at + 8) == (int) crc.getValue() ? length : -1;
    }

    private CRC32C placed(long offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(20).putLong(number).putLong(offset).putInt(length).flip());
        return crc;
    }

    /**
     * Whether a whole record is anywhere behind a place: then it is not just the end that is torn.
     */
    private boolean isFollowed(ByteBuffer all, int damaged) {
        for (int at = damaged + 1; at <= all.limit() - RECORD_HEADER; at++) {
            if (contentAt(all, at) >= 0) {
                return true;
            }
        }
        return false;
    }

    long number() {
        return number;
    }

    Path file() {
        return file;
    }

    /** Bytes, with those that are not in the file yet. */
    long size() {
        ByteBuffer rest = waiting;
        return rest == null ? written : written + rest.position();
    }

    /**
     * Adds a record.
     *
     * @return its offset
     * @throws IOException if it can't be written; then it is not added
     */
    long append(byte[] content) throws IOException {
        ByteBuffer buffer = waiting;
        if (buffer == null) {
            buffer = ByteBuffer.allocate(BUFFER);
            waiting = buffer;
        }
        int length = RECORD_HEADER + content.length;
        if (length > buffer.remaining()) {
            drain();
        }
        long offset = size();
        CRC32C crc = placed(offset, content.length);
        int first = (int) crc.getValue();
        crc.update(content);
        ByteBuffer record = length > buffer.remaining() ? ByteBuffer.allocate(length) : buffer;
        record.putInt(content.length).putInt(first).putInt((int) crc.getValue()).put(content);
        if (record != buffer) {
            write(record.flip(), offset);
            written += length;
        }
        return offset;
    }

    /** Gives to the system what waits. What can't be written goes on waiting. */
    void drain() throws IOException {
        ByteBuffer buffer = waiting;
        if (buffer != null && buffer.position() > 0) {
            write(buffer.duplicate().flip(), written);
            written += buffer.position();
            buffer.clear();
        }
    }

    private void write(ByteBuffer record, long offset) throws IOException {
        bytes.seek(offset);
        bytes.write(record.array(), record.arrayOffset() + record.position(), record.remaining());
    }

    /** Has the system write it to the disk. */
    void force() throws IOException {
        drain();
        bytes.getFD().sync();
    }

    /** Ends it: nothing is added any more. */
    void seal() throws IOException {
        force();
        waiting = null;
    }

    /** The content of a record. */
    byte[] content(long offset) throws IOException {
        drain();
        ByteBuffer header = ByteBuffer.allocate(RECORD_HEADER);
        fill(header, offset);
        int length = header.getInt(0);
        CRC32C crc = placed(offset, length);
        if (header.getInt(4) != (int) crc.getValue()) {
            throw new StoreDamaged(file, offset, "a record is not what was written");
        }
        ByteBuffer content = ByteBuffer.allocate(length);
        fill(content, offset + RECORD_HEADER);
        crc.update(content.array());
        if (header.getInt(8) != (int) crc.getValue()) {
            throw new StoreDamaged(file, offset, "a record is not what was written");
        }
        return content.array();
    }

    private void fill(ByteBuffer buffer, long offset) throws IOException {
        bytes.seek(offset);
        try {
            bytes.readFully(buffer.array());
        } catch (EOFException end) {
            throw new StoreDamaged(file, offset, "the file ends within a record");
        }
    }

    /** Deletes the file. */
    void delete() throws IOException {
        close();
        Files.delete(file);
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}

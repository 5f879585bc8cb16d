package io.godwit.broker.spi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An ordered map from bytes to bytes in each of a few tables, on disk. Keys are in the order of
 * their unsigned bytes. One thread writes; any thread reads, and sees whole writes only. What the
 * bytes mean is the caller's business, so that a simulated disk can stand in for a real one.
 *
 * <p>A method that throws leaves the tables as they were before or as they should be after it, but
 * never in between; {@link #write} may have done either, which {@link #reopen} settles.
 */
public interface Database extends AutoCloseable {

    /** What is kept apart from each other. */
    enum Table {
        /** The store's own format and settings. */
        META,
        /** Sessions, their subscriptions and flows. */
        SESSION,
        /** Queued messages and those under way. */
        QUEUE,
        /** Messages that several queue entries refer to. */
        MESSAGE,
        /** Retained messages by their Topic Name. */
        RETAINED
    }

    /** Changes that are written together. Of the writing thread only. */
    interface Batch {

        /** Sets the value of a key; the arrays are copied. */
        void put(Table table, byte[] key, byte[] value);

        /** Removes a key, which need not exist. */
        void delete(Table table, byte[] key);

        /** Removes all keys from one on (inclusive) to another (exclusive). */
        void deleteRange(Table table, byte[] from, byte[] to);

        /** How many changes it holds. */
        int size();

        /** The bytes of the keys and values that it holds. */
        long bytes();

        /** Takes everything out, so that it can be filled again. */
        void clear();
    }

    /** Is shown what was found. */
    @FunctionalInterface
    interface Visitor {
        /** Whether to go on to the next; the arrays belong to the visitor. */
        boolean visit(byte[] key, byte[] value);
    }

    /** A place in a table that moves over its keys; of one thread, within one {@link Walk}. */
    interface Place {

        /** Moves to the first key that is not below one; false if there is none. */
        boolean seek(byte[] from) throws IOException;

        /** Moves to the greatest key below one; false if there is none. */
        boolean seekBelow(byte[] below) throws IOException;

        /** Moves to the next key; false if there is none. */
        boolean next() throws IOException;

        /** The key where it stands. */
        byte[] key();

        /** The value of that key. */
        byte[] value();
    }

    /** Goes through a table. */
    @FunctionalInterface
    interface Walk {
        /** Uses the place during this call only. */
        void through(Place place) throws IOException;
    }

    /** The tables as they were at one moment, or as they are. */
    interface Reader {

        /** The value of a key, or null. */
        byte @Nullable [] get(Table table, byte[] key) throws IOException;

        /**
         * Visits keys in order.
         *
         * @param from the first, inclusive
         * @param to the end, exclusive; null for the end of the table
         */
        void scan(Table table, byte[] from, byte @Nullable [] to, Visitor visitor)
                throws IOException;

        /** Goes through a table, there and back, which is cheaper than scan after scan. */
        default void walk(Table table, Walk walk) throws IOException {
            walk.through(new ScannedPlace(this, table));
        }

        /** The greatest key from one on (inclusive) and below another (exclusive), or null. */
        byte @Nullable [] last(Table table, byte[] from, byte[] below) throws IOException;
    }

    /** A {@link Reader} of one moment, which holds disk space until it is closed. */
    interface Snapshot extends Reader, AutoCloseable {
        @Override
        void close();
    }

    /** An empty batch. */
    Batch batch();

    /**
     * Writes all changes of a batch or none. When this returns they survive what the durability
     * that the database was opened with promises: the end of the process, or a loss of power. The
     * batch is left as it is.
     *
     * @throws IOException says what happened and where; {@link java.nio.file.FileSystemException}
     *     with {@link #NO_SPACE} as its reason if the disk is full. Every later call throws as well
     *     until {@link #reopen} has succeeded
     */
    void write(Batch batch) throws IOException;

    /** The reason in the exception of a write for which there is no space. */
    String NO_SPACE = "No space left on device";

    /** Reads the tables as they are. */
    Reader reader();

    /** The tables as they are now; on the writing thread. */
    Snapshot snapshot();

    /**
     * Opens the files anew after a failed write; what a failed write left is then either there as a
     * whole or not at all. On the writing thread; reading meanwhile throws.
     *
     * @throws IOException if that is not possible yet; it may be tried again
     */
    void reopen() throws IOException;

    /**
     * Makes a copy of one moment in a directory that does not exist yet; from any thread.
     *
     * @throws IOException if it can't be made; nothing is left of it then
     */
    void checkpoint(Path directory) throws IOException;

    /** Bytes that the disk has left. */
    long freeBytes() throws IOException;

    /** Bytes that the files take. */
    long usedBytes() throws IOException;

    /**
     * What else there is to say about it, by names as they stand below {@code $SYS/broker/store/};
     * from any thread.
     */
    default Map<String, String> figures() {
        return Map.of();
    }

    /** Writes what is left and closes. Twice does nothing. */
    @Override
    void close();
}

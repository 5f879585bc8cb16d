package io.godwit.client.store;

import io.godwit.codec.PacketException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a session in a directory, as a log: what happens is added to files of some megabytes each
 * ({@code session-0000000001.log} and so on). A file in which nothing is needed any more is
 * deleted; when more than half of all is not needed, what is needed of the oldest is added anew. A
 * log that ends within a record, since the process was killed, is cut there.
 *
 * <p>One thread at a time.
 */
public final class DirectoryStore implements SessionStore {

    /** Bytes of messages that it takes, if nothing else is said. */
    public static final long USUAL_BYTES = 1L << 30;

    private static final long SEGMENT = 4 << 20;

    /** From what a flush protects. */
    public enum Durability {
        /** A crash of the process: all is given to the operating system. */
        PROCESS,
        /** A loss of power, too: all is on the disk, for which each flush waits. */
        POWER
    }

    private final Path directory;
    private final long mostBytes;
    private final long segmentBytes;
    private final Durability durability;
    private final DirectoryLock lock;

    private final Deque<LogSegment> segments = new ArrayDeque<>();
    private final Map<Long, Entry> entries = new HashMap<>();
    private final Map<Integer, LogSegment> taken = new HashMap<>();
    private long liveBytes;
    private @Nullable Recovered found;
    private boolean closed;

    /** A message, and where its record is. */
    private static final class Entry {
        LogSegment segment;
        long offset;
        final int length;
        Stage stage;
        int packetId;

        Entry(LogSegment segment, long offset, int length, Stage stage, int packetId) {
            this.segment = segment;
            this.offset = offset;
            this.length = length;
            this.stage = stage;
            this.packetId = packetId;
        }
    }

    private DirectoryStore(
            Path directory,
            long mostBytes,
            long segmentBytes,
            Durability durability,
            DirectoryLock lock) {
        this.directory = directory;
        this.mostBytes = mostBytes;
        this.segmentBytes = segmentBytes;
        this.durability = durability;
        this.lock = lock;
    }

    /**
     * Opens one of {@link #USUAL_BYTES} that survives a crash of the process; makes the directory
     * if there is none.
     *
     * @throws IOException as {@link #open(Path, long, Durability)}
     */
    public static DirectoryStore open(Path directory) throws IOException {
        return open(directory, USUAL_BYTES, Durability.PROCESS);
    }

    /**
     * Opens one; makes the directory if there is none.
     *
     * @param bytes of messages that are kept, 1 or more: beyond that {@link #append} throws {@link
     *     StoreFull}. The files have about twice as many, and some megabytes.
     * @throws StoreDamaged if a file is not what was written; says which, where and what to do
     * @throws IOException if somebody else uses the directory, a newer version wrote it, or it
     *     can't be read and written
     */
    public static DirectoryStore open(Path directory, long bytes, Durability durability)
            throws IOException {
        return open(directory, bytes, durability, SEGMENT);
    }

    /**
     * Opens that of a client; makes the directory if there is none.
     *
     * @param clientId not empty; noted in the directory
     * @throws IOException as {@link #open(Path, long, Durability)}, and if it keeps the session of
     *     another client
     */
    public static DirectoryStore open(
            Path directory, String clientId, long bytes, Durability durability) throws IOException {
        DirectoryStore store = open(directory, bytes, durability);
        try {
            SessionOwner.check(directory, clientId);
            return store;
        } catch (IOException | RuntimeException failure) {
            store.closeFiles();
            throw failure;
        }
    }

    static DirectoryStore open(Path directory, long bytes, Durability durability, long segmentBytes)
            throws IOException {
        if (bytes < 1) {
            throw new IllegalArgumentException("a store takes 1 byte at least, not " + bytes);
        }
        Files.createDirectories(directory);
        DirectoryLock lock = DirectoryLock.take(directory);
        DirectoryStore store = new DirectoryStore(directory, bytes, segmentBytes, durability, lock);
        try {
            store.recover();
            return store;
        } catch (IOException | RuntimeException failure) {
            store.closeFiles();
            throw failure;
        }
    }

    private void recover() throws IOException {
        List<Long> numbers = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (LogSegment.numberOf(file) >= 0) {
                    numbers.add(LogSegment.numberOf(file));
                }
            }
        }
        numbers.sort(null);
        Map<Long, Kept> messages = new TreeMap<>();
        for (int i = 0; i < numbers.size(); i++) {
            long number = numbers.get(i);
            if (i > 0 && number != numbers.get(i - 1) + 1) {
                throw new StoreDamaged(
                        segments.getLast().file(),
                        segments.getLast().size(),
                        "the file that follows it is missing");
            }
            segments.add(
                    LogSegment.open(
                            directory,
                            number,
                            i == numbers.size() - 1,
                            (segment, offset, content) ->
                                    replay(segment, offset, content, messages)));
        }
        if (segments.isEmpty()) {
            addSegment(1);
        }
        List<Kept> outgoing = new ArrayList<>(messages.size());
        for (Kept kept : messages.values()) {
            Entry entry = entries.get(kept.sequence());
            if (entry != null) {
                outgoing.add(
                        new Kept(
                                kept.sequence(),
                                kept.message(),
                                entry.stage,
                                entry.packetId,
                                kept.publishedAt()));
            }
        }
        found = new Recovered(outgoing, taken.keySet().stream().sorted().toList());
    }

    /** Does again what a record says. What it speaks of may be gone with an older file. */
    private void replay(
            LogSegment segment, long offset, ByteBuffer content, Map<Long, Kept> messages)
            throws IOException {
        try {
            int length = LogSegment.RECORD_HEADER + content.remaining();
            switch (content.get()) {
                case Records.APPENDED -> {
                    Kept kept = Records.kept(content);
                    forget(kept.sequence()); // of an older file, since it was added anew
                    messages.put(kept.sequence(), kept);
                    keep(
                            kept.sequence(),
                            new Entry(segment, offset, length, kept.stage(), kept.packetId()));
                }
                case Records.ADVANCED -> {
                    Entry entry = entries.get(content.getLong());
                    Stage stage = Records.stage(content.get());
                    if (entry != null) {
                        entry.stage = stage;
                        entry.packetId = content.getShort() & 0xFFFF;
                    }
                }
                case Records.REMOVED -> {
                    long sequence = content.getLong();
                    forget(sequence);
                    messages.remove(sequence);
                }
                case Records.TOOK -> take(content.getShort() & 0xFFFF, segment);
                case Records.RELEASED -> release(content.getShort() & 0xFFFF);
                case Records.SESSION_LOST -> loseSession();
                default ->
                        throw new StoreDamaged(
                                segment.file(), offset, "a record is of no kind that there is");
            }
        } catch (PacketException | IllegalArgumentException | BufferUnderflowException wrong) {
            throw new StoreDamaged(
                    segment.file(), offset, "a record can't be read: " + wrong.getMessage());
        }
    }

    private void keep(long sequence, Entry entry) {
        entries.put(sequence, entry);
        entry.segment.live++;
        liveBytes += entry.length;
    }

    private void forget(long sequence) {
        Entry entry = entries.remove(sequence);
        if (entry != null) {
            entry.segment.live--;
            liveBytes -= entry.length;
        }
    }

    private void take(int packetId, LogSegment segment) {
        release(packetId);
        taken.put(packetId, segment);
        segment.live++;
    }

    private void release(int packetId) {
        LogSegment segment = taken.remove(packetId);
        if (segment != null) {
            segment.live--;
        }
    }

    private void loseSession() {
        for (Map.Entry<Long, Entry> each : List.copyOf(entries.entrySet())) {
            Entry entry = each.getValue();
            if (entry.stage == Stage.RELEASED) {
                forget(each.getKey());
            }
            entry.stage = Stage.WAITING;
            entry.packetId = 0;
        }
        List.copyOf(taken.keySet()).forEach(this::release);
    }

    /**
     * @throws IllegalStateException if it was asked before
     */
    @Override
    public Recovered recovered() {
        Recovered recovered = found;
        if (recovered == null) {
            throw new IllegalStateException("what was found is asked for once");
        }
        found = null;
        return recovered;
    }

    /**
     * @throws StoreFull if there is no room; the message is not added then
     */
    @Override
    public void append(Kept message) throws IOException {
        if (entries.containsKey(message.sequence())) {
            throw new IllegalArgumentException("there is a message " + message.sequence());
        }
        byte[] content = Records.appended(message);
        int length = LogSegment.RECORD_HEADER + content.length;
        if (liveBytes + length > mostBytes) {
            throw new StoreFull(directory, liveBytes);
        }
        LogSegment segment = tail();
        long offset = segment.append(content);
        keep(
                message.sequence(),
                new Entry(segment, offset, length, message.stage(), message.packetId()));
    }

    @Override
    public void advance(long sequence, Stage stage, int packetId) throws IOException {
        Entry entry = entries.get(sequence);
        if (entry == null) {
            throw new IllegalArgumentException("there is no message " + sequence);
        }
        tail().append(Records.advanced(sequence, stage, packetId));
        entry.stage = stage;
        entry.packetId = packetId;
    }

    /**
     * A message is acknowledged, was dropped, or has failed; nothing happens if it is not there.
     */
    @Override
    public void remove(long sequence) throws IOException {
        if (entries.containsKey(sequence)) {
            tail().append(Records.removed(sequence));
            forget(sequence);
        }
    }

    @Override
    public void took(int packetId) throws IOException {
        if (!taken.containsKey(packetId)) {
            LogSegment segment = tail();
            segment.append(Records.took(packetId));
            take(packetId, segment);
        }
    }

    @Override
    public void released(int packetId) throws IOException {
        if (taken.containsKey(packetId)) {
            tail().append(Records.released(packetId));
            release(packetId);
        }
    }

    @Override
    public void sessionLost() throws IOException {
        tail().append(Records.sessionLost());
        loseSession();
    }

    @Override
    public void flush() throws IOException {
        checkOpen();
        if (durability == Durability.POWER) {
            segments.getLast().force();
        } else {
            segments.getLast().drain();
        }
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException("the store " + directory + " is closed");
        }
    }

    /** The file that is written to, a new one if that is large enough. */
    private LogSegment tail() throws IOException {
        checkOpen();
        if (segments.getLast().size() >= segmentBytes) {
            roll();
            deleteWhatIsDead();
            compact();
        }
        return segments.getLast();
    }

    /** The old file is on the disk before there is a new one: only the last can be torn. */
    private void roll() throws IOException {
        LogSegment full = segments.getLast();
        full.seal();
        addSegment(full.number() + 1);
    }

    private void addSegment(long number) throws IOException {
        segments.add(LogSegment.create(directory, number));
        if (durability == Durability.POWER) {
            forceDirectory();
        }
    }

    private void forceDirectory() throws IOException {
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            return; // where a directory is no file
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** From the oldest on, since a removal is of use as long as the older file with the message. */
    private void deleteWhatIsDead() throws IOException {
        while (segments.size() > 1 && segments.getFirst().live == 0) {
            segments.getFirst().delete();
            segments.removeFirst();
        }
    }

    /** Adds anew what is needed of the oldest files, each once at most, until half of all is. */
    private void compact() throws IOException {
        for (int rest = segments.size() - 1; rest > 0 && isMostlyDead(); rest--) {
            LogSegment oldest = segments.getFirst();
            for (Entry entry : entries.values()) {
                if (entry.segment == oldest) {
                    move(entry);
                }
            }
            for (Map.Entry<Integer, LogSegment> each : taken.entrySet()) {
                if (each.getValue() == oldest) {
                    LogSegment tail = tailWhileCompacting();
                    tail.append(Records.took(each.getKey()));
                    oldest.live--;
                    tail.live++;
                    each.setValue(tail);
                }
            }
            segments.getLast().force();
            deleteWhatIsDead();
        }
    }

    private boolean isMostlyDead() {
        long bytes = 0;
        for (LogSegment segment : segments) {
            bytes += segment.size();
        }
        return bytes > 2 * (liveBytes + segmentBytes);
    }

    private void move(Entry entry) throws IOException {
        byte[] content = entry.segment.content(entry.offset);
        Records.setStage(content, entry.stage, entry.packetId);
        LogSegment tail = tailWhileCompacting();
        entry.offset = tail.append(content);
        entry.segment.live--;
        tail.live++;
        entry.segment = tail;
    }

    private LogSegment tailWhileCompacting() throws IOException {
        if (segments.getLast().size() >= segmentBytes) {
            roll();
        }
        return segments.getLast();
    }

    /** Gives all to the system, and the directory free for others. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        try {
            flush();
        } finally {
            closed = true;
            closeFiles();
        }
    }

    private void closeFiles() throws IOException {
        try {
            for (LogSegment segment : segments) {
                segment.close();
            }
        } finally {
            lock.close();
        }
    }
}

package io.godwit.store.rocksdb;

import io.godwit.store.rocksdb.Inspection.Torn;
import io.godwit.store.rocksdb.Salvage.Damage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Opens the files of a database once, and sees to it that damaged ones don't prevent it:
 *
 * <ul>
 *   <li>A log that ends in a piece of a record is cut where the last whole one ends.
 *   <li>If anything else is wrong, a new database is put together from what can be read, beside the
 *       old one. Then the old directory goes into quarantine as it is, and the new one takes its
 *       place. A crash at any point of this loses nothing: the next opening goes on with it.
 * </ul>
 */
final class Opening {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern WRITTEN_BY = Pattern.compile("rocksdb_version=(\\d{1,9})\\.");

    private final Path directory;
    private final Durability durability;

    /** Where a new database is being written; worthless until it is complete. */
    private final Path rebuilding;

    /** Where it is from then on until it takes its place. */
    private final Path rebuilt;

    private final long start = System.nanoTime();
    private @Nullable Salvage salvage;

    Opening(Path directory, Durability durability) {
        this.directory = directory;
        this.durability = durability;
        rebuilding = directory.resolveSibling(StoreFiles.name(directory) + ".rebuilding");
        rebuilt = directory.resolveSibling(StoreFiles.name(directory) + ".rebuilt");
    }

    /** What was done about damaged files; null if none were. */
    @Nullable Salvage salvage() {
        return salvage;
    }

    /**
     * Opens the files.
     *
     * @param inspecting whether to look at all of them first; if not, RocksDB looks at those that
     *     it reads at the start
     */
    OpenFiles open(boolean inspecting) throws IOException {
        try {
            StoreFiles.delete(rebuilding);
            if (Files.exists(rebuilt)) {
                takePlace();
            }
            Files.createDirectories(directory);
            if (inspecting) {
                inspect();
            }
        } catch (FileSystemException e) {
            throw new IOException(
                    "The store in "
                            + directory
                            + " can't be opened: "
                            + reason(e)
                            + ". The broker must be able to read and write it",
                    e);
        }
        try {
            return new OpenFiles(directory, durability);
        } catch (RocksDBException e) {
            if (!saysDamage(e)) {
                throw Failure.of("open", directory, e);
            }
            try (FileChannel _ = locked()) {
                rebuild(List.of(new Damage("MANIFEST", Failure.words(e))));
            }
        }
        try {
            return new OpenFiles(directory, durability);
        } catch (RocksDBException e) {
            throw Failure.of("open", directory, e);
        }
    }

    private static String reason(FileSystemException e) {
        return e instanceof AccessDeniedException
                ? "permission denied: " + e.getFile()
                : String.valueOf(e.getMessage());
    }

    private void inspect() throws IOException {
        try (FileChannel _ = locked()) {
            Inspection found = Inspection.of(directory);
            Torn torn = found.torn();
            if (found.mustRebuild()) {
                rebuild(found.damages());
            } else if (torn != null) {
                cut(torn, found.damages());
            }
        }
    }

    /** The lock that RocksDB takes as well, of which only another process can be the holder. */
    private FileChannel locked() throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve(StoreFiles.LOCK),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        @Nullable FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new IOException(
                    "The store in " + directory + " is in use by another process; stop that one");
        }
        return channel;
    }

    private static boolean saysDamage(RocksDBException e) {
        return Failure.isCorruption(e) || Failure.words(e).contains("No such file or directory");
    }

    private void cut(Torn torn, List<Damage> damages) throws IOException {
        Path quarantine = quarantine();
        Path kept = quarantine.resolve(StoreFiles.name(torn.log()) + ".from-" + torn.at());
        try {
            Files.createDirectories(quarantine);
            try (InputStream in = Files.newInputStream(torn.log());
                    OutputStream out = Files.newOutputStream(kept)) {
                in.skipNBytes(torn.at());
                in.transferTo(out);
            }
            StoreFiles.force(kept);
            StoreFiles.force(quarantine);
        } catch (IOException e) {
            throw noRoom(damages, "what is cut off can't be kept in " + quarantine, e);
        }
        try (FileChannel log = FileChannel.open(torn.log(), StandardOpenOption.WRITE)) {
            log.truncate(torn.at());
            log.force(true);
        }
        salvage = new Salvage(damages, quarantine, 0, 0, true, sinceStart());
    }

    private void rebuild(List<Damage> damages) throws IOException {
        refuseNewer(damages);
        long needed = StoreFiles.size(directory);
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < needed) {
            throw noRoom(
                    damages,
                    "a copy of what can be read needs up to "
                            + needed
                            + " bytes of disk space, and there are "
                            + free,
                    null);
        }
        Rebuild rebuild = new Rebuild(directory);
        try {
            rebuild.into(rebuilding);
            StoreFiles.force(rebuilding);
            Files.move(rebuilding, rebuilt, StandardCopyOption.ATOMIC_MOVE);
            StoreFiles.force(parent());
        } catch (RocksDBException e) {
            throw noRoom(damages, Failure.words(e), e);
        } finally {
            StoreFiles.delete(rebuilding);
        }
        Path quarantine = takePlace();
        salvage =
                new Salvage(
                        damages,
                        quarantine,
                        rebuild.kept(),
                        rebuild.lost(),
                        rebuild.perhapsMore() || saysMissing(damages),
                        sinceStart());
    }

    private static boolean saysMissing(List<Damage> damages) {
        return damages.stream().anyMatch(damage -> damage.what().contains("No such file"));
    }

    /** Moves the old files away, if that is not done yet, and the new ones to where they were. */
    private Path takePlace() throws IOException {
        Path quarantine = quarantine();
        if (Files.exists(directory)) {
            Files.createDirectories(quarantine);
            Files.move(
                    directory,
                    quarantine.resolve(StoreFiles.name(directory)),
                    StandardCopyOption.ATOMIC_MOVE);
            StoreFiles.force(quarantine);
            StoreFiles.force(parent());
        }
        Files.move(rebuilt, directory, StandardCopyOption.ATOMIC_MOVE);
        StoreFiles.force(parent());
        return quarantine;
    }

    /** Damage may be nothing but a format that only a newer version knows. */
    private void refuseNewer(List<Damage> damages) throws IOException {
        List<Path> options = StoreFiles.options(directory);
        if (options.isEmpty()) {
            return;
        }
        int own = RocksDB.rocksdbVersion().getMajor();
        Matcher theirs =
                WRITTEN_BY.matcher(
                        Files.readString(options.getLast(), StandardCharsets.ISO_8859_1));
        if (theirs.find() && Integer.parseInt(theirs.group(1)) > own) {
            throw new IOException(
                    "The store in "
                            + directory
                            + " was written by version "
                            + theirs.group(1)
                            + " of RocksDB, and this is version "
                            + own
                            + ", which can't read it ("
                            + damages.getFirst()
                            + "). Nothing was changed; start the newer broker again");
        }
    }

    private IOException noRoom(List<Damage> damages, String why, @Nullable Exception cause) {
        return new IOException(
                "The store in "
                        + directory
                        + " is damaged ("
                        + damages.getFirst()
                        + (damages.size() > 1 ? " and " + (damages.size() - 1) + " more" : "")
                        + ") and can't be mended: "
                        + why
                        + ". Nothing was changed; make room and start again",
                cause);
    }

    private Path quarantine() {
        Path all = directory.resolveSibling("quarantine");
        String time = TIME.format(Instant.now());
        Path quarantine = all.resolve(time);
        for (int i = 2; Files.exists(quarantine); i++) {
            quarantine = all.resolve(time + "-" + i);
        }
        return quarantine;
    }

    private Path parent() {
        Path parent = directory.getParent();
        return parent == null ? directory : parent;
    }

    private Duration sinceStart() {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}

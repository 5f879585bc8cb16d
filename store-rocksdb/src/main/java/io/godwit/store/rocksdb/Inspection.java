package io.godwit.store.rocksdb;

import io.godwit.store.rocksdb.Salvage.Damage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDBException;

/**
 * Looks at all files of a database before RocksDB does, which would stop at the first that is
 * damaged, or take a directory without {@code CURRENT} for an empty one and delete what is in it.
 */
final class Inspection {

    private final List<Damage> damages = new ArrayList<>();
    private boolean rebuild;
    private @Nullable Torn torn;

    /**
     * A log whose end is not a whole record: a write that was cut off.
     *
     * @param at where the last whole record ends
     */
    record Torn(Path log, long at) {}

    private Inspection() {}

    /** Reads all files and changes nothing. */
    static Inspection of(Path directory) throws IOException {
        Inspection inspection = new Inspection();
        inspection.lookAtManifest(directory);
        inspection.lookAtLogs(directory);
        inspection.lookAtTables(directory);
        return inspection;
    }

    List<Damage> damages() {
        return damages;
    }

    /** Whether RocksDB can't open it without losing what could be read. */
    boolean mustRebuild() {
        return rebuild;
    }

    /** The log that ends in a piece of a record, if nothing else is wrong with it. */
    @Nullable Torn torn() {
        return torn;
    }

    private void lookAtManifest(Path directory) throws IOException {
        Path current = directory.resolve(StoreFiles.CURRENT);
        if (!Files.exists(current)) {
            boolean empty =
                    StoreFiles.manifests(directory).isEmpty()
                            && StoreFiles.tables(directory).isEmpty()
                            && StoreFiles.logs(directory).isEmpty();
            if (!empty) {
                damaged(StoreFiles.CURRENT, "it is missing");
            }
            return;
        }
        String name = Files.readString(current, StandardCharsets.ISO_8859_1);
        if (!name.endsWith("\n") || !StoreFiles.isManifest(name.strip())) {
            damaged(StoreFiles.CURRENT, "it does not name a manifest");
            return;
        }
        Path manifest = directory.resolve(name.strip());
        if (!Files.exists(manifest)) {
            damaged(StoreFiles.name(manifest), "it is missing");
            return;
        }
        LogFile.Outcome outcome = LogFile.read(manifest, (_, _) -> {});
        if (outcome.damagedBetween() || outcome.torn() || outcome.end() == 0) {
            damaged(StoreFiles.name(manifest), "a record does not match its checksum");
        }
    }

    private void lookAtLogs(Path directory) throws IOException {
        Torn last = null;
        for (Path log : StoreFiles.logs(directory)) {
            LogFile.Outcome outcome = LogFile.read(log, (_, _) -> {});
            if (outcome.damagedBetween()) {
                damaged(StoreFiles.name(log), "records in the middle don't match their checksums");
            }
            if (outcome.end() > 0 && last != null) {
                damaged(StoreFiles.name(last.log), "its end is damaged, and a later log goes on");
                last = null;
            }
            if (outcome.torn()) {
                last = new Torn(log, outcome.end());
            }
        }
        if (last != null) {
            long cut = Files.size(last.log) - last.at;
            damages.add(
                    new Damage(
                            StoreFiles.name(last.log),
                            "its last " + cut + " bytes are no whole record"));
            torn = last;
        }
    }

    private void lookAtTables(Path directory) throws IOException {
        List<Damage> found = new ArrayList<>();
        for (Path each : StoreFiles.tables(directory)) {
            try (SstFile file = SstFile.open(each)) {
                int blocks = file.damagedBlocks();
                if (blocks > 0) {
                    found.add(
                            new Damage(
                                    StoreFiles.name(each), blocks + " of its blocks are damaged"));
                }
            } catch (AccessDeniedException e) {
                throw e;
            } catch (IOException e) {
                found.add(new Damage(StoreFiles.name(each), String.valueOf(e.getMessage())));
            }
        }
        if (!found.isEmpty() && !rebuild) {
            Set<String> inUse = inUse(directory);
            // a table that was being written when the process ended; the log still has its entries
            found.removeIf(damage -> inUse != null && !inUse.contains(damage.file()));
        }
        found.forEach(damage -> damaged(damage.file(), damage.what()));
    }

    /** The names of the tables that belong to the database; null if it can't be opened to tell. */
    private static @Nullable Set<String> inUse(Path directory) {
        try (OpenFiles files = new OpenFiles(directory, Durability.PROCESS, true)) {
            Set<String> names = new HashSet<>();
            for (LiveFileMetaData table : files.db().getLiveFilesMetaData()) {
                names.add(table.fileName().replace("/", ""));
            }
            return names;
        } catch (RocksDBException damagedToo) {
            return null;
        }
    }

    private void damaged(String file, String what) {
        damages.add(new Damage(file, what));
        rebuild = true;
    }
}

package io.godwit.store.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * RocksDB's native library. RocksDB would copy it into the directory for temporary files and delete
 * it when the process ends, so that each process that is killed leaves one there; here it is
 * deleted as soon as it is loaded.
 */
final class NativeLibrary {

    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads the library unless that was done; from any thread.
     *
     * @throws IOException if there is none for this platform or it can't be written or loaded
     */
    static synchronized void load() throws IOException {
        if (loaded) {
            return;
        }
        String name = Environment.getJniLibraryFileName("rocksdb");
        if (RocksDB.class.getResource("/" + name) == null) {
            throw new IOException(
                    "There is no RocksDB library ("
                            + name
                            + ") for this platform. Use Linux with glibc on x64 or arm64, or set"
                            + " persistence.mode = memory");
        }
        Path directory = Files.createTempDirectory("godwit");
        try {
            NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
            RocksDB.loadLibrary();
        } catch (UnsatisfiedLinkError e) {
            throw new IOException(
                    "The RocksDB library can't be loaded from "
                            + directory
                            + " ("
                            + e.getMessage()
                            + "). Set -Djava.io.tmpdir to a directory that may hold programs",
                    e);
        } finally {
            StoreFiles.delete(directory);
        }
        loaded = true;
    }
}

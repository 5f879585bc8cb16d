package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.Status.SubCode;

/** Says in this program's words what RocksDB reports. */
final class Failure {

    private Failure() {}

    /**
     * What to throw.
     *
     * @param attempt what was tried, as in "write to"
     */
    static IOException of(String attempt, Path directory, RocksDBException cause) {
        if (isNoSpace(cause)) {
            return noSpace(directory, cause);
        }
        String advice =
                isCorruption(cause)
                        ? ". Its files are damaged: what can be read is kept when it is opened anew"
                        : ". Check the disk and who may write there";
        return new IOException(
                "Cannot " + attempt + " the store in " + directory + ": " + words(cause) + advice,
                cause);
    }

    /** What to throw at those who call after a failed write. */
    static IOException again(Path directory, IOException first) {
        if (first instanceof FileSystemException e && Database.NO_SPACE.equals(e.getReason())) {
            return noSpace(directory, first);
        }
        return new IOException(
                "The store in "
                        + directory
                        + " must be opened anew after this: "
                        + first.getMessage(),
                first);
    }

    static boolean isNoSpace(RocksDBException cause) {
        Status status = cause.getStatus();
        return (status != null && status.getSubCode() == SubCode.NoSpace)
                || words(cause).contains("No space left on device")
                || words(cause).contains("Disk quota exceeded");
    }

    static boolean isCorruption(RocksDBException cause) {
        Status status = cause.getStatus();
        return status != null && status.getCode() == Status.Code.Corruption;
    }

    static String words(RocksDBException cause) {
        return String.valueOf(cause.getMessage());
    }

    private static FileSystemException noSpace(Path directory, Exception cause) {
        FileSystemException failure =
                new FileSystemException(directory.toString(), null, Database.NO_SPACE);
        failure.initCause(cause);
        return failure;
    }
}

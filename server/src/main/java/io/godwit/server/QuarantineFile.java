package io.godwit.server;

import io.godwit.broker.durable.Quarantine;
import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts records that cannot be read into {@code records} in the quarantine directory: a line for
 * each, with its table, key and value in hexadecimal, and what is wrong. Safe from any thread.
 */
final class QuarantineFile implements Quarantine {

    private static final Logger LOG = LoggerFactory.getLogger(QuarantineFile.class);

    /** Lines in the log; what goes beyond is counted and in the file. */
    private static final int MOST_LOGGED = 20;

    private final Path file;
    private int logged;

    /** Writes into a directory, which is made when it is needed. */
    QuarantineFile(Path directory) {
        file = directory.resolve("records");
    }

    @Override
    public synchronized void put(Table table, byte[] key, byte[] value, String why) {
        HexFormat hex = HexFormat.of();
        String line =
                "%s %s %s %s%n".formatted(table, hex.formatHex(key), hex.formatHex(value), why);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    line,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException("a damaged record can't be kept in " + file, failure);
        }
        if (logged++ < MOST_LOGGED) {
            LOG.error(
                    "record {} of the store's {} table can't be read: {}. What it held is lost; it"
                            + " is kept in {}",
                    hex.formatHex(key),
                    table,
                    why,
                    file);
        }
    }
}

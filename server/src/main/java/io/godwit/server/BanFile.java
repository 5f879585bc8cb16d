package io.godwit.server;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.godwit.admin.http.Json;
import io.godwit.broker.auth.Network;
import io.godwit.broker.protection.Ban;
import io.godwit.broker.protection.Ban.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file that keeps bans over a restart, in JSON. Written beside and then put in place, so that
 * there is always a whole one.
 *
 * @param path where it is
 */
record BanFile(Path path) {

    /**
     * The bans in the file; none if there is no file.
     *
     * @throws IOException if it can't be read; says what is wrong with it and what to do
     */
    List<Ban> read() throws IOException {
        if (Files.notExists(path)) {
            return List.of();
        }
        try {
            List<Ban> bans = new ArrayList<>();
            if (!(Json.read(Files.readAllBytes(path)).get("bans") instanceof List<?> entries)) {
                throw new IOException("has no list of bans");
            }
            for (Object entry : entries) {
                if (!(entry instanceof Map<?, ?> ban)) {
                    throw new IOException("has a ban that is no object");
                }
                bans.add(ban(ban));
            }
            return bans;
        } catch (IOException | IllegalArgumentException | DateTimeException damaged) {
            throw new IOException(
                    "%s, which says who is banned, %s. Mend it, or remove it to start without bans."
                            .formatted(path, damaged.getMessage()),
                    damaged);
        }
    }

    private static Ban ban(Map<?, ?> entry) throws IOException {
        String address = text(entry, "address");
        String until = text(entry, "until");
        String reason = text(entry, "reason");
        return new Ban(
                new Target(
                        address == null ? null : Network.parse(address),
                        text(entry, "user"),
                        text(entry, "client")),
                until == null ? Ban.FOREVER : Instant.parse(until).toEpochMilli(),
                reason == null ? "" : reason);
    }

    private static @Nullable String text(Map<?, ?> entry, String key) throws IOException {
        Object value = entry.get(key);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new IOException("has a ban whose " + key + " is no text");
    }

    /** Replaces what is in the file. */
    void write(List<Ban> bans) throws IOException {
        List<Map<String, @Nullable Object>> entries = new ArrayList<>();
        for (Ban ban : bans) {
            Map<String, @Nullable Object> entry = new LinkedHashMap<>();
            Network network = ban.target().network();
            entry.put("address", network == null ? null : network.toString());
            entry.put("user", ban.target().userName());
            entry.put("client", ban.target().clientId());
            entry.put(
                    "until",
                    ban.until() == Ban.FOREVER
                            ? null
                            : Instant.ofEpochMilli(ban.until()).toString());
            entry.put("reason", ban.reason());
            entries.add(entry);
        }
        Path beside = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(beside, CREATE, TRUNCATE_EXISTING, WRITE)) {
            ByteBuffer content = ByteBuffer.wrap(Json.write(Map.of("bans", entries)));
            while (content.hasRemaining()) {
                out.write(content);
            }
            out.force(true);
        }
        Files.move(beside, path, ATOMIC_MOVE, REPLACE_EXISTING);
    }
}

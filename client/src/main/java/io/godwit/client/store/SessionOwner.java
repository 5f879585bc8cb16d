package io.godwit.client.store;

import io.godwit.codec.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * Whose session a directory keeps: the client identifier, in the file {@code client}. Packet
 * identifiers and what was taken are of no use to another client, and its server would be told of
 * messages that it never had.
 */
final class SessionOwner {

    private static final String FILE = "client";

    private SessionOwner() {}

    /**
     * Notes whose it is, or finds it noted. The caller has the directory's lock.
     *
     * @param clientId not empty
     * @throws IOException if it is another client's; says whose
     */
    static void check(Path directory, String clientId) throws IOException {
        Path file = directory.resolve(FILE);
        byte[] wanted = clientId.getBytes(StandardCharsets.UTF_8);
        byte[] noted = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        if (noted.length == 0) { // new, of an earlier version, or lost with the power
            write(file, wanted);
        } else if (!Arrays.equals(noted, wanted)) {
            throw new IOException(
                    "%s: it keeps the session of the client %s, not of %s: give each client identifier its own directory, or move this one away to begin anew"
                            .formatted(directory, Utf8.quote(noted), Utf8.quote(wanted)));
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Path next = file.resolveSibling(FILE + ".new");
        Files.write(next, content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

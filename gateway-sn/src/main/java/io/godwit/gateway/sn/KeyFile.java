package io.godwit.gateway.sn;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file with a line for each device, which has a key. */
final class KeyFile {

    /** Bytes of the shortest and the longest key. */
    static final int SHORTEST_KEY = 16;

    static final int LONGEST_KEY = 64;

    private static final long LARGEST_FILE = 64_000_000;
    private static final int LONGEST_IDENTITY = 128;

    private KeyFile() {}

    /** Who takes the lines. */
    interface Lines {

        /** What is wrong with a line, in words that show nothing of the key; null if nothing is. */
        @Nullable String add(String line);
    }

    /**
     * Reads a file. Empty lines and those that begin with # are passed over. Blocks.
     *
     * @throws IOException with file, line and what is wrong
     */
    static void read(Path file, Lines to) throws IOException {
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && line.charAt(0) != '#') {
                String wrong = to.add(line);
                if (wrong != null) {
                    throw new IOException(file + ":" + (i + 1) + ": " + wrong);
                }
            }
        }
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new IOException(file + ": is larger than " + LARGEST_FILE + " bytes");
            }
            return Files.readAllLines(file);
        } catch (NoSuchFileException missing) {
            throw new IOException(file + ": no such file", missing);
        } catch (AccessDeniedException denied) {
            throw new IOException(file + ": may not be read by this user", denied);
        } catch (CharacterCodingException other) {
            throw new IOException(file + ": is no text in UTF-8", other);
        }
    }

    /** What is wrong with an identity; null if nothing is. */
    static @Nullable String wrongIdentity(String identity) {
        return identity.getBytes(StandardCharsets.UTF_8).length > LONGEST_IDENTITY
                        || identity.codePoints().anyMatch(Character::isISOControl)
                ? "an identity has up to " + LONGEST_IDENTITY + " bytes and no control characters"
                : null;
    }

    /** The bytes that stand there in hexadecimal; null if none do. */
    static byte @Nullable [] hex(String text) {
        try {
            return HexFormat.of().parseHex(text);
        } catch (IllegalArgumentException other) {
            return null;
        }
    }
}

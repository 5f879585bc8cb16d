package io.godwit.access.authentication;

import io.godwit.access.authentication.scram.ScramKeys;
import io.godwit.codec.Utf8;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The users of a password file: a line {@code user:hash} each, in Mosquitto's formats or for SCRAM.
 * Lines that begin with {@code #} and lines without a colon are passed over. Immutable.
 */
final class PasswordFile {

    /** The largest file that is read, in bytes. */
    static final long LARGEST = 100_000_000;

    private static final int MOST_PROBLEMS = 20;

    private final Path path;
    private final Map<String, PasswordHash> users;
    private final List<PasswordHash> hashes;
    private final HeapShare heap;
    private final int seed = ThreadLocalRandom.current().nextInt();

    private PasswordFile(Path path, Map<String, PasswordHash> users, HeapShare heap) {
        this.path = path;
        this.heap = heap;
        this.users = users;
        this.hashes = List.copyOf(users.values());
    }

    /**
     * Reads a file.
     *
     * @param heap what its verifications take their memory from
     * @throws InvalidPasswordFile if it can't be read, or anything in it is wrong; says all of it
     */
    static PasswordFile read(Path path, HeapShare heap) throws InvalidPasswordFile {
        List<InvalidPasswordFile.Problem> problems = new ArrayList<>();
        Map<String, PasswordHash> users = new HashMap<>();
        Map<String, Integer> lines = new HashMap<>();
        int number = 0;
        for (String line : text(path).split("\n", -1)) {
            number++;
            int colon = line.indexOf(':');
            if (line.startsWith("#") || colon < 0) {
                continue;
            }
            String user = line.substring(0, colon).strip();
            try {
                PasswordHash hash = PasswordHash.parse(line.substring(colon + 1).strip());
                check(user, lines.putIfAbsent(user, number), hash, heap.most());
                users.put(user, hash);
            } catch (IllegalArgumentException e) {
                problems.add(
                        new InvalidPasswordFile.Problem(
                                number, "user " + Utf8.quote(user) + ": " + e.getMessage()));
            }
            if (problems.size() > MOST_PROBLEMS) {
                problems.set(
                        MOST_PROBLEMS,
                        new InvalidPasswordFile.Problem(number, "and so on: more is wrong"));
                break;
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidPasswordFile(path, problems);
        }
        return new PasswordFile(path, users, heap);
    }

    private static void check(
            String user, @Nullable Integer before, PasswordHash hash, long memory) {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("there is no user name before the colon");
        } else if (before != null) {
            throw new IllegalArgumentException("the user is in line " + before + " already");
        } else if (hash.memory() > memory) {
            throw new IllegalArgumentException(
                    "to verify the password takes %d MB, and half of the heap are %d MB"
                            .formatted(hash.memory() / 1_000_000, memory / 1_000_000));
        }
    }

    private static String text(Path path) throws InvalidPasswordFile {
        try {
            if (Files.size(path) > LARGEST) {
                throw new InvalidPasswordFile(path, "is larger than " + LARGEST + " bytes");
            }
            return Files.readString(path);
        } catch (CharacterCodingException e) {
            throw new InvalidPasswordFile(path, "is not UTF-8 text");
        } catch (IOException e) {
            throw new InvalidPasswordFile(path, e);
        }
    }

    /** Users from elsewhere, as if they stood in a file. */
    static PasswordFile of(Map<String, PasswordHash> users, HeapShare heap) {
        return new PasswordFile(Path.of(""), Map.copyOf(users), heap);
    }

    /** The hash of a user, or null. */
    @Nullable PasswordHash hash(String user) {
        return users.get(user);
    }

    /** Where it was read from. */
    Path path() {
        return path;
    }

    /** How many users it has. */
    int size() {
        return hashes.size();
    }

    /** What there is for SCRAM, by user name. */
    Map<String, ScramKeys> scramKeys() {
        Map<String, ScramKeys> keys = new HashMap<>();
        users.forEach((user, hash) -> {
            if (hash instanceof ScramEntry entry) {
                keys.put(user, entry.keys());
            }
        });
        return keys;
    }

    /**
     * Whether a user has a password, in the same time whether there is such a user or not. Takes as
     * long as {@link PasswordHash#matches}.
     *
     * @return null if there is no such user
     */
    @Nullable Boolean matches(String user, byte[] password) {
        PasswordHash hash = users.get(user);
        if (hash != null) {
            return matches(hash, password);
        }
        if (!hashes.isEmpty()) {
            // Another user's, whose answer nobody learns: it takes as long as those here take.
            int other = Math.floorMod(Objects.hash(seed, user), hashes.size());
            boolean _ = matches(hashes.get(other), password);
        }
        return null;
    }

    private boolean matches(PasswordHash hash, byte[] password) {
        return heap.with(hash.memory(), () -> hash.matches(password));
    }
}

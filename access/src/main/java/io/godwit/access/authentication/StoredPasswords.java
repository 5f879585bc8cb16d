package io.godwit.access.authentication;

import io.godwit.codec.Utf8;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The passwords of a few users, which are verified on the thread that asks: two at a time, within
 * the memory that all verifications share. One that was verified lately costs nothing. Safe for
 * every thread but an event loop's.
 */
public final class StoredPasswords {

    private static final int AT_A_TIME = 2;
    private static final int WAIT_SECONDS = 5;
    private static final int MOST_REMEMBERED = 1_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private final PasswordFile users;
    private final Semaphore turns = new Semaphore(AT_A_TIME, true);
    private final VerifiedPasswords verified =
            new VerifiedPasswords(
                    MOST_REMEMBERED, REMEMBERED, new SecureRandom(), System::nanoTime);

    private StoredPasswords(PasswordFile users) {
        this.users = users;
    }

    /** Of these users, by their names. */
    public static StoredPasswords of(Map<String, PasswordHash> users) {
        return new StoredPasswords(PasswordFile.of(users, HeapShare.OF_THIS_PROCESS));
    }

    /**
     * What a password file has for a user.
     *
     * @throws InvalidPasswordFile if it can't be read, anything in it is wrong, or it has no such
     *     user
     */
    public static PasswordHash read(Path file, String user) throws InvalidPasswordFile {
        PasswordHash hash = PasswordFile.read(file, HeapShare.OF_THIS_PROCESS).hash(user);
        if (hash == null) {
            throw new InvalidPasswordFile(file, "has no user " + Utf8.quote(user));
        }
        return hash;
    }

    /**
     * Whether a user has a password; takes the same time whether there is such a user or not.
     *
     * @throws IOException if it has waited too long for others; says so
     */
    public boolean matches(String user, byte[] password) throws IOException {
        if (verified.has(user, password)) {
            return true;
        }
        try {
            if (!turns.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("too many passwords are being verified; try again later");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while others were verified", interrupted);
        }
        @Nullable Boolean matches;
        try {
            matches = users.matches(user, password);
        } finally {
            turns.release();
        }
        if (matches == null || !matches) {
            return false;
        }
        verified.add(user, password);
        return true;
    }
}

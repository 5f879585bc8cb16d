package io.godwit.access.authentication;

import io.godwit.access.authentication.scram.ScramKeys;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Utf8;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts clients by user name and password, which stand in a password file. Passwords are verified
 * on threads of its own: as many at a time as there are cores, up to 4, and as a quarter of the
 * heap has room for.
 */
public final class PasswordLink implements Link {

    /** The word for it in {@code authentication.order}. */
    public static final String NAME = "password";

    private static final Logger LOG = LoggerFactory.getLogger(PasswordLink.class);

    private static final int MOST_AT_A_TIME = 4;
    private static final int MOST_REMEMBERED = 100_000;

    private final PasswordFile file;
    private final Verifications verifications;
    private final VerifiedPasswords verified;

    /**
     * What there is to configure.
     *
     * @param file the password file
     * @param cache how long a verified password is remembered; 0 for not at all
     * @param waiting how many clients may wait for their verification; 1 or more
     * @param longestWait how long each of them may wait
     */
    public record Settings(Path file, Duration cache, int waiting, Duration longestWait) {}

    private PasswordLink(Settings settings, PasswordFile file, int atATime, LongSupplier clock) {
        this.file = file;
        this.verifications =
                new Verifications(atATime, settings.waiting, settings.longestWait, clock);
        this.verified =
                new VerifiedPasswords(MOST_REMEMBERED, settings.cache, new SecureRandom(), clock);
    }

    /**
     * Reads the file.
     *
     * @throws InvalidPasswordFile if anything is wrong with it; says all of it
     */
    public static PasswordLink open(Settings settings) throws InvalidPasswordFile {
        int cores = Runtime.getRuntime().availableProcessors();
        return open(
                settings,
                Math.min(cores, MOST_AT_A_TIME),
                HeapShare.OF_THIS_PROCESS,
                System::nanoTime);
    }

    /** As {@link #open(Settings)}, with so many verifications at a time. */
    static PasswordLink open(Settings settings, int atATime, HeapShare heap, LongSupplier clock)
            throws InvalidPasswordFile {
        PasswordFile file = PasswordFile.read(settings.file, heap);
        LOG.info("{} has {} users", file.path(), file.size());
        return new PasswordLink(settings, file, atATime, clock);
    }

    /** What the file has for SCRAM, by user name. */
    public Map<String, ScramKeys> scramKeys() {
        return file.scramKeys();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean knowsUsers() {
        return true;
    }

    @Override
    public void authenticate(Credentials credentials, Consumer<Decision> decided) {
        String userName = credentials.userName();
        byte[] password = credentials.password();
        if (userName == null || password == null) {
            decided.accept(new Passed(userName == null ? "no user name" : "no password"));
        } else if (verified.has(userName, password)) {
            decided.accept(accepted(credentials.clientId(), userName));
        } else {
            verifications.submit(
                    () -> decided.accept(answer(credentials.clientId(), userName, password)),
                    why -> decided.accept(new Refused(ReasonCode.SERVER_BUSY, why)));
        }
    }

    /** A fault lets nobody in, and leaves nobody without an answer. */
    private Decision answer(String clientId, String userName, byte[] password) {
        try {
            return decide(clientId, userName, password);
        } catch (RuntimeException | OutOfMemoryError fault) {
            LOG.error("a password could not be verified", fault);
            return new Refused(
                    ReasonCode.SERVER_BUSY, "the password could not be verified; the log says why");
        }
    }

    /** What takes long. */
    private Decision decide(String clientId, String userName, byte[] password) {
        if (verified.has(userName, password)) { // meanwhile
            return accepted(clientId, userName);
        }
        Boolean matches = file.matches(userName, password);
        if (matches == null) {
            return new Passed("%s has no user %s".formatted(file.path(), Utf8.quote(userName)));
        } else if (!matches) {
            return new Refused(
                    ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                    "wrong password for the user " + Utf8.quote(userName));
        }
        verified.add(userName, password);
        return accepted(clientId, userName);
    }

    private static Accepted accepted(String clientId, String userName) {
        return new Accepted(new Identity(clientId, userName));
    }

    @Override
    public void close() {
        verifications.close();
    }
}

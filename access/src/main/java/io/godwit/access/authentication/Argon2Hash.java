package io.godwit.access.authentication;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** {@code $argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<hash>}, RFC 9106. */
final class Argon2Hash implements PasswordHash {

    static final String START = "$argon2id$";

    private static final Pattern COST = Pattern.compile("m=(\\d+),t=(\\d+),p=(\\d+)");

    /** Of a new hash: KiB, passes and lanes, as Mosquitto 2.1 and OWASP have them. */
    private static final Cost NEW = new Cost(47_104, 1, 1);

    private static final int SALT = 16;
    private static final int HASH = 32;
    private static final int LONGEST = 1_024;

    /** A block has 1 KiB, and the object around it. */
    private static final long BLOCK = 1_024 + 40;

    private final Cost cost;
    private final byte[] salt;
    private final byte[] hash;

    private record Cost(int memory, int passes, int lanes) {

        static Cost parse(String text) {
            Matcher cost = COST.matcher(text);
            if (!cost.matches()) {
                throw new IllegalArgumentException(
                        "the cost of the hash is not written as m=47104,t=1,p=1");
            }
            int lanes = PasswordHash.number(cost.group(3), "p", 1, 64);
            return new Cost(
                    PasswordHash.number(cost.group(1), "m", 8 * lanes, 4 << 20),
                    PasswordHash.number(cost.group(2), "t", 1, 1_000),
                    lanes);
        }
    }

    private Argon2Hash(Cost cost, byte[] salt, byte[] hash) {
        this.cost = cost;
        this.salt = salt;
        this.hash = hash;
    }

    static Argon2Hash parse(String[] fields) {
        if (!fields[0].equals("v=19")) {
            throw new IllegalArgumentException("the hash is of a version of Argon2 other than 19");
        }
        return new Argon2Hash(
                Cost.parse(fields[1]),
                PasswordHash.decode(fields[2], "salt", 8, LONGEST),
                PasswordHash.decode(fields[3], "hash", 4, LONGEST));
    }

    static Argon2Hash of(byte[] password, SecureRandom random) {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        return new Argon2Hash(NEW, salt, derive(password, salt, NEW, HASH));
    }

    private static byte[] derive(byte[] password, byte[] salt, Cost cost, int length) {
        var generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(cost.memory)
                        .withIterations(cost.passes)
                        .withParallelism(cost.lanes)
                        .withSalt(salt)
                        .build());
        byte[] hash = new byte[length];
        generator.generateBytes(password, hash);
        return hash;
    }

    @Override
    public boolean matches(byte[] password) {
        return MessageDigest.isEqual(hash, derive(password, salt, cost, hash.length));
    }

    @Override
    public long memory() {
        return cost.memory * BLOCK;
    }

    @Override
    public String toString() {
        var base64 = Base64.getEncoder().withoutPadding();
        return "%sv=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        START,
                        cost.memory,
                        cost.passes,
                        cost.lanes,
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }
}

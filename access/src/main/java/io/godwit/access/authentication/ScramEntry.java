package io.godwit.access.authentication;

import io.godwit.access.authentication.scram.ScramHash;
import io.godwit.access.authentication.scram.ScramKeys;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * {@code $scram-sha-256$<iterations>$<salt>$<StoredKey>$<ServerKey>}, and the same with {@code
 * scram-sha-512}: for SCRAM, and for passwords that come in CONNECT as well.
 */
final class ScramEntry implements PasswordHash {

    static final String START = "$scram-";

    private final ScramKeys keys;

    ScramEntry(ScramKeys keys) {
        this.keys = keys;
    }

    static ScramEntry parse(String text) {
        return new ScramEntry(
                ScramKeys.parse(text)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        ("the hash is not as SCRAM has it; 'godwit passwd' writes"
                                                        + " it, with %d to %d iterations")
                                                .formatted(ScramKeys.FEWEST, ScramKeys.MOST))));
    }

    /**
     * That of a password.
     *
     * @throws IllegalArgumentException if it is not UTF-8 or holds what SCRAM does not allow
     */
    static ScramEntry of(ScramHash hash, byte[] password, SecureRandom random) {
        byte[] salt = new byte[ScramKeys.SALT];
        random.nextBytes(salt);
        try {
            return new ScramEntry(ScramKeys.of(hash, text(password), salt, ScramKeys.USUAL));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the password is not UTF-8, as SCRAM has it", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the password is not one for SCRAM: " + e.getMessage(), e);
        }
    }

    private static String text(byte[] password) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(password)).toString();
    }

    ScramKeys keys() {
        return keys;
    }

    @Override
    public boolean matches(byte[] password) {
        try {
            return keys.areOf(text(password));
        } catch (CharacterCodingException notText) {
            return false;
        }
    }

    @Override
    public long memory() {
        return 0;
    }

    @Override
    public String toString() {
        return keys.entry();
    }
}

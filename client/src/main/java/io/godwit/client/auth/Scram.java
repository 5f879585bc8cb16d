package io.godwit.client.auth;

import io.godwit.client.Credentials;
import io.godwit.client.MqttException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The methods {@code SCRAM-SHA-256} (RFC 7677) and {@code SCRAM-SHA-512}, without channel binding.
 * The password never leaves this machine, and the server has to prove that it knows it as well.
 *
 * <p>User name and password are prepared with SASLprep. A server may ask for {@value #FEWEST} to
 * {@value #MOST} iterations: with fewer the password is not safe from who listens, more would keep
 * this machine busy.
 */
public final class Scram implements EnhancedAuthentication {

    /** The fewest iterations that a server may ask for. */
    public static final int FEWEST = 4_096;

    /** The most iterations that a server may ask for. */
    public static final int MOST = 1_000_000;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE_BYTES = 18;

    private final ScramHash hash;
    private final Supplier<@Nullable Credentials> credentials;
    private final Supplier<String> nonces;

    /** With nonces from elsewhere, printable ASCII without commas. */
    Scram(
            ScramHash hash,
            Supplier<@Nullable Credentials> credentials,
            Supplier<String> nonces) {
        this.hash = hash;
        this.credentials = credentials;
        this.nonces = nonces;
    }

    /** SCRAM-SHA-256 as a user. */
    public static Scram sha256(String userName, String password) {
        Credentials fixed = Credentials.of(userName, password);
        return sha256(() -> fixed);
    }

    /** SCRAM-SHA-256; asks anew for each exchange, on a thread that may block. */
    public static Scram sha256(Supplier<@Nullable Credentials> credentials) {
        return new Scram(ScramHash.SHA_256, credentials, Scram::nonce);
    }

    /** SCRAM-SHA-512 as a user. */
    public static Scram sha512(String userName, String password) {
        Credentials fixed = Credentials.of(userName, password);
        return sha512(() -> fixed);
    }

    /** SCRAM-SHA-512; asks anew for each exchange, on a thread that may block. */
    public static Scram sha512(Supplier<@Nullable Credentials> credentials) {
        return new Scram(ScramHash.SHA_512, credentials, Scram::nonce);
    }

    private static String nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        return Base64.getEncoder().encodeToString(nonce);
    }

    @Override
    public String method() {
        return hash.method();
    }

    /**
     * Begins an exchange.
     *
     * @throws MqttException if there is no user name or no password, or SASLprep prohibits one of
     *     them
     */
    @Override
    public Exchange begin() {
        Credentials given = credentials.get();
        String userName = given == null ? null : given.userName();
        byte[] password = given == null ? null : given.password();
        if (userName == null || password == null) {
            throw new MqttException(method() + " needs a user name and a password", null);
        }
        try {
            return new ScramExchange(
                    hash,
                    SaslPrep.prepared(userName, "user name"),
                    SaslPrep.prepared(utf8(password), "password"),
                    nonces.get());
        } catch (IllegalArgumentException prohibited) {
            throw new MqttException(method() + ": " + prohibited.getMessage(), prohibited);
        }
    }

    private static String utf8(byte[] password) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(password)).toString();
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException("the password is not UTF-8", malformed);
        }
    }

    @Override
    public String toString() {
        return "Scram[" + method() + "]";
    }
}

package io.godwit.access.authentication.scram;

import io.godwit.access.authentication.Link;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.codec.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Authentication Methods {@code SCRAM-SHA-256} and {@code SCRAM-SHA-512} (RFC 5802, RFC 7677),
 * without channel binding. The client's first message is the Authentication Data of CONNECT, or is
 * asked for; the server's last one is {@link Accepted#data}. A re-authentication is the same
 * exchange, for the same user.
 *
 * <p>Safe for every thread; decides at once, since all of the hard work is the client's.
 */
public final class ScramLink implements Link {

    /** The word for it in {@code authentication.order}. */
    public static final String NAME = "scram";

    private static final int NONCE_BYTES = 18;

    private final ScramUsers users;
    private final Supplier<String> nonces;

    /** For these users. */
    public ScramLink(ScramUsers users, SecureRandom random) {
        this(
                users,
                () -> {
                    byte[] nonce = new byte[NONCE_BYTES];
                    random.nextBytes(nonce);
                    return Base64.getEncoder().encodeToString(nonce);
                });
    }

    /** With nonces from elsewhere, printable ASCII without commas. */
    ScramLink(ScramUsers users, Supplier<String> nonces) {
        this.users = users;
        this.nonces = nonces;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** A hash that no user has keys for is a method that is not known. */
    @Override
    public boolean isFor(Credentials credentials) {
        return hash(credentials).filter(users::has).isPresent();
    }

    private static Optional<ScramHash> hash(Credentials credentials) {
        return Optional.ofNullable(credentials.method()).flatMap(ScramHash::ofMethod);
    }

    @Override
    public void authenticate(Credentials credentials, Consumer<Decision> decided) {
        decided.accept(
                hash(credentials)
                        .map(hash -> begun(credentials, hash))
                        .orElse(new Passed("it does not authenticate with SCRAM")));
    }

    private Decision begun(Credentials credentials, ScramHash hash) {
        byte[] data = credentials.data();
        if (data == null || data.length == 0) {
            return new Challenged(
                    new byte[0],
                    (answer, decided) -> decided.accept(challenge(credentials, hash, answer)));
        }
        return challenge(credentials, hash, data);
    }

    private Decision challenge(Credentials credentials, ScramHash hash, byte[] data) {
        ClientFirst first;
        try {
            first = ClientFirst.parse(data);
        } catch (ScramProblem problem) {
            return refused(problem.what(), null);
        }
        Identity known = credentials.known();
        if (known != null && !first.userName().equals(known.userName())) {
            return refused("it authenticates again as another user", first.userName());
        }
        ScramKeys keys = users.find(first.userName(), hash);
        String nonce = first.nonce() + nonces.get();
        ScramKeys shown = keys == null ? users.madeUp(first.userName(), hash) : keys;
        String message =
                "r=%s,s=%s,i=%d"
                        .formatted(
                                nonce,
                                Base64.getEncoder().encodeToString(shown.salt()),
                                shown.iterations());
        return new Challenged(
                message.getBytes(StandardCharsets.UTF_8),
                (answer, decided) ->
                        decided.accept(last(credentials, first, nonce, message, shown, answer)));
    }

    private Decision last(
            Credentials credentials,
            ClientFirst first,
            String nonce,
            String challenge,
            ScramKeys keys,
            byte[] data) {
        ClientFinal last;
        try {
            last = ClientFinal.parse(data);
        } catch (ScramProblem problem) {
            return refused(problem.what(), first.userName());
        }
        byte[] header = first.header().getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(last.binding(), header)) {
            return refused(
                    "its SCRAM messages differ in what they say of channel binding",
                    first.userName());
        }
        if (!last.nonce().equals(nonce)) {
            return refused("its SCRAM nonce is not the one that it was sent", first.userName());
        }
        byte[] authMessage =
                (first.bare() + ',' + challenge + ',' + last.withoutProof())
                        .getBytes(StandardCharsets.UTF_8);
        if (!keys.prove(last.proof(), authMessage)) {
            // The same words for a user that there is not.
            return refused("user name or password are wrong (SCRAM)", first.userName());
        }
        String signature = Base64.getEncoder().encodeToString(keys.serverSignature(authMessage));
        return new Accepted(
                new Identity(credentials.clientId(), first.userName()),
                NEVER,
                ("v=" + signature).getBytes(StandardCharsets.UTF_8));
    }

    private static Refused refused(String why, @Nullable String userName) {
        return new Refused(ReasonCode.NOT_AUTHORIZED, why, userName);
    }
}

package io.godwit.access.authentication.jwt;

import io.godwit.access.authentication.DigestCache;
import io.godwit.access.authentication.Link;
import io.godwit.broker.auth.Credentials;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Utf8;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts clients by a signed token: in the password of CONNECT, in the query of a WebSocket, or as
 * the data of the Authentication Method {@code JWT}, by which a client can also authenticate again
 * before its token expires. A password that is no token is passed on. Tokens are verified on
 * threads of its own; at most {@value #WAITING} wait. Safe for every thread.
 */
public final class JwtLink implements Link {

    /** The word for it in {@code authentication.order}. */
    public static final String NAME = "jwt";

    /** The Authentication Method. */
    public static final String METHOD = "JWT";

    /** The parameter of the query. */
    public static final String PARAMETER = "token";

    private static final Logger LOG = LoggerFactory.getLogger(JwtLink.class);
    private static final int WAITING = 1_000;
    private static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

    private final JwtSettings settings;
    private final KeySource source;
    private final TokenVerifier verifier;
    private final DigestCache<Verified> verified;
    private final InstantSource clock;
    private final AtomicInteger deciding = new AtomicInteger();
    private final ThreadPoolExecutor executor;

    /** What a token says, and the keys that it was verified with: with others it is again. */
    private record Verified(TokenGrant grant, TokenKeys keys) {}

    /** Takes over the source, and closes it. */
    public JwtLink(
            JwtSettings settings, KeySource source, InstantSource clock, SecureRandom random) {
        this.settings = settings;
        this.source = source;
        this.clock = clock;
        this.verifier = new TokenVerifier(settings, clock);
        this.verified = new DigestCache<>(settings.cached(), clock, random);
        this.executor =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        10,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(WAITING),
                        action -> {
                            Thread thread = new Thread(action, "godwit-jwt");
                            thread.setDaemon(true);
                            return thread;
                        });
        executor.allowCoreThreadTimeOut(true);
    }

    /** Where its keys come from. */
    public KeySource source() {
        return source;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean isFor(Credentials credentials) {
        return credentials.method() == null || credentials.method().equals(METHOD);
    }

    @Override
    public boolean knowsUsers() {
        return true;
    }

    /** What it is deciding is still decided. */
    @Override
    public void close() {
        source.close();
    }

    @Override
    public void authenticate(Credentials credentials, Consumer<Decision> decided) {
        byte[] token = tokenOf(credentials);
        if (token == null) {
            decided.accept(new Passed("the client showed no token"));
        } else if (token.length > Token.LONGEST) {
            decided.accept(refused(credentials, tooLong(token.length)));
        } else {
            ByteBuffer digest = verified.digest(token);
            Verified before = verified.find(digest);
            if (before != null && before.keys() == source.keys()) {
                decided.accept(accept(credentials, before.grant()));
            } else if (deciding.incrementAndGet() > WAITING) {
                deciding.decrementAndGet();
                decided.accept(busy());
            } else {
                Attempt attempt = new Attempt(credentials, token, digest, decided);
                attempt.onThread(attempt::begin);
            }
        }
    }

    /** The token of a client, or null if it has none. */
    private byte @Nullable [] tokenOf(Credentials credentials) {
        if (credentials.method() != null) {
            return credentials.data() == null ? new byte[0] : credentials.data();
        }
        String inQuery = credentials.origin().query().get(PARAMETER);
        if (settings.isInQuery() && inQuery != null) {
            return inQuery.getBytes(StandardCharsets.UTF_8);
        }
        byte[] password = credentials.password();
        return password != null && Token.isLike(password) ? password : null;
    }

    private static TokenProblem tooLong(int length) {
        return TokenProblem.forged(
                "the token is %d bytes, over %d".formatted(length, Token.LONGEST));
    }

    private Decision accept(Credentials credentials, TokenGrant grant) {
        try {
            return grant.accept(credentials, settings);
        } catch (TokenProblem problem) {
            return refused(credentials, problem);
        }
    }

    private static Refused refused(Credentials credentials, TokenProblem problem) {
        return problem.refused(credentials.method() == null);
    }

    private static Refused busy() {
        return new Refused(ReasonCode.SERVER_BUSY, WAITING + " tokens wait to be verified already");
    }

    /** One token that is being verified. */
    private final class Attempt {

        private final Credentials credentials;
        private final byte[] bytes;
        private final ByteBuffer digest;
        private final Consumer<Decision> decided;

        Attempt(
                Credentials credentials,
                byte[] bytes,
                ByteBuffer digest,
                Consumer<Decision> decided) {
            this.credentials = credentials;
            this.bytes = bytes;
            this.digest = digest;
            this.decided = decided;
        }

        /** A step, which leads to a decision, or to null if another one follows. */
        private interface Step {
            @Nullable Decision run() throws TokenProblem;
        }

        void onThread(Step step) {
            try {
                executor.execute(() -> {
                    Decision decision = outcome(step);
                    if (decision != null) {
                        end(decision);
                    }
                });
            } catch (RejectedExecutionException full) {
                end(busy());
            }
        }

        private @Nullable Decision outcome(Step step) {
            try {
                return step.run();
            } catch (TokenProblem problem) {
                return refused(credentials, problem);
            } catch (RuntimeException fault) {
                LOG.error("a token could not be verified", fault);
                return new Refused(
                        ReasonCode.UNSPECIFIED_ERROR, "a fault in the server, which its log shows");
            }
        }

        @Nullable Decision begin() throws TokenProblem {
            Token token = Token.parse(bytes);
            if (!verifier.allows(token.algorithm())) {
                throw TokenProblem.forged(
                        "alg %s is not allowed (authentication.jwt.algorithms)"
                                .formatted(token.algorithm().id()));
            }
            TokenKeys keys = source.keys();
            if (keys.know(token.keyId())) {
                return verify(token, keys);
            }
            source.renewed().thenAccept(newer -> onThread(() -> verify(token, newer)));
            return null;
        }

        private Decision verify(Token token, TokenKeys keys) throws TokenProblem {
            if (keys.isEmpty()) {
                return new Refused(
                        ReasonCode.SERVER_UNAVAILABLE,
                        "there are no keys to verify tokens with yet");
            }
            List<Key> candidates = keys.candidates(token.keyId(), token.algorithm());
            if (candidates.isEmpty()) {
                throw TokenProblem.forged(
                        token.keyId() == null
                                ? "there is no key for alg " + token.algorithm().id()
                                : "there is no key with kid %s for alg %s"
                                        .formatted(
                                                Utf8.quote(token.keyId()), token.algorithm().id()));
            }
            TokenGrant grant = verifier.verify(token, candidates);
            verified.put(digest, new Verified(grant, keys), grant.expiresAt());
            return accept(credentials, grant);
        }

        private void end(Decision decision) {
            deciding.decrementAndGet();
            decided.accept(decision);
        }
    }
}

package io.godwit.access.authentication.http;

import io.godwit.access.authentication.DigestCache;
import io.godwit.access.authentication.Link;
import io.godwit.broker.auth.Credentials;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a service over HTTP. Lets nobody in when the service does not work: a client is then told
 * that the server is unavailable, and after some failures it is told at once. Safe for every
 * thread.
 */
public final class HttpLink implements Link {

    /** The word for it in {@code authentication.order}. */
    public static final String NAME = "http";

    private static final Logger LOG = LoggerFactory.getLogger(HttpLink.class);
    private static final int LARGEST_ANSWER = 256 << 10;
    private static final int OK = 200;

    /** Statuses that say that the service can't keep up, and nothing of the client (RFC 9110). */
    private static final Set<Integer> TOO_BUSY = Set.of(408, 429);

    /** The first digit of statuses that are about the request. */
    private static final int CLIENT_ERROR = 4;

    private final HookSettings settings;
    private final InstantSource clock;
    private final HttpCalls calls;
    private final Turns turns;
    private final CircuitBreaker breaker;
    private final DigestCache<HookAnswer> answers;

    /**
     * Opens no connection yet.
     *
     * @throws IOException if the CA file can't be used
     */
    public HttpLink(HookSettings settings, InstantSource clock, SecureRandom random)
            throws IOException {
        this.settings = settings;
        this.clock = clock;
        this.calls = new HttpCalls(settings.timeout(), LARGEST_ANSWER, settings.caFile());
        this.turns = new Turns(settings.concurrency(), settings.waiting(), calls.executor());
        this.breaker = new CircuitBreaker(settings.failures(), settings.pause(), clock);
        this.answers = new DigestCache<>(settings.cached(), clock, random);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean knowsUsers() {
        return true;
    }

    /** Calls that are under way come to their end; who waits for a turn is refused. */
    @Override
    public void close() {
        calls.close();
    }

    @Override
    public void authenticate(Credentials credentials, Consumer<Decision> decided) {
        byte[] body = HookQuestion.body(credentials);
        ByteBuffer digest = answers.digest(body);
        HookAnswer known = answers.find(digest);
        if (known != null) {
            decided.accept(known.decision(credentials, clock.millis()));
            return;
        }
        Question question = new Question(credentials, body, digest, decided, clock.millis());
        if (!turns.take(() -> start(question))) {
            decided.accept(
                    busy("%d clients wait for the service already".formatted(settings.waiting())));
        }
    }

    private record Question(
            Credentials credentials,
            byte[] body,
            ByteBuffer digest,
            Consumer<Decision> decided,
            long since) {}

    private static Refused busy(String why) {
        return new Refused(ReasonCode.SERVER_BUSY, why);
    }

    private void start(Question question) {
        if (clock.millis() - question.since() > settings.timeout().toMillis()) {
            end(question, busy("it has waited for the service for too long"));
        } else if (!breaker.admits()) {
            end(question, unavailable("the service does not work, and is not asked for a while"));
        } else {
            send(question);
        }
    }

    private void send(Question question) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(settings.url())
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json")
                        .POST(BodyPublishers.ofByteArray(question.body()));
        if (settings.authorization() != null) {
            request.header("Authorization", settings.authorization());
        }
        calls.send(request.build())
                .whenComplete((response, failure) -> answered(question, response, failure));
    }

    private void answered(
            Question question,
            @Nullable HttpResponse<byte[]> response,
            @Nullable Throwable failure) {
        Decision decision;
        try {
            decision =
                    response == null
                            ? failed("the service can't be reached: " + inWords(failure))
                            : read(question, response);
        } catch (RuntimeException fault) {
            LOG.error("authentication by {} has failed", NAME, fault);
            decision = failed("a fault in the server, which its log shows");
        }
        end(question, decision);
    }

    private Decision read(Question question, HttpResponse<byte[]> response) {
        HookAnswer answer;
        int status = response.statusCode();
        if (status / 100 == CLIENT_ERROR
                && !TOO_BUSY.contains(status)) { // it works, whatever is sent
            answer = HookAnswer.DENIED;
        } else if (status != OK) {
            return failed("the service answers with status " + status);
        } else {
            try {
                answer = HookAnswer.parse(response.body());
            } catch (IllegalArgumentException e) {
                return failed("the answer of the service is not understood: " + e.getMessage());
            }
        }
        if (breaker.succeeded()) {
            LOG.info("the service that authenticates ({}) works again", settings);
        }
        if (answer.result() == HookAnswer.Result.ALLOW) {
            keep(question, answer);
        }
        return answer.decision(question.credentials(), clock.millis());
    }

    private void keep(Question question, HookAnswer answer) {
        long seconds = Math.min(answer.cacheSeconds(), settings.cacheTime().toSeconds());
        answers.put(question.digest(), answer, clock.millis() + seconds * 1_000);
    }

    private Refused failed(String why) {
        if (breaker.failed()) {
            LOG.warn(
                    "the service that authenticates has failed {} times in a row: {}; for {} s it"
                            + " is not asked, and clients are refused",
                    settings.failures(),
                    why,
                    settings.pause().toSeconds());
        }
        return unavailable(why);
    }

    private static Refused unavailable(String why) {
        return new Refused(ReasonCode.SERVER_UNAVAILABLE, why);
    }

    /** Tells it, and lets the next one have its turn. */
    private void end(Question question, Decision decision) {
        try {
            question.decided().accept(decision);
        } finally {
            turns.done();
        }
    }

    private String inWords(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case null -> "there is no answer";
            case TimeoutException _, HttpTimeoutException _ ->
                    "no answer within " + settings.timeout().toMillis() + " ms";
            case CancellationException _ -> "the call was ended";
            default ->
                    cause.getMessage() == null
                            ? cause.getClass().getSimpleName()
                            : cause.getMessage();
        };
    }
}

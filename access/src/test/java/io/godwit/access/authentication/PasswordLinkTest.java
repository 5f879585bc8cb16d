package io.godwit.access.authentication;

import static io.godwit.access.authentication.Asking.ask;
import static io.godwit.access.authentication.Asking.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Passed;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Identity;
import io.godwit.codec.ReasonCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** While a test holds all memory for verifications, what has to verify is not answered. */
@Timeout(60)
class PasswordLinkTest {

    /** Of {@code secret}. */
    private static final String HASH =
            "$argon2id$v=19$m=256,t=3,p=4$AAECAwQFBgcICQoLDA0ODw$YXobcpqUdTgla5jy7M5YaPvbPhCG/9VPEYG"
                    + "W3zfrT+E";

    private static final Duration CACHE = Duration.ofHours(1);

    @TempDir private Path directory = Path.of("");
    private final HeapShare heap = new HeapShare(1_024_000, 2_048_000);
    private final AtomicLong clock = new AtomicLong(-5);
    private PasswordLink link;

    @BeforeEach
    void open() throws Exception {
        Files.writeString(directory.resolve("passwd"), "anna:%s\nbob:%s\n".formatted(HASH, HASH));
        link = open(CACHE, 1);
    }

    @AfterEach
    void close() {
        link.close();
    }

    private PasswordLink open(Duration cache, int waiting) throws Exception {
        var settings =
                new PasswordLink.Settings(
                        directory.resolve("passwd"), cache, waiting, Duration.ofSeconds(5));
        return PasswordLink.open(settings, 1, heap, clock::get);
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Runs a step while nothing can be verified. */
    private void whileNothingIsVerified(Step step) {
        heap.with(
                heap.most(),
                () -> {
                    try {
                        step.run();
                    } catch (Exception failure) {
                        throw new AssertionError(failure);
                    }
                    return true;
                });
    }

    private CompletableFuture<Decision> begin(String userName, String password) {
        CompletableFuture<Decision> decision = new CompletableFuture<>();
        link.authenticate(user(userName, password), decision::complete);
        return decision;
    }

    private static ReasonCode refusal(Decision decision) {
        assertThat(decision).isInstanceOf(Refused.class);
        return ((Refused) decision).reasonCode();
    }

    @Test
    void theRightPasswordIsAcceptedAndAnotherRefused() throws Exception {
        assertThat(ask(link, user("anna", "secret")))
                .isInstanceOfSatisfying(
                        Accepted.class,
                        it -> assertThat(it.identity()).isEqualTo(new Identity("c", "anna")));
        assertThat(ask(link, user("anna", "wrong-one")))
                .isEqualTo(
                        new Refused(
                                ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                                "wrong password for the user 'anna'"));
        assertThat(ask(link, user("anna", "")))
                .isInstanceOfSatisfying(
                        Refused.class,
                        it ->
                                assertThat(it.reasonCode())
                                        .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD));
    }

    @Test
    void whatItKnowsNothingOfIsForTheNextLink() throws Exception {
        assertThat(ask(link, user("carl", "secret")))
                .isEqualTo(new Passed(directory.resolve("passwd") + " has no user 'carl'"));
        assertThat(ask(link, user(null, null))).isEqualTo(new Passed("no user name"));
        assertThat(ask(link, user("anna", null))).isEqualTo(new Passed("no password"));
        assertThat(link.knowsUsers()).isTrue();
    }

    @Test
    void aUserThatDoesNotExistIsVerifiedAsWell() throws Exception {
        CompletableFuture<CompletableFuture<Decision>> unknown = new CompletableFuture<>();
        whileNothingIsVerified(() -> {
            var decision = begin("carl", "secret");
            var behind = begin("anna", "secret"); // the one thread is busy with carl
            assertThat(refusal(begin("bob", "secret").get())).isEqualTo(ReasonCode.SERVER_BUSY);
            assertThat(behind).isNotDone();
            assertThat(decision).isNotDone();
            unknown.complete(decision);
        });
        assertThat(unknown.get().get(60, TimeUnit.SECONDS)).isInstanceOf(Passed.class);
    }

    @Test
    void moreThanMayWaitAreToldThatTheServerIsBusy() throws Exception {
        CompletableFuture<CompletableFuture<Decision>> waiting = new CompletableFuture<>();
        whileNothingIsVerified(() -> {
            var verified = begin("anna", "secret");
            waiting.complete(begin("bob", "secret"));
            assertThat(begin("anna", "secret").get())
                    .isEqualTo(
                            new Refused(
                                    ReasonCode.SERVER_BUSY,
                                    "as many as authentication.password-waiting allows (1) wait"));
            assertThat(verified).isNotDone();
        });
        assertThat(waiting.get().get(60, TimeUnit.SECONDS)).isInstanceOf(Accepted.class);
    }

    @Test
    void whoWaitsTooLongIsToldThatTheServerIsBusy() throws Exception {
        CompletableFuture<CompletableFuture<Decision>> waiting = new CompletableFuture<>();
        whileNothingIsVerified(() -> {
            var verified = begin("anna", "secret");
            waiting.complete(begin("bob", "secret"));
            clock.addAndGet(Duration.ofMillis(5_001).toNanos());
            assertThat(verified).isNotDone();
        });
        assertThat(waiting.get().get(60, TimeUnit.SECONDS))
                .isEqualTo(
                        new Refused(
                                ReasonCode.SERVER_BUSY,
                                "it has waited longer than authentication.password-wait (5000 ms)"));
    }

    @Test
    void whoWasLetInIsNotVerifiedAgain() throws Exception {
        link.close();
        link = open(CACHE, 10);
        ask(link, user("anna", "secret"));
        whileNothingIsVerified(() -> {
            clock.addAndGet(CACHE.toNanos() - 1);
            assertThat(begin("anna", "secret"))
                    .isCompletedWithValueMatching(Accepted.class::isInstance);
            assertThat(begin("anna", "wrong")).isNotDone();
            assertThat(begin("bob", "secret")).isNotDone();
        });
    }

    @Test
    void afterAnHourItIs() throws Exception {
        ask(link, user("anna", "secret"));
        whileNothingIsVerified(() -> {
            clock.addAndGet(CACHE.toNanos());
            assertThat(begin("anna", "secret")).isNotDone();
        });
    }

    @Test
    void aWrongPasswordIsNotRemembered() throws Exception {
        assertThat(refusal(ask(link, user("anna", "wrong"))))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        whileNothingIsVerified(() -> assertThat(begin("anna", "wrong")).isNotDone());
    }

    @Test
    void withoutACacheAllAreVerified() throws Exception {
        link.close();
        link = open(Duration.ZERO, 1);
        ask(link, user("anna", "secret"));
        whileNothingIsVerified(() -> assertThat(begin("anna", "secret")).isNotDone());
    }

    @Test
    void whatWaitsWhenItIsClosedIsStillDecided() throws Exception {
        CompletableFuture<CompletableFuture<Decision>> waiting = new CompletableFuture<>();
        whileNothingIsVerified(() -> {
            assertThat(begin("anna", "secret")).isNotDone();
            waiting.complete(begin("bob", "secret"));
            link.close();
            assertThat(refusal(begin("anna", "secret").get())).isEqualTo(ReasonCode.SERVER_BUSY);
        });
        assertThat(waiting.get().get(60, TimeUnit.SECONDS)).isInstanceOf(Accepted.class);
    }
}

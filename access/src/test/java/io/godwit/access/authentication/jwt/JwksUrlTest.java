package io.godwit.access.authentication.jwt;

import static io.godwit.access.authentication.http.Connecting.await;
import static io.godwit.access.authentication.http.Connecting.begin;
import static io.godwit.access.authentication.http.Connecting.with;
import static io.godwit.access.authentication.jwt.Keys.bob;
import static io.godwit.access.authentication.jwt.Keys.token;
import static io.godwit.access.authentication.jwt.Links.login;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.access.authentication.http.Service;
import io.godwit.access.authentication.http.SetClock;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.net.URI;
import java.security.KeyPair;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A JWK Set that is served over HTTP, and changes. */
class JwksUrlTest {

    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final Service service = new Service();
    private final SetClock clock = new SetClock();

    @AfterEach
    void stop() {
        service.close();
    }

    private JwksUrl source(URI url) throws IOException {
        return source(url, null);
    }

    private JwksUrl source(URI url, @Nullable KeySource before) throws IOException {
        return new JwksUrl(
                url,
                new JwksUrl.Fetching(Duration.ofSeconds(20), Duration.ofDays(1), PAUSE, null),
                TokenKeys.NONE,
                before,
                clock);
    }

    private static String signed(KeyPair pair, String id) {
        return token(bob(), "RS256", pair.getPrivate(), id);
    }

    @Test
    void unknownKeyIsFetched() throws Exception {
        service.says(200, Keys.jwks(Keys.jwk(Keys.RSA, "one")));
        try (JwtLink link = Links.of(Links.settings(), source(service.url()), clock)) {
            assertThat(login(link, signed(Keys.RSA, "one"))).isInstanceOf(Accepted.class);
            service.says(200, Keys.jwks(Keys.jwk(Keys.OTHER_RSA, "two")));
            clock.pass(PAUSE);
            assertThat(login(link, signed(Keys.OTHER_RSA, "two"))).isInstanceOf(Accepted.class);
            // The old one is gone, also for a token that was verified before.
            Refused refused = (Refused) login(link, signed(Keys.RSA, "one"));
            assertThat(refused.why()).contains("no key with kid 'one'");
            assertThat(service.asked()).hasSize(2);
        }
    }

    @Test
    void unknownKeysDoNotFloodTheServer() throws Exception {
        service.says(200, Keys.jwks(Keys.jwk(Keys.RSA, "one")));
        try (JwtLink link = Links.of(Links.settings(), source(service.url()), clock)) {
            assertThat(login(link, signed(Keys.RSA, "one"))).isInstanceOf(Accepted.class);
            for (int i = 0; i < 20; i++) {
                assertThat(login(link, signed(Keys.OTHER_RSA, "bad-" + i)))
                        .isInstanceOf(Refused.class);
            }
            assertThat(service.asked()).hasSize(1);
            clock.pass(PAUSE);
            assertThat(login(link, signed(Keys.OTHER_RSA, "bad"))).isInstanceOf(Refused.class);
            assertThat(login(link, signed(Keys.OTHER_RSA, "bad"))).isInstanceOf(Refused.class);
            assertThat(service.asked()).hasSize(2);
        }
    }

    @Test
    void lastGoodSetStaysWhenTheServerFails() throws Exception {
        service.says(200, Keys.jwks(Keys.jwk(Keys.RSA, "one")));
        try (JwksUrl source = source(service.url())) {
            assertThat(source.renewed().get(60, TimeUnit.SECONDS).know("one")).isTrue();
            for (String body :
                    new String[] {"", "{}", "{\"keys\":[]}", "<html>", "x".repeat(300_000)}) {
                service.says(200, body);
                clock.pass(PAUSE);
                assertThat(source.renewed().get(60, TimeUnit.SECONDS).know("one")).isTrue();
            }
            service.says(500, Keys.jwks(Keys.jwk(Keys.OTHER_RSA, "two")));
            clock.pass(PAUSE);
            TokenKeys keys = source.renewed().get(60, TimeUnit.SECONDS);
            assertThat(keys.know("one")).isTrue();
            assertThat(keys.know("two")).isFalse();
            assertThat(service.asked()).hasSize(7);
        }
    }

    @Test
    void whatWasFetchedBeforeCountsAsLongAsTheServerFails() throws Exception {
        service.says(200, Keys.jwks(Keys.jwk(Keys.RSA, "one")));
        try (JwksUrl before = source(service.url())) {
            assertThat(before.renewed().get(60, TimeUnit.SECONDS).know("one")).isTrue();
            service.says(500, "");
            try (JwksUrl after = source(service.url(), before)) {
                assertThat(after.renewed().get(60, TimeUnit.SECONDS).know("one")).isTrue();
            }
            try (JwksUrl elsewhere = source(service.url().resolve("/others"), before)) {
                assertThat(elsewhere.renewed().get(60, TimeUnit.SECONDS).isEmpty()).isTrue();
            }
        }
    }

    @Test
    void aSetThatIsTheSameKeepsWhatWasVerified() throws Exception {
        service.says(200, Keys.jwks(Keys.jwk(Keys.RSA, "one")));
        try (JwksUrl source = source(service.url())) {
            TokenKeys first = source.renewed().get(60, TimeUnit.SECONDS);
            clock.pass(PAUSE);
            assertThat(source.renewed().get(60, TimeUnit.SECONDS)).isSameAs(first);
            assertThat(service.asked()).hasSize(2);
        }
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        try (Service other = new Service()) {
            other.says(200, Keys.jwks(Keys.jwk(Keys.RSA, "one")));
            service.on((exchange, _) -> {
                exchange.getResponseHeaders().set("Location", other.url().toString());
                Service.answer(exchange, 302, "");
            });
            try (JwksUrl source = source(service.url())) {
                assertThat(source.renewed().get(60, TimeUnit.SECONDS).isEmpty()).isTrue();
                assertThat(other.asked()).isEmpty();
            }
        }
    }

    @Test
    void withoutAnyKeysTheServerIsUnavailable() throws Exception {
        service.says(503, "");
        try (JwtLink link = Links.of(Links.settings(), source(service.url()), clock)) {
            Refused refused = (Refused) login(link, signed(Keys.RSA, "one"));
            assertThat(refused.reasonCode()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        }
    }

    /** Nobody waits on the thread that asks, and one fetch serves all. */
    @Test
    void clientsWaitForOneFetchTogether() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        service.on((exchange, _) -> {
            try {
                go.await();
                Service.answer(exchange, 200, Keys.jwks(Keys.jwk(Keys.RSA, "one")));
            } catch (InterruptedException | org.jose4j.lang.JoseException e) {
                throw new IOException(e);
            }
        });
        try (JwtLink link = Links.of(Links.settings(), source(service.url()), clock)) {
            var first = begin(link, with(null, signed(Keys.RSA, "one")));
            var second = begin(link, with("x", signed(Keys.RSA, "one")));
            assertThat(first).isNotDone();
            go.countDown();
            assertThat(await(first)).isInstanceOf(Accepted.class);
            assertThat(await(second)).isInstanceOf(Accepted.class);
            assertThat(service.asked()).hasSize(1);
        }
    }
}

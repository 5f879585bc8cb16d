package io.godwit.access.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.access.authentication.http.SetClock;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DigestCacheTest {

    private final SetClock clock = new SetClock();
    private final DigestCache<String> cache = new DigestCache<>(2, clock, new SecureRandom());

    private ByteBuffer digest(String secret) {
        return cache.digest(secret.getBytes(UTF_8));
    }

    private void put(String secret) {
        cache.put(digest(secret), "of " + secret, clock.millis() + 1_000);
    }

    @Test
    void whatWasNotAskedForLongestGoesFirst() {
        put("a");
        put("b");
        assertThat(cache.find(digest("a"))).isEqualTo("of a");
        put("c");
        assertThat(cache.find(digest("b"))).isNull();
        assertThat(cache.find(digest("a"))).isEqualTo("of a");
        assertThat(cache.find(digest("c"))).isEqualTo("of c");
    }

    @Test
    void nothingIsKeptBeyondItsTime() {
        put("a");
        clock.pass(Duration.ofMillis(999));
        assertThat(cache.find(digest("a"))).isEqualTo("of a");
        clock.pass(Duration.ofMillis(1));
        assertThat(cache.find(digest("a"))).isNull();
        cache.put(digest("b"), "late", clock.millis());
        assertThat(cache.find(digest("b"))).isNull();
    }

    @Test
    void cacheWithoutRoomKeepsNothing() {
        DigestCache<String> none = new DigestCache<>(0, clock, new SecureRandom());
        ByteBuffer digest = none.digest(new byte[1]);
        none.put(digest, "x", Long.MAX_VALUE);
        assertThat(none.find(digest)).isNull();
    }
}

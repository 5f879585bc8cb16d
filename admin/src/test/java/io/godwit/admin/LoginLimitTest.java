package io.godwit.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.admin.http.Caller;
import io.godwit.admin.http.Role;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginLimitTest {

    private static final String ONE = place("192.0.2.1");
    private static final String OTHER = place("192.0.2.2");

    private final AtomicLong now = new AtomicLong();
    private final LoginLimit limit = new LoginLimit(now::get);

    private static String place(String address) {
        return new Caller(null, Role.NONE, "", InetAddress.ofLiteral(address)).place();
    }

    @Test
    void whoHasANetworkOfIpv6CountsOnce() {
        for (int i = 0; i < LoginLimit.MOST; i++) {
            limit.failed(place("2001:db8:0:1::" + i));
        }
        assertThat(limit.secondsToWait(place("2001:db8:0:1:ffff::"))).isPositive();
        assertThat(limit.secondsToWait(place("2001:db8:0:2::1"))).isZero();
    }

    @Test
    void aPlaceThatFailsTooOftenWaitsForTheRestOfTheMinute() {
        for (int i = 0; i < LoginLimit.MOST; i++) {
            assertThat(limit.secondsToWait(ONE)).isZero();
            limit.failed(ONE);
        }
        now.set(Duration.ofSeconds(20).toNanos());
        assertThat(limit.secondsToWait(ONE)).isEqualTo(40);
        assertThat(limit.secondsToWait(OTHER)).isZero();
        now.set(Duration.ofSeconds(60).toNanos());
        assertThat(limit.secondsToWait(ONE)).isZero();
    }

    @Test
    void failuresOfLongAgoDoNotCount() {
        for (int i = 0; i < 10 * LoginLimit.MOST; i++) {
            limit.failed(ONE);
            now.addAndGet(Duration.ofSeconds(7).toNanos());
            assertThat(limit.secondsToWait(ONE)).isZero();
        }
    }
}

package io.godwit.broker.protection;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Network;
import io.godwit.broker.protection.Admission.Admitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Places of sockets without CONNECT, by site. */
class UndecidedSocketsTest {

    private static final Network ONE = Network.parse("192.0.2.1");
    private static final Network OTHER = Network.parse("192.0.2.2");

    private final UndecidedSockets sockets = new UndecidedSockets();

    @Test
    void eachSiteHasItsOwn() {
        Admitted first = Objects.requireNonNull(sockets.enter(ONE, 2));
        assertThat(sockets.enter(ONE, 2)).isNotNull();
        assertThat(sockets.enter(ONE, 2)).isNull();
        assertThat(sockets.enter(OTHER, 2)).isNotNull();
        first.leave();
        assertThat(sockets.enter(ONE, 2)).isNotNull();
        assertThat(sockets.enter(ONE, 2)).isNull();
    }

    @Test
    void anotherLimitHoldsForTheNextSocket() {
        assertThat(sockets.enter(ONE, 1)).isNotNull();
        assertThat(sockets.enter(ONE, 2)).isNotNull();
        assertThat(sockets.enter(ONE, 1)).isNull();
        assertThat(sockets.enter(ONE, 3)).isNotNull();
    }

    @Test
    void noPlaceIsLostOrGivenTwiceBetweenThreads() throws Exception {
        int threads = 4;
        int most = threads - 1;
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                all.add(executor.submit(() -> enterAndLeave(most)));
            }
        }
        for (Future<?> done : all) {
            done.get();
        }
        for (int i = 0; i < most; i++) {
            assertThat(sockets.enter(ONE, most)).isNotNull();
        }
        assertThat(sockets.enter(ONE, most)).isNull();
    }

    private void enterAndLeave(int most) {
        for (int i = 0; i < 20_000; i++) {
            Admitted place = sockets.enter(ONE, most);
            if (place != null) {
                place.leave();
            }
        }
    }
}

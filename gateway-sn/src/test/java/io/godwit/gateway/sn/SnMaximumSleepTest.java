package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.sn.codec.SnMessage;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that want to sleep for longer than {@code maximum-sleep}, a minute here. */
class SnMaximumSleepTest {

    private static final SnMessage AWAKE = new SnMessage.PingRequest("s");
    private static final SnMessage DONE = new SnMessage.PingResponse();

    private final SnServer server =
            new SnServer(it -> SnTestSettings.withMaximumSleep(it, Duration.ofMinutes(1)));

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aLongerSleepCountsAsThatLong() {
        SnClient other = server.connected("other");
        int gone = other.subscribe("gone", 0, 1);
        SnClient sleeper = server.client().connectWithWill("s", "gone", "bye", 0);
        sleeper.send(new SnMessage.Disconnect(60)).expect(new SnMessage.Disconnect(0));
        assertThat(server.count(SnCounter.SLEEPS_CAPPED)).isZero();
        sleeper.send(new SnMessage.Disconnect(65_535)).expect(new SnMessage.Disconnect(0));
        assertThat(server.count(SnCounter.SLEEPS_CAPPED)).isEqualTo(1);

        server.pass(Duration.ofSeconds(85)); // half as long again is tolerated
        sleeper.send(AWAKE).expect(DONE);
        server.pass(Duration.ofSeconds(85));
        sleeper.send(AWAKE).expect(DONE);
        other.expectNothing();

        server.pass(Duration.ofSeconds(95));
        other.expect(publish(0, gone, 0, "bye"));
        assertThat(server.count(SnCounter.CLIENTS_LOST)).isEqualTo(1);
        sleeper.send(AWAKE).expect(new SnMessage.Disconnect(0));
    }
}

package io.godwit.broker.durability;

import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.spec.Spec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When sessions end and wills are published after a restart: the clock of the wall decides. */
class RestartTest extends DurableConversation {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    private TestClient client(long expirySeconds) {
        return connect(V5, "client", c -> c.resume(expirySeconds));
    }

    private TestClient client(long expirySeconds, long willDelaySeconds) {
        Properties delay = Properties.of(Property.WILL_DELAY_INTERVAL, willDelaySeconds);
        return connect(
                V5,
                "client",
                c -> c.resume(expirySeconds).will(will("t", "dead", 1, false, delay)));
    }

    /** It is not before, and it is after so long since the start. */
    private void expectAfter(Duration sinceStart, Counter counter) {
        broker.advance(sinceStart.minus(SECOND));
        assertThat(broker.count(counter)).isZero();
        broker.advance(SECOND.multipliedBy(2));
        assertThat(broker.count(counter)).isEqualTo(1);
    }

    private void expectEndAfter(Duration sinceStart) {
        expectAfter(sinceStart, Counter.SESSIONS_EXPIRED);
        assertThat(isPresent("client")).isFalse();
    }

    // --- the end of a session -------------------------------------------------------------------

    @Spec("v5 MQTT-4.1.0-2")
    @Test
    void connectedSessionEndsAfterItsIntervalFromTheStart() {
        client(100);
        crash(Duration.ofDays(1));
        expectEndAfter(seconds(100));
    }

    @Test
    void connectedSessionHasTheGraceAtLeast() {
        client(5);
        crash();
        expectEndAfter(GRACE);
    }

    @Test
    void disconnectedSessionEndsAfterItsIntervalFromTheDisconnection() {
        client(100).drop();
        broker.advance(seconds(10));
        crash(seconds(40));
        expectEndAfter(seconds(50));
    }

    @Test
    void disconnectedSessionHasTheGraceAtLeast() {
        client(100).drop();
        crash(Duration.ofDays(1));
        expectEndAfter(GRACE);
    }

    /** The first restart counts as its disconnection; the second does not start it anew. */
    @Test
    void intervalGoesOnThroughASecondCrash() {
        client(100);
        crash(Duration.ofDays(1));
        broker.advance(seconds(10));
        crash(seconds(40));
        expectEndAfter(seconds(50));
    }

    @Test
    void sessionThatDoesNotExpireNeverEnds() {
        resume(V5, "client").drop();
        crash(Duration.ofDays(10_000));
        broker.advance(GRACE.multipliedBy(2));
        assertThat(isPresent("client")).isTrue();
    }

    @Test
    void reconnectionCancelsTheEnd() {
        client(100).drop();
        crash(Duration.ofDays(1));
        broker.advance(seconds(10));
        TestClient again = client(50);
        broker.advance(seconds(200));
        assertThat(broker.count(Counter.SESSIONS_EXPIRED)).isZero();
        again.drop();
        expectEndAfter(seconds(50));
    }

    // --- wills ----------------------------------------------------------------------------------

    @Spec("v5 MQTT-3.1.2-8")
    @Test
    void willOfAConnectedClientIsDueAfterItsDelayFromTheStart() {
        client(1000, 100);
        crash(Duration.ofDays(1));
        expectAfter(seconds(100), Counter.WILLS_PUBLISHED);
    }

    @Test
    void willHasTheGraceAtLeast() {
        client(1000, 0);
        crash();
        expectAfter(GRACE, Counter.WILLS_PUBLISHED);
    }

    @Test
    void willOfADisconnectedClientIsDueAfterItsDelayFromTheDisconnection() {
        client(1000, 100).drop();
        broker.advance(seconds(10));
        crash(seconds(40));
        expectAfter(seconds(50), Counter.WILLS_PUBLISHED);
    }

    @Test
    void willIsDueWhenItsSessionEnds() {
        client(50, 100);
        crash();
        expectAfter(seconds(50), Counter.WILLS_PUBLISHED);
        assertThat(broker.count(Counter.SESSIONS_EXPIRED)).isEqualTo(1);
    }

    @Spec("v5 MQTT-3.1.3-9")
    @Test
    void reconnectionCancelsTheWill() {
        client(1000, 100).drop();
        crash(seconds(90));
        broker.advance(seconds(20));
        client(1000);
        broker.advance(seconds(1000));
        assertThat(broker.count(Counter.WILLS_PUBLISHED)).isZero();
    }

    // --- a clock that is set back ---------------------------------------------------------------

    @Test
    void clockThatIsSetBackMakesNobodyWaitLonger() {
        client(100, 60).drop();
        crash(Duration.ofDays(-1));
        expectAfter(seconds(60), Counter.WILLS_PUBLISHED);
        expectEndAfter(seconds(39));
    }

    @Test
    void clockThatIsSetBackWhileTheBrokerRunsChangesNothing() {
        client(100).drop();
        broker.jumpWallClock(Duration.ofDays(-1));
        expectEndAfter(seconds(100));
    }

    @Test
    void clockThatIsSetBackAndForthChangesNothing() {
        client(100).drop();
        broker.jumpWallClock(Duration.ofHours(-1));
        broker.advance(seconds(10));
        kill();
        broker.jumpWallClock(Duration.ofHours(1));
        broker.restart();
        expectEndAfter(seconds(90));
    }
}

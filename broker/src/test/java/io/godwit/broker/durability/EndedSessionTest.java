package io.godwit.broker.durability;

import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.control.SessionState;
import io.godwit.broker.simulation.TestClient;
import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an administrator has ended stays ended. */
class EndedSessionTest extends DurableConversation {

    private CompletableFuture<Optional<SessionState>> end(String clientId) {
        var ended = broker.broker().endSession(clientId, "because");
        broker.run();
        return ended;
    }

    private void leaveMessage() {
        offline(V5, "c", 1, "t");
        TestClient publisher = connect(V5, "publisher");
        publisher.publish("t", 1, "m");
        publisher.disconnect();
    }

    @Test
    void endOutlivesTheBroker() {
        leaveMessage();
        crash();
        assertThat(end("c").resultNow().orElseThrow().queued()).isEqualTo(1);
        crash();
        assertThat(isPresent("c")).isFalse();
        assertThat(queueRecords()).isZero();
    }

    @Test
    void endOfAConnectedClientOutlivesTheBroker() {
        TestClient watcher = resume(V5, "watcher").acknowledging().subscribe(1, "will/#");
        connect(V5, "c", c -> c.persistent().will(will("will/t", "gone", 1)));
        assertThat(end("c").resultNow()).isPresent();
        watcher.expectMessage("will/t", "gone");
        crash();
        assertThat(isPresent("c")).isFalse();
        broker.advance(GRACE.multipliedBy(2));
        expectInQueue(V5, "watcher");
    }

    /** Nobody is told that a session has ended which a crash would bring back. */
    @Test
    void endIsToldWhenItIsStored() {
        leaveMessage();
        broker.stallWriter(true);
        var ended = end("c");
        assertThat(ended).isNotDone();
        crash();
        assertThat(ended).isNotDone();
        expectInQueue(V5, "c", "m");
    }

    @Test
    void endThatCannotBeStoredIsSaidToBe() {
        leaveMessage();
        disk.failWrites(true);
        var ended = end("c");
        assertThat(ended.exceptionNow())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a restart now would bring it back");
        disk.failWrites(false);
        broker.advance(GRACE);
        assertThat(disk.records(Table.SESSION)).isZero();
        crash();
        assertThat(isPresent("c")).isFalse();
    }
}

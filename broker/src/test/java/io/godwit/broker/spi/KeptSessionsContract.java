package io.godwit.broker.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.SessionOwner;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.spi.RecoveredSession.Subscribed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a {@link SessionStore} must do that keeps sessions when it is closed. */
public abstract class KeptSessionsContract extends SessionStoreContract {

    private final Map<String, RecoveredSession> recovered = new HashMap<>();

    /** Closes the store, opens it anew, and finds what it has kept. */
    private void restart() throws IOException {
        reopenStore();
        recovered.clear();
        store().recover(session -> recovered.put(session.name(), session), _ -> {});
    }

    private RecoveredSession found(String name) {
        RecoveredSession session = recovered.get(name);
        if (session == null) {
            throw new AssertionError(name + " was not found");
        }
        return session;
    }

    /** The log of a session that was found, with a new connection. */
    private SessionLog resume(String clientId, List<SessionLog.Flow> flows) {
        SessionLog[] log = new SessionLog[1];
        turn(() -> {
            log[0] = here().reopen(found(clientId), owner);
            log[0].connected(1000, null);
        });
        turn(() -> log[0].resume(flows::addAll));
        return log[0];
    }

    @Test
    void sessionIsFoundAsItWas() throws IOException {
        SessionLog log = connected("client");
        turn(() -> {
            log.connected(77, Packets.will("t", "dead", 1));
            log.subscribed(request("a/+"), 5);
            log.subscribed(request("b"), 0);
            log.subscribed(request("gone"), 0);
            log.unsubscribed(request("gone").filter());
            log.accepted(9, message("m"));
            log.accepted(65_535, message("m"));
            log.released(9);
        });
        restart();
        RecoveredSession session = found("client");
        assertThat(session.shared()).isFalse();
        assertThat(session.expiryInterval()).isEqualTo(77);
        assertThat(session.disconnectedAt()).isEqualTo(RecoveredSession.CONNECTED);
        assertThat(session.will()).isEqualTo(Packets.will("t", "dead", 1));
        assertThat(session.subscriptions())
                .containsExactlyInAnyOrder(
                        new Subscribed(request("a/+"), 5), new Subscribed(request("b"), 0));
        assertThat(session.unreleased()).containsExactly(65_535);
        assertThat(session.queued()).isZero();
    }

    @Test
    void ownerIsKept() throws IOException {
        SessionLog mine = connected("mine");
        SessionLog proven = connected("proven");
        SessionLog anyones = connected("anyone's");
        turn(() -> {
            mine.ownedBy(new SessionOwner("k\u00e4the"));
            mine.connected(77, null);
            proven.ownedBy(SessionOwner.CLIENT);
            proven.connected(77, null);
            anyones.ownedBy(new SessionOwner("once"));
            anyones.connected(77, null);
            anyones.ownedBy(null);
            anyones.connected(77, null);
        });
        restart();
        assertThat(found("mine").owner()).isEqualTo(new SessionOwner("k\u00e4the"));
        assertThat(found("proven").owner()).isEqualTo(SessionOwner.CLIENT);
        assertThat(found("anyone's").owner()).isNull();
        List<SessionLog.Flow> none = new ArrayList<>();
        SessionLog again = resume("mine", none);
        turn(() -> again.disconnected(88));
        restart();
        assertThat(found("mine").owner()).isEqualTo(new SessionOwner("k\u00e4the"));
        assertThat(found("mine").expiryInterval()).isEqualTo(88);
    }

    @Test
    void disconnectionAndTheEndOfTheWillAreKept() throws IOException {
        SessionLog log = connected("client");
        turn(() -> log.connected(77, Packets.will("t", "dead", 1)));
        turn(log::willGone);
        long before = shard().wallMillis();
        turn(() -> log.disconnected(88));
        restart();
        assertThat(found("client").will()).isNull();
        assertThat(found("client").expiryInterval()).isEqualTo(88);
        assertThat(found("client").disconnectedAt()).isBetween(before, shard().wallMillis());
    }

    @Test
    void queueIsFoundAsItWas() throws IOException {
        SessionLog log = connected("client");
        append(log, 2, 0, 700);
        for (int i = 0; i < 300; i++) {
            Delivery taken = take(log);
            turn(() -> log.dropped(taken));
        }
        long bytes = log.queuedBytes();
        restart();
        assertThat(found("client").queued()).isEqualTo(400);
        assertThat(found("client").lastSequence()).isEqualTo(699);
        SessionLog again = resume("client", new ArrayList<>());
        assertThat(again.queuedBytes()).isEqualTo(bytes);
        append(again, 2, 700, 100);
        for (int i = 300; i < 800; i++) {
            assertThat(again.queued()).isEqualTo(800 - i);
            Delivery taken = take(again);
            assertThat(text(taken)).isEqualTo("m" + i);
            turn(() -> again.dropped(taken));
        }
        restart();
        assertThat(found("client").queued()).isZero();
    }

    @Test
    void flowsAreFoundAsTheyWere() throws IOException {
        SessionLog log = connected("client");
        append(log, 2, 0, 5);
        for (int packetId = 1; packetId <= 4; packetId++) {
            Delivery taken = take(log);
            int id = packetId;
            turn(() -> log.sent(taken, id));
        }
        turn(() -> log.received(2));
        turn(() -> log.received(3));
        turn(() -> log.completed(3));
        restart();
        assertThat(found("client").queued()).isEqualTo(1);
        List<SessionLog.Flow> flows = new ArrayList<>();
        SessionLog again = resume("client", flows);
        assertThat(flows).extracting(SessionLog.Flow::packetId).containsExactly(1, 2, 4);
        assertThat(flows.get(0).delivery()).isNotNull();
        assertThat(text(flows.get(0).delivery())).isEqualTo("m0");
        assertThat(flows.get(1).delivery()).isNull();
        assertThat(text(flows.get(2).delivery())).isEqualTo("m3");
        assertThat(text(take(again))).isEqualTo("m4");
    }

    @Test
    void queueOfASharedSubscriptionIsFound() throws IOException {
        SessionLog[] shared = new SessionLog[1];
        turn(() -> shared[0] = here().openShared("$share/group/t", owner));
        append(shared[0], 1, 0, 10);
        restart();
        assertThat(found("$share/group/t").shared()).isTrue();
        assertThat(found("$share/group/t").queued()).isEqualTo(10);
    }

    @Test
    void sessionThatHasEndedIsNotFound() throws IOException {
        SessionLog log = connected("client");
        append(log, 1, 0, 400);
        turn(() -> log.subscribed(request("a"), 0));
        turn(log::deleted);
        restart();
        assertThat(recovered).isEmpty();
    }

    @Test
    void sessionThatIsNotToBeKeptIsNotFound() throws IOException {
        turn(() -> {
            SessionLog log = here().open("client", false, owner);
            log.connected(0, null);
            log.subscribed(request("a"), 0);
            log.append(delivery(message("m"), 1, 0));
        });
        restart();
        assertThat(recovered).isEmpty();
    }
}

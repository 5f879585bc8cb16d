package io.godwit.broker.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.control.Books;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.simulation.TestClient;
import io.godwit.broker.spi.Database.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The copies that a process leaves to the next one: recovered there, and accounted for. */
class BooksAfterCrashTest extends DurableConversation {

    private void publish(int qos, int messages) {
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < messages; i++) {
            pub.publish("t", qos, "m" + i);
        }
    }

    @Test
    void whatWaitsIsRecoveredAtTheStart() {
        offline(V5, "sub", 1, "t");
        offline(V5, "member", 1, "$share/g/t");
        publish(1, 3);
        long bytes = broker.count(Counter.BYTES_QUEUED);
        crash();
        Books books = broker.books();
        assertThat(books.recovered()).isEqualTo(6);
        assertThat(books.queued()).isEqualTo(6);
        assertThat(broker.count(Counter.BYTES_QUEUED)).isEqualTo(bytes);
        expectInQueue(V5, "sub", "m0", "m1", "m2");
        expectInQueue(V5, "member", "m0", "m1", "m2");
        assertThat(broker.books().completed()).isEqualTo(6);
        assertThat(broker.books().queued()).isZero();
    }

    /** Nobody reads what was under way before its client is back. */
    @Test
    void whatWasUnderWayIsRecoveredWithItsClient() {
        TestClient sub = resume(V5, "sub").subscribe(2, "t");
        publish(2, 2);
        assertThat(sub.takeAll()).hasSize(2);
        crash();
        assertThat(broker.books().recovered()).isZero();
        resume(V5, "sub").takeAll();
        assertThat(broker.books().recovered()).isEqualTo(2);
        assertThat(broker.books().inFlight()).isEqualTo(2);
        resume(V5, "sub").acknowledging().takeAll();
        assertThat(broker.books().recovered()).isEqualTo(2);
        assertThat(broker.books().completed()).isEqualTo(2);
    }

    @Test
    void whatCannotBeStoredIsDropped() {
        offline(V5, "sub", 1, "t");
        offline(V5, "member", 1, "$share/g/t");
        disk.failWrites(1);
        publish(1, 1);
        Books books = broker.books();
        assertThat(books.routed()).isEqualTo(2);
        assertThat(books.dropped()).containsEntry("not_stored", 2L);
    }

    @Test
    void aDamagedEntryIsUnreadable() throws Exception {
        List<byte[]> keys = new ArrayList<>();
        use(options().quarantine((_, key, _, _) -> keys.add(key)));
        offline(V5, "sub", 1, "t");
        publish(1, 3);
        kill();
        List<byte[]> entries = new ArrayList<>();
        disk.open(Durability.PROCESS)
                .reader()
                .scan(Table.QUEUE, new byte[0], null, (key, _) -> entries.add(key));
        disk.crash();
        disk.corrupt(Table.QUEUE, entries.get(1));
        broker.restart();
        assertThat(broker.books().queued()).isEqualTo(3); // nobody has looked yet
        expectInQueue(V5, "sub", "m0", "m2");
        assertThat(keys).hasSize(1);
        Books books = broker.books();
        assertThat(books.dropped()).containsEntry("unreadable", 1L);
        assertThat(books.completed()).isEqualTo(2);
        assertThat(broker.count(Counter.BYTES_QUEUED) - broker.count(Counter.BYTES_UNQUEUED))
                .isZero();
    }

    @Test
    void theEndOfASessionAfterACrashDropsAllOfIt() {
        connect(V5, "sub", c -> c.resume(60)).subscribe(1, "t").drop();
        publish(1, 3);
        crash();
        broker.advance(Duration.ofMinutes(2));
        Books books = broker.books();
        assertThat(books.recovered()).isEqualTo(3);
        assertThat(books.dropped()).containsEntry("session_ended", 3L);
        assertThat(books.queued()).isZero();
    }
}

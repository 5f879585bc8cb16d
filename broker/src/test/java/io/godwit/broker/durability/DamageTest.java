package io.godwit.broker.durability;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.SimulatedDatabase;
import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.simulation.TestClient;
import io.godwit.broker.spi.Database.Table;
import io.godwit.codec.PubRec;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that cannot be read: the broker starts without them, and says so. */
class DamageTest extends DurableConversation {

    /** What a record of the SESSION table holds, by the byte behind the session's number. */
    private static final int SESSION = 0;

    private static final int CURSOR = 1;
    private static final int SUBSCRIPTION = 2;
    private static final int UNRELEASED = 3;
    private static final int WILL = 4;

    private final List<Table> quarantine = new ArrayList<>();

    @Override
    SimulatedBroker.Options options() {
        return super.options().quarantine((table, _, _, _) -> quarantine.add(table));
    }

    private List<byte[]> keys(Table table) throws IOException {
        List<byte[]> keys = new ArrayList<>();
        SimulatedDatabase database = disk.open(Durability.PROCESS);
        database.reader().scan(table, new byte[0], null, (key, _) -> keys.add(key));
        disk.crash();
        return keys;
    }

    /** The process ends, a record is damaged, and the next process starts. */
    private void damage(Table table, int index) throws IOException {
        kill();
        disk.corrupt(table, keys(table).get(index));
        broker.restart();
    }

    /** The same for the only record of its kind in the SESSION table. */
    private void damageSession(int kind) throws IOException {
        kill();
        List<byte[]> found = keys(Table.SESSION).stream().filter(key -> key[8] == kind).toList();
        assertThat(found).hasSize(1);
        disk.corrupt(Table.SESSION, found.getFirst());
        broker.restart();
    }

    private void expectFound(Table... damaged) {
        assertThat(quarantine).containsExactly(damaged);
        assertThat(broker.store().counts().damaged()).isEqualTo(damaged.length);
        assertThat(broker.store().figures())
                .containsEntry("records/damaged", Integer.toString(damaged.length));
    }

    /** Nothing damaged is found again. */
    private void expectCleanRestart() {
        crash();
        assertThat(broker.store().counts().damaged()).isZero();
    }

    // --- queues ---------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void damagedEntryIsLeftOutOfItsQueue(int index) throws IOException {
        offline(V5, "sub", 1, "t");
        TestClient pub = connect(V5, "pub");
        List<String> rest = new ArrayList<>(List.of("m0", "m1", "m2"));
        rest.forEach(payload -> pub.publish("t", 1, payload));
        damage(Table.QUEUE, index);
        connect(V5, "pub").publish("t", 1, "m3");
        rest.remove(index);
        rest.add("m3");
        expectInQueue(V5, "sub", rest.toArray(String[]::new));
        expectFound(Table.QUEUE);
        assertThat(queueRecords()).isZero();
        expectCleanRestart();
        offline(V5, "sub", 1, "t");
        connect(V5, "pub").publish("t", 1, "m4");
        expectInQueue(V5, "sub", "m4");
    }

    @Test
    void queueOfDamagedEntriesOnlyIsEmpty() throws IOException {
        offline(V5, "sub", 1, "t");
        connect(V5, "pub").publish("t", 1, "m0");
        damage(Table.QUEUE, 0);
        expectInQueue(V5, "sub");
        connect(V5, "pub").publish("t", 1, "m1");
        expectInQueue(V5, "sub", "m1");
        assertThat(queueRecords()).isZero();
    }

    @Test
    void messageUnderWayThatIsDamagedIsGivenUp() throws IOException {
        TestClient sub = resume(V5, "sub").subscribe(2, "t");
        connect(V5, "pub").publish("t", 2, "m");
        sub.expectMessage("t", "m");
        damage(Table.QUEUE, 0);
        resume(V5, "sub").expectNothing();
        expectFound(Table.QUEUE);
        connect(V5, "pub").publish("t", 2, "next");
        expectInQueue(V5, "sub", "next");
    }

    @Test
    void damagedMessageIsMissedByThoseItWasFor() throws IOException {
        offline(V5, "sub1", 1, "t");
        offline(V5, "sub2", 1, "t");
        TestClient pub = connect(V5, "pub");
        pub.publish("t", 1, "m0");
        pub.publish("t", 1, "m1");
        damage(Table.MESSAGE, 0);
        expectInQueue(V5, "sub1", "m1");
        expectInQueue(V5, "sub2", "m1");
        assertThat(quarantine).contains(Table.MESSAGE);
        crash();
        assertThat(queueRecords()).isZero();
    }

    // --- retained messages ----------------------------------------------------------------------

    @Test
    void damagedRetainedMessageIsGone() throws IOException {
        TestClient pub = connect(V5, "pub");
        for (String topic : List.of("a", "b", "c")) {
            pub.publish(retain(publish(topic, "m", 1, 0)));
        }
        damage(Table.RETAINED, 1);
        expectFound(Table.RETAINED);
        assertThat(broker.store().recovered().retained()).isEqualTo(2);
        TestClient client = connect(V5, "client").subscribe(0, "#");
        assertThat(client.takeAll()).hasSize(2);
        expectCleanRestart();
    }

    // --- sessions -------------------------------------------------------------------------------

    @Test
    void damagedSubscriptionIsGone() throws IOException {
        TestClient client = resume(V5, "client");
        client.subscribe(1, "t").drop();
        damageSession(SUBSCRIPTION);
        expectFound(Table.SESSION);
        assertThat(isPresent("client")).isTrue();
        assertThat(connect(V5, "pub").publish("t", 1, "m"))
                .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        expectCleanRestart();
    }

    @Test
    void damagedWillIsNotPublished() throws IOException {
        connect(V5, "client", c -> c.persistent().will(will("t", "dead", 1)));
        damageSession(WILL);
        expectFound(Table.SESSION);
        broker.advance(Duration.ofMinutes(2));
        assertThat(broker.count(Counter.WILLS_PUBLISHED)).isZero();
        assertThat(isPresent("client")).isTrue();
    }

    @Test
    void damagedIdentifierIsFree() throws IOException {
        resume(V5, "client").send(publish("t", "m", 2, 9)).expect(PubRec.class);
        damageSession(UNRELEASED);
        expectFound(Table.SESSION);
        offline(V5, "sub", 1, "t");
        resume(V5, "client").send(publish("t", "m", 2, 9)).expect(new PubRec(9));
        expectInQueue(V5, "sub", "m");
    }

    /** What was under way waits again, under no identifier. */
    @Test
    void messagesOfADamagedCursorWaitAgain() throws IOException {
        TestClient sub = resume(V5, "sub").subscribe(2, "t");
        TestClient pub = connect(V5, "pub");
        pub.publish("t", 2, "m0");
        sub.expectMessage("t", "m0");
        sub.drop();
        pub.publish("t", 2, "m1");
        damageSession(CURSOR);
        expectFound(Table.SESSION);
        expectInQueue(V5, "sub", "m0", "m1");
        assertThat(queueRecords()).isZero();
    }

    /** Without it nobody knows whose the rest is: it goes into quarantine as well. */
    @Test
    void damagedSessionIsGoneWithAllThatBelongsToIt() throws IOException {
        offline(V5, "client", 1, "t", "u");
        connect(V5, "pub").publish("t", 1, "m0");
        connect(V5, "pub").publish("t", 1, "m1");
        damageSession(SESSION);
        assertThat(quarantine)
                .containsExactlyInAnyOrder(
                        Table.SESSION, Table.SESSION, Table.SESSION, Table.QUEUE, Table.QUEUE);
        assertThat(queueRecords() + disk.records(Table.SESSION)).isZero();
        assertThat(isPresent("client")).isFalse();
    }

    // --- the rest is intact ---------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void oneDamagedRecordHarmsOneSessionAtMost(int at) throws IOException {
        for (int i = 0; i < 3; i++) {
            offline(V5, "sub" + i, 2, "t", "$share/g" + i + "/t");
        }
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 5; i++) {
            pub.publish("t", 2, "m" + i);
        }
        Table table = at % 2 == 0 ? Table.SESSION : Table.QUEUE;
        damage(table, at);
        int whole = 0;
        for (int i = 0; i < 3; i++) {
            TestClient sub = resume(V5, "sub" + i).acknowledging();
            List<String> got =
                    sub.takeAll().stream().map(Publish.class::cast).map(Packets::text).toList();
            whole += got.size() == 10 ? 1 : 0;
            assertThat(got.stream().distinct().count()).isLessThanOrEqualTo(5);
        }
        assertThat(whole).isGreaterThanOrEqualTo(2);
        assertThat(quarantine).contains(table);
    }
}

package io.godwit.broker.durability;

import static io.godwit.broker.simulation.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.TestClient;
import io.godwit.broker.spi.Database.Table;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How much is written, and that it goes away again. */
class GroupCommitTest extends DurableConversation {

    private long batches() {
        return broker.store().counts().batches();
    }

    private long changes() {
        return broker.store().counts().changes();
    }

    // --- batches --------------------------------------------------------------------------------

    @Test
    void idleWriterWritesAtOnce() {
        offline(V5, "sub", 1, "t");
        TestClient pub = connect(V5, "pub");
        for (int i = 1; i <= 3; i++) {
            long before = batches();
            pub.send(publish("t", "m", 1, i)).expect(new PubAck(i));
            assertThat(batches()).isEqualTo(before + 1);
        }
    }

    @Test
    void whatComesMeanwhileIsWrittenTogether() {
        offline(V5, "sub", 1, "t");
        TestClient pub = connect(V5, "pub");
        broker.stallWriter(true);
        for (int i = 1; i <= 100; i++) {
            pub.queue(publish("t", "m" + i, 1, i));
        }
        pub.expectNothing();
        long before = batches();
        broker.stallWriter(false);
        for (int i = 1; i <= 100; i++) {
            pub.expect(new PubAck(i));
        }
        assertThat(batches()).isEqualTo(before + 1);
        assertThat(disk.records(Table.QUEUE)).isEqualTo(100);
    }

    // --- what is not written --------------------------------------------------------------------

    @Test
    void qos1EntryThatIsAcknowledgedBeforeItsBatchIsNeverWritten() {
        TestClient sub = resume(V5, "sub").subscribe(1, "t");
        TestClient pub = connect(V5, "pub");
        broker.stallWriter(true);
        long before = changes();
        pub.send(publish("t", "m", 1, 1)).expectNothing();
        sub.send(new PubAck(sub.expectMessage("t", "m").packetId()));
        broker.stallWriter(false);
        pub.expect(new PubAck(1));
        assertThat(changes()).isEqualTo(before);
    }

    /** Of three sessions one acknowledges in time: the message is stored for the others. */
    @Test
    void messageIsWrittenForThoseThatHaveNotAcknowledgedIt() {
        offline(V5, "off1", 1, "t");
        offline(V5, "off2", 1, "t");
        TestClient sub = resume(V5, "sub").subscribe(1, "t");
        TestClient pub = connect(V5, "pub");
        broker.stallWriter(true);
        pub.send(publish("t", "m", 1, 1)).expectNothing();
        sub.send(new PubAck(sub.expectMessage("t", "m").packetId()));
        broker.stallWriter(false);
        pub.expect(new PubAck(1));
        assertThat(disk.records(Table.QUEUE)).isEqualTo(2);
        assertThat(disk.records(Table.MESSAGE)).isEqualTo(1);
        expectInQueue(V5, "off1", "m");
        expectInQueue(V5, "off2", "m");
        assertThat(queueRecords()).isZero();
    }

    @Test
    void qos2EntryIsWrittenBeforeItIsSent() {
        TestClient sub = resume(V5, "sub").subscribe(2, "t");
        connect(V5, "pub").publish("t", 2, "m");
        sub.expectMessage("t", "m");
        assertThat(disk.records(Table.QUEUE)).isEqualTo(1);
    }

    /** Nothing has to be on the disk for sessions that are not kept. */
    @Test
    void nothingIsWrittenForSessionsThatAreNotKept() {
        long before = batches();
        TestClient sub = connect(V5, "sub").subscribe(2, "t").acknowledging();
        TestClient pub = connect(V5, "pub");
        pub.publish("t", 1, "a");
        pub.publish("t", 2, "b");
        sub.expectMessage("t", "a");
        sub.expectMessage("t", "b");
        assertThat(batches()).isEqualTo(before);
    }

    // --- what goes away -------------------------------------------------------------------------

    @Test
    void messageIsStoredOnceForManySubscribers() {
        int sessions = 10_000;
        for (int i = 0; i < sessions; i++) {
            offline(V5, "sub" + i, 1, "t");
        }
        connect(V5, "pub").publish("t", 1, "m");
        assertThat(disk.records(Table.MESSAGE)).isEqualTo(1);
        assertThat(disk.records(Table.QUEUE)).isEqualTo(sessions);
        broker.advance(Duration.ofSeconds(2)); // limits.connect-rate
        for (int i = 0; i < sessions; i++) {
            assertThat(disk.records(Table.MESSAGE)).isEqualTo(1);
            takeOne("sub" + i);
        }
        assertThat(queueRecords()).isZero();
    }

    private void takeOne(String clientId) {
        TestClient sub = resume(V5, clientId);
        sub.send(new PubAck(sub.expectMessage("t", "m").packetId()));
        sub.drop();
    }

    @Test
    void entriesAreDeletedWhenTheyAreAcknowledged() {
        offline(V5, "sub", 2, "t");
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 10; i++) {
            pub.publish("t", 1 + i % 2, "m");
        }
        TestClient sub = resume(V5, "sub");
        int left = 10;
        for (Packet packet : sub.takeAll()) {
            Publish publish = (Publish) packet;
            assertThat(disk.records(Table.QUEUE)).isEqualTo(left);
            if (publish.qos() == 1) {
                sub.send(new PubAck(publish.packetId()));
            } else {
                sub.send(new PubRec(publish.packetId())).expect(PubRel.class);
                sub.send(new PubComp(publish.packetId()));
            }
            left--;
        }
        assertThat(queueRecords()).isZero();
    }

    private void fill() {
        for (int i = 0; i < 20; i++) {
            connect(V5, "sub" + i, c -> c.resume(60)).subscribe(1 + i % 2, "t").drop();
        }
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 300; i++) {
            pub.publish("t", 2, "m" + i);
        }
        assertThat(disk.records(Table.MESSAGE)).isEqualTo(300);
    }

    private void expectEmpty() {
        assertThat(queueRecords()).isZero();
        assertThat(disk.records(Table.SESSION)).isZero();
    }

    @Test
    void nothingIsLeftWhenAllSessionsHaveExpired() {
        fill();
        broker.advance(Duration.ofSeconds(70));
        expectEmpty();
    }

    /** What referred to the messages of an earlier process is counted anew. */
    @Test
    void nothingIsLeftOfAnEarlierProcess() {
        fill();
        crash();
        for (int i = 0; i < 20; i += 2) {
            TestClient sub = resume(V5, "sub" + i).acknowledging();
            assertThat(sub.takeAll()).hasSize(300);
            sub.send(new Disconnect(ReasonCode.SUCCESS));
            connect(V5, "sub" + i).disconnect();
        }
        broker.advance(Duration.ofSeconds(70));
        expectEmpty();
    }

    /** Wherever the process ends while a session does, and others still need the messages. */
    @Test
    void nothingIsLeftWhereverTheProcessEnds() {
        boolean ended = false;
        for (int steps = 0; !ended; steps++) {
            offline(V5, "one", 1, "t");
            offline(V5, "two", 1, "t");
            connect(V5, "pub").publish("t", 1, "m");
            crash();
            TestClient one = broker.client(V5);
            one.queue(Packets.connect(V5, "one").build());
            broker.run(steps);
            ended = !one.takeArrived().isEmpty();
            crash();
            expectInQueue(V5, "two", "m");
            connect(V5, "one").disconnect();
            connect(V5, "two").disconnect();
            expectEmpty();
        }
    }
}

package io.godwit.broker.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.TestClient;
import io.godwit.broker.spi.Database.Table;
import io.godwit.codec.Property;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queue that a shared subscription has while its members are offline, across a crash. */
class SharedQueueTest extends DurableConversation {

    private static final String FILTER = "$share/group/t";
    private static final List<String> MESSAGES = List.of("m0", "m1", "m2");

    private void publish(int qos) {
        TestClient pub = connect(V5, "pub");
        for (String message : MESSAGES) {
            assertThat(pub.publish("t", qos, message)).isEqualTo(ReasonCode.SUCCESS);
        }
        pub.disconnect();
    }

    private List<String> received(String clientId) {
        TestClient client = resume(V5, clientId).acknowledging();
        return client.takeAll().stream().map(Publish.class::cast).map(Packets::text).toList();
    }

    @Spec("v5 MQTT-4.8.2-3")
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void queueIsHandedToTheMemberThatComesFirst(int qos) {
        offline(V5, "one", 2, FILTER);
        offline(V5, "two", 2, FILTER);
        publish(qos);
        crash();
        TestClient two = resume(V5, "two").acknowledging();
        MESSAGES.forEach(message -> two.expectMessage("t", message));
        two.expectNothing();
        assertThat(received("one")).isEmpty();
        assertThat(queueRecords()).isZero();
    }

    /** Each message is in one queue or the other, wherever the process ends. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void messagesPassToAMemberOnceWhereverTheProcessEnds(int qos) {
        offline(V5, "one", 2, FILTER);
        offline(V5, "two", 2, FILTER);
        boolean wasIdle = false;
        for (int steps = 0; !wasIdle; steps++) {
            publish(qos);
            TestClient one = broker.client(V5);
            one.queue(Packets.connect(V5, "one").persistent().build());
            broker.run(steps);
            int arrived = one.takeArrived().size();
            wasIdle = arrived == 1 + MESSAGES.size();
            crash();
            List<String> all = new ArrayList<>(received("two"));
            all.addAll(received("one"));
            assertThat(all).as("%s steps", steps).containsExactlyInAnyOrderElementsOf(MESSAGES);
            assertThat(queueRecords()).isZero();
            crash();
        }
    }

    /** Those that a member has not acknowledged stay with it, since its session is kept. */
    @Test
    void messagesUnderWayStayWithTheirMember() {
        offline(V5, "two", 1, FILTER);
        TestClient one = connect(V5, "one", c -> c.persistent().with(Property.RECEIVE_MAXIMUM, 2));
        one.subscribe(1, FILTER);
        publish(1);
        one.expectMessage("t", "m0");
        one.expectMessage("t", "m1");
        crash();
        TestClient two = resume(V5, "two");
        List<String> waiting =
                two.takeAll().stream().map(Publish.class::cast).map(Packets::text).toList();
        assertThat(waiting).isSubsetOf("m2");
        TestClient again = resume(V5, "one");
        Publish first = again.expectMessage("t", "m0");
        assertThat(first.dup()).isTrue();
        again.send(new PubAck(first.packetId()));
        assertThat(again.expectMessage("t", "m1").dup()).isTrue();
    }

    @Test
    void queueEndsWithTheLastMember() {
        connect(V5, "one", c -> c.resume(60)).subscribe(1, FILTER).drop();
        publish(1);
        crash();
        assertThat(disk.records(Table.QUEUE)).isEqualTo(MESSAGES.size());
        broker.advance(Duration.ofSeconds(61));
        assertThat(queueRecords() + disk.records(Table.SESSION)).isZero();
    }

    /** The last member has ended, and the process too before its queue was removed. */
    @Test
    void queueWithoutAMemberIsRemovedAtTheStart() {
        connect(V5, "one", c -> c.resume(60)).subscribe(1, FILTER).drop();
        publish(1);
        long ended = disk.writes();
        TestClient one = broker.client(V5);
        one.queue(Packets.connect(V5, "one").build());
        while (disk.writes() == ended) {
            broker.run(1);
        }
        crash();
        assertThat(queueRecords() + disk.records(Table.SESSION)).isZero();
        assertThat(connect(V5, "pub").publish("t", 1, "m"))
                .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }
}

package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.request;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.conformance.Setting.EachV5;
import io.godwit.broker.control.Books;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Property;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.RetainHandling;
import java.time.Duration;

/** Each copy of a message begins once and ends once; {@link SimulatedBroker#books} adds them up. */
class BooksTest {

    private static long dropped(Books books, String reason) {
        return books.dropped().getOrDefault(reason, -1L);
    }

    private static long queuedBytes(SimulatedBroker broker) {
        return broker.count(Counter.BYTES_QUEUED) - broker.count(Counter.BYTES_UNQUEUED);
    }

    @Each
    void qos0IsCompletedWhenItWasSent(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            for (int i = 0; i < 3; i++) {
                setting.subscriber(broker, i).subscribe(0, "t", "t/#");
            }
            setting.publisher(broker).publish("t", 1, "m");
            Books books = broker.books();
            assertThat(books.routed()).isEqualTo(3); // one for each session
            assertThat(books.completed()).isEqualTo(3);
            assertThat(books.begun()).isEqualTo(3);
            assertThat(books.allDropped()).isZero();
        }
    }

    @Each
    void otherMessagesAreInFlightUntilTheyAreAcknowledged(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient one = setting.subscriber(broker, 0).subscribe(1, "t");
            TestClient two = setting.subscriber(broker, 1).subscribe(2, "t");
            setting.publisher(broker).publish("t", 2, "m");
            int first = one.expectMessage("t", "m").packetId();
            int second = two.expectMessage("t", "m").packetId();
            assertThat(broker.books().inFlight()).isEqualTo(2);
            one.send(new PubAck(first));
            assertThat(broker.books().completed()).isEqualTo(1);
            two.send(new PubRec(second)).expect(new PubRel(second));
            assertThat(broker.books().inFlight()).isEqualTo(1);
            two.send(new PubComp(second));
            assertThat(broker.books().completed()).isEqualTo(2);
            assertThat(broker.books().inFlight()).isZero();
        }
    }

    @Each
    void sendingAgainMakesNoOtherCopy(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub =
                    setting.subscriber(broker, 0, ConnectBuilder::persistent).subscribe(1, "t");
            setting.publisher(broker).publish("t", 1, "m");
            sub.expectMessage("t", "m");
            sub.drop();
            assertThat(broker.books().inFlight()).isEqualTo(1);
            setting.resumed(broker, 0).expectMessage("t", "m");
            Books books = broker.books();
            assertThat(books.routed()).isEqualTo(1);
            assertThat(books.completed()).isEqualTo(1);
            assertThat(broker.count(Counter.PUBLISH_SENT)).isEqualTo(2);
        }
    }

    @Each
    void whatWaitsIsQueuedAndThenSent(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            setting.subscriber(broker, 0, ConnectBuilder::persistent).subscribe(1, "t").drop();
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 3; i++) {
                pub.publish("t", 1, "m" + i);
            }
            assertThat(broker.books().queued()).isEqualTo(3);
            assertThat(queuedBytes(broker)).isGreaterThan(3 * 2);
            assertThat(setting.resumed(broker, 0).takeAll()).hasSize(3);
            assertThat(broker.books().queued()).isZero();
            assertThat(broker.books().completed()).isEqualTo(3);
            assertThat(queuedBytes(broker)).isZero();
        }
    }

    @EachV5
    void theEndOfASessionDropsWhatIsQueuedAndInFlight(Setting setting) {
        try (SimulatedBroker broker = setting.broker(limits -> limits.inFlight(2))) {
            TestClient sub = setting.subscriber(broker, 0, c -> c.resume(30)).subscribe(2, "t");
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 4; i++) {
                pub.publish("t", i % 2 + 1, "m" + i);
            }
            sub.drop();
            assertThat(broker.books().inFlight()).isEqualTo(2);
            assertThat(broker.books().queued()).isEqualTo(2);
            broker.advance(Duration.ofSeconds(31));
            Books books = broker.books();
            assertThat(dropped(books, "session_ended")).isEqualTo(4);
            assertThat(books.inFlight()).isZero();
            assertThat(books.queued()).isZero();
        }
    }

    /** The client has the message, and only the acknowledgement of its acknowledgement is open. */
    @Each
    void theEndOfASessionCompletesWhatTheClientHas(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0).subscribe(2, "t");
            setting.publisher(broker).publish("t", 2, "m");
            sub.send(new PubRec(sub.expectMessage("t", "m").packetId()));
            sub.drop();
            assertThat(broker.books().completed()).isEqualTo(1);
            assertThat(broker.books().allDropped()).isZero();
        }
    }

    @Each
    void qos0ForAClientThatIsAwayIsDropped(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            setting.subscriber(broker, 0, ConnectBuilder::persistent).subscribe(0, "t").drop();
            setting.publisher(broker).publish("t", 1, "m");
            assertThat(dropped(broker.books(), "offline")).isEqualTo(1);
        }
    }

    @Each
    void qos0ThatWaitsIsDroppedWithTheConnection(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0).subscribe(0, "t").stopReading();
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 500; i++) {
                pub.publish("t", 0, "x".repeat(1_000));
            }
            long waiting = broker.books().queued();
            assertThat(waiting).isPositive();
            sub.cut();
            broker.advance(Duration.ofSeconds(10));
            assertThat(dropped(broker.books(), "offline")).isEqualTo(waiting);
        }
    }

    @Each
    void retainedMessagesAndWillsAreCopiesOfTheirOwn(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            setting.publisher(broker).publish(retain(publish("kept", "m", 1, 0)));
            TestClient sub = setting.subscriber(broker, 0).acknowledging().subscribe(1, "#");
            sub.expectMessage("kept", "m");
            setting.subscriber(broker, 1, c -> c.will(will("last", "m", 1))).cut();
            sub.expectMessage("last", "m");
            Books books = broker.books();
            assertThat(books.retained()).isEqualTo(1);
            assertThat(books.wills()).isEqualTo(1);
            assertThat(books.routed()).isZero();
            assertThat(books.completed()).isEqualTo(2);
        }
    }

    @EachV5
    void ownMessagesUnderNoLocalAreNoCopies(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient client = setting.publisher(broker);
            client.send(subscribe(1, request("t", 1, true, false, RetainHandling.SEND)));
            client.takeAll();
            client.publish("t", 1, "m");
            assertThat(broker.books().begun()).isZero();
        }
    }

    @EachV5
    void whatIsTooLargeForTheClientIsDropped(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            setting.subscriber(broker, 0, c -> c.with(Property.MAXIMUM_PACKET_SIZE, 100L))
                    .subscribe(1, "t");
            setting.publisher(broker).publish("t", 1, "x".repeat(200));
            assertThat(dropped(broker.books(), "packet_too_large")).isEqualTo(1);
            assertThat(broker.books().inFlight()).isZero();
        }
    }

    /** A shared subscription has one copy, whichever of its members it passes through. */
    @Each
    void whatAMemberGivesBackIsTheSameCopy(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            String shared = "$share/g/t";
            TestClient leaving = setting.subscriber(broker, 0).subscribe(1, shared);
            setting.publisher(broker).publish("t", 1, "m");
            leaving.expectMessage("t", "m");
            TestClient heir = setting.subscriber(broker, 1).acknowledging().subscribe(1, shared);
            leaving.drop();
            heir.expectMessage("t", "m");
            Books books = broker.books();
            assertThat(books.routed()).isEqualTo(1);
            assertThat(books.completed()).isEqualTo(1);
            assertThat(books.allDropped()).isZero();
        }
    }

    @Each
    void theQueueOfASharedSubscriptionIsCounted(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            String shared = "$share/g/t";
            setting.subscriber(broker, 0, ConnectBuilder::persistent).subscribe(1, shared).drop();
            TestClient pub = setting.publisher(broker);
            pub.publish("t", 1, "m0");
            pub.publish("t", 1, "m1");
            pub.publish("t", 0, "m2");
            assertThat(broker.books().queued()).isEqualTo(2);
            assertThat(dropped(broker.books(), "offline")).isEqualTo(1);
            setting.resumed(broker, 0).unsubscribe(shared);
            assertThat(broker.books().completed()).isEqualTo(2);
            assertThat(queuedBytes(broker)).isZero();
        }
    }
}

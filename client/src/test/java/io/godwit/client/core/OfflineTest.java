package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.Message;
import io.godwit.client.MessageDropped;
import io.godwit.client.MqttClient;
import io.godwit.client.OfflineBuffer;
import io.godwit.client.OfflineBuffer.Full;
import io.godwit.client.OfflineBuffer.Qos0;
import io.godwit.client.Published;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Messages that are published while there is no connection. */
class OfflineTest extends Conversation {

    private static final OfflineBuffer TWO = OfflineBuffer.DEFAULT.upTo(2, 1000);

    private static void expect(Peer.Session session, String... texts) {
        for (String text : texts) {
            Publish publish = session.take(Publish.class);
            assertThat(text(publish)).isEqualTo(text);
            if (publish.qos() == 1) {
                session.send(new PubAck(publish.packetId()));
            }
        }
    }

    @Test
    void whatWaitsIsSentInOrder() {
        MqttClient client = open(builder());
        List<CompletableFuture<Published>> futures =
                List.of(
                        client.publish(Message.of("a", "1", 1)),
                        client.publish(Message.of("a", "2")),
                        client.publish(Message.of("a", "3", 1)));
        assertThat(client.counts().waiting()).isEqualTo(3);
        Peer.Session session = connect(client);
        expect(session, "1", "2", "3");
        futures.forEach(Conversation::get);
    }

    @Test
    void newestFailsWhenTheBufferIsFull() {
        MqttClient client = open(builder().offline(TWO));
        client.publish(Message.of("a", "1", 1));
        client.publish(Message.of("a", "2", 1));
        assertThat(failure(client.publish(Message.of("a", "3", 1)), MessageDropped.class))
                .hasMessageContaining("the message for a was dropped: the buffer is full");
        assertThat(failure(client.publish(Message.of("a", "4")), MessageDropped.class))
                .hasMessageContaining("with 2 messages");
        assertThat(client.counts().dropped()).isEqualTo(2);
        expect(connect(client), "1", "2");
    }

    @Test
    void oldestIsDroppedWhereThatIsWanted() {
        MqttClient client = open(builder().offline(TWO.whenFull(Full.DROP_OLDEST)));
        CompletableFuture<Published> first = client.publish(Message.of("a", "1", 1));
        client.publish(Message.of("a", "2", 1));
        client.publish(Message.of("a", "3", 1));
        failure(first, MessageDropped.class);
        expect(connect(client), "2", "3");
    }

    @Test
    void qos0IsTheFirstToGo() {
        MqttClient client = open(builder().offline(TWO));
        CompletableFuture<Published> first = client.publish(Message.of("a", "1", 1));
        CompletableFuture<Published> second = client.publish(Message.of("a", "2"));
        client.publish(Message.of("a", "3", 1));
        failure(second, MessageDropped.class);
        expect(connect(client), "1", "3");
        get(first);
    }

    @Test
    void bytesCountToo() {
        MqttClient client = open(builder().offline(OfflineBuffer.DEFAULT.upTo(100, 20)));
        client.publish(Message.of("a", "0123456789", 1));
        failure(client.publish(Message.of("a", "0123456789", 1)), MessageDropped.class);
        client.publish(Message.of("a", "012345", 1));
        failure(
                client.publish(Message.of("a", "larger than everything", 1)),
                MessageDropped.class);
        expect(connect(client), "0123456789", "012345");
    }

    @Test
    void qos0IsDroppedWithoutAConnectionWhereThatIsWanted() {
        MqttClient client = open(builder().offline(TWO.withQos0(Qos0.DROP)));
        failure(client.publish(Message.of("a", "1")), MessageDropped.class);
        client.publish(Message.of("a", "2", 1));
        Peer.Session session = connect(client);
        expect(session, "2");
        client.publish(Message.of("a", "3"));
        expect(session, "3");
    }

    @Test
    void timeToLiveEndsTheWait() {
        MqttClient client =
                open(builder().offline(OfflineBuffer.DEFAULT.livingFor(Duration.ofSeconds(5))));
        CompletableFuture<Published> first = client.publish(Message.of("a", "1", 1));
        time.advance(Duration.ofSeconds(3));
        CompletableFuture<Published> second = client.publish(Message.of("a", "2", 1));
        time.advance(Duration.ofSeconds(2));
        assertThat(failure(first, MessageDropped.class)).hasMessageContaining("waited for longer");
        assertThat(second).isNotDone();
        Peer.Session session = connect(client);
        assertThat(text(session.take(Publish.class))).isEqualTo("2");
        time.advance(Duration.ofSeconds(5));
        assertThat(second).as("it was sent once").isNotDone();
        Peer.Session next = reconnect(session, true);
        expect(next, "2");
        get(second);
    }

    @Test
    void whatIsUnderWayCountsAndIsNotDropped() {
        MqttClient client = open(builder().offline(TWO.whenFull(Full.DROP_OLDEST)));
        Peer.Session session = connect(client);
        client.publish(Message.of("a", "1", 1));
        client.publish(Message.of("a", "2", 1));
        int first = session.take(Publish.class).packetId();
        session.take(Publish.class);
        failure(client.publish(Message.of("a", "3", 1)), MessageDropped.class);
        session.send(new PubAck(first));
        org.awaitility.Awaitility.await().until(() -> client.counts().waiting() == 1);
        client.publish(Message.of("a", "4", 1));
        assertThat(text(session.take(Publish.class))).isEqualTo("4");
    }
}

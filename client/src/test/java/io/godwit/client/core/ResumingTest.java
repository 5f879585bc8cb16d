package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.Published;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Flows of both directions when the connection is cut at each of their steps. */
class ResumingTest extends Conversation {

    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

    private String handled() throws InterruptedException {
        return String.valueOf(handled.poll(20, TimeUnit.SECONDS));
    }

    @Test
    @Spec({
        "v5 MQTT-4.4.0-1",
        "v3 MQTT-4.4.0-1",
        "v5 MQTT-3.3.1-1",
        "v3 MQTT-3.3.1-1",
        "v5 MQTT-4.6.0-1",
        "v3 MQTT-4.6.0-1",
        "v3 MQTT-2.3.1-3",
        "v5 MQTT-3.1.2-23",
        "v3 MQTT-4.1.0-2"
    })
    void whatWasNotAcknowledgedIsSentAgainInOrder() {
        for (var builder : List.of(builder(), v3().cleanStart(false))) {
            MqttClient client = open(builder);
            Peer.Session session = connect(client);
            CompletableFuture<Published> first = client.publish(Message.of("a", "1", 1));
            CompletableFuture<Published> second = client.publish(Message.of("a", "2", 2));
            CompletableFuture<Published> third = client.publish(Message.of("a", "3", 1));
            int[] ids = new int[3];
            for (int i = 0; i < 3; i++) {
                ids[i] = session.take(Publish.class).packetId();
            }
            Peer.Session next = reconnect(session, true);
            for (int i = 0; i < 3; i++) {
                Publish again = next.take(Publish.class);
                assertThat(text(again)).isEqualTo("" + (i + 1));
                assertThat(again.dup()).isTrue();
                assertThat(again.packetId()).isEqualTo(ids[i]);
            }
            next.send(new PubAck(ids[0]), new PubRec(ids[1]), new PubAck(ids[2]));
            next.take(PubRel.class);
            next.send(new PubComp(ids[1]));
            get(first);
            get(second);
            get(third);
        }
    }

    @Test
    @Spec({"v5 MQTT-4.3.3-6", "v3 MQTT-4.3.3-1", "v5 MQTT-4.4.0-1"})
    void releasedMessageIsNotSentAgainButReleased() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Published> published = client.publish(Message.of("a", "1", 2));
        int packetId = session.take(Publish.class).packetId();
        session.send(new PubRec(packetId));
        session.take(PubRel.class);
        Peer.Session next = reconnect(session, true);
        assertThat(next.take(PubRel.class).packetId()).isEqualTo(packetId);
        next.send(
                new PubComp(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE));
        assertThat(get(published).reasonCode())
                .as("the server had completed it")
                .isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    @Spec("v5 MQTT-4.6.0-4")
    void releasesAreRepeatedInTheOrderOfPubRecs() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        client.publish(Message.of("a", "1", 2));
        client.publish(Message.of("a", "2", 2));
        int first = session.take(Publish.class).packetId();
        int second = session.take(Publish.class).packetId();
        session.send(new PubRec(second), new PubRec(first));
        session.take(PubRel.class);
        session.take(PubRel.class);
        Peer.Session next = reconnect(session, true);
        assertThat(next.take(PubRel.class).packetId()).isEqualTo(second);
        assertThat(next.take(PubRel.class).packetId()).isEqualTo(first);
    }

    @Test
    @Spec({"v5 MQTT-3.2.2-5", "v5 MQTT-4.4.0-1"})
    void inALostSessionEverythingIsNewAndWhatWasReleasedIsDone() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Published> released = client.publish(Message.of("a", "0", 2));
        int packetId = session.take(Publish.class).packetId();
        session.send(new PubRec(packetId));
        session.take(PubRel.class);
        client.publish(Message.of("a", "1", 1));
        client.publish(Message.of("a", "2", 2));
        session.take(Publish.class);
        session.take(Publish.class);
        session.close();
        client.publish(Message.of("a", "3", 1));
        letRetry();
        Peer.Session next = accept(false, Properties.NONE);
        for (int i = 1; i <= 3; i++) {
            Publish publish = next.take(Publish.class);
            assertThat(text(publish)).isEqualTo("" + i);
            assertThat(publish.dup()).isFalse();
        }
        assertThat(get(released).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    @Spec({"v5 MQTT-3.1.2-4", "v3 MQTT-3.1.2-6"})
    void cleanStartEndsTheSessionOfTheClientAsWell() {
        for (var builder : List.of(builder(), v3())) {
            MqttClient client = open(builder);
            Peer.Session session = connect(client);
            client.publish(Message.of("a", "1", 1));
            session.take(Publish.class);
            CompletableFuture<Void> end = client.disconnect();
            time.advance(Duration.ofSeconds(5));
            session.take(Disconnect.class);
            session.close();
            get(end);
            Peer.Session next = connect(client);
            Publish again = next.take(Publish.class);
            assertThat(text(again)).isEqualTo("1");
            assertThat(again.dup()).as("it is a new message of a new session").isFalse();
        }
    }

    @Test
    @Spec("v5 MQTT-4.3.3-13")
    void flowOfAMessageThatHasExpiredIsCompleted() {
        MqttClient client = open(builder());
        client.onMessage("#", message -> handled.add(message.text()));
        Peer.Session session = connect(client);
        session.send(
                publish(
                        false,
                        2,
                        9,
                        "a",
                        "x",
                        Properties.of(Property.MESSAGE_EXPIRY_INTERVAL, 1L)));
        session.take(PubRec.class);
        time.advance(Duration.ofSeconds(10));
        session.send(new PubRel(9));
        assertThat(session.take(PubComp.class)).isEqualTo(new PubComp(9));
    }

    @Test
    void resendsKeepWithinTheReceiveMaximumOfTheNextConnection() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        client.publish(Message.of("topic", "1", 1));
        client.publish(Message.of("topic", "2", 1));
        int first = session.take(Publish.class).packetId();
        session.take(Publish.class);
        session.close();
        letRetry();
        Peer.Session next =
                accept(
                        true,
                        Properties.builder()
                                .add(Property.RECEIVE_MAXIMUM, 1)
                                .add(Property.TOPIC_ALIAS_MAXIMUM, 5)
                                .build());
        Publish again = next.take(Publish.class);
        assertThat(again.topic()).as("whole, without an alias").hasToString("topic");
        client.publish(Message.of("b", "0"));
        assertThat(text(next.take(Publish.class))).isEqualTo("0");
        next.send(new PubAck(first));
        assertThat(text(next.take(Publish.class))).isEqualTo("2");
    }

    @Test
    void expiryIsLoweredByTheTimeThatWasWaited() {
        MqttClient client = open(builder());
        Message message = Message.to("a").qos(1).expiry(Duration.ofSeconds(60)).build();
        client.publish(message);
        CompletableFuture<Published> short1 =
                client.publish(Message.to("a").qos(1).expiry(Duration.ofSeconds(5)).build());
        time.advance(Duration.ofSeconds(10));
        failure(short1, io.godwit.client.MessageDropped.class);
        Peer.Session session = connect(client);
        assertThat(session.take(Publish.class).properties().get(Property.MESSAGE_EXPIRY_INTERVAL))
                .isEqualTo(50L);
        assertThat(client.counts().dropped()).isEqualTo(1);
    }

    @Test
    @Spec("v5 MQTT-4.3.3-7")
    void messageThatWasSentDoesNotExpire() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        client.publish(Message.to("a").qos(2).expiry(Duration.ofSeconds(5)).build());
        session.take(Publish.class);
        session.close();
        End end = end();
        time.advance(Duration.ofSeconds(60));
        assertThat(end.retryIn()).isNotNull();
        Peer.Session next = accept(true, Properties.NONE);
        assertThat(next.take(Publish.class).dup()).isTrue();
    }

    @Test
    @Spec({"v5 MQTT-4.3.3-10", "v3 MQTT-4.3.3-2", "v5 MQTT-4.3.3-11", "v5 MQTT-4.3.3-12"})
    void receivedQos2MessageIsHandledOnceAcrossConnections() throws InterruptedException {
        MqttClient client = open(builder());
        client.onMessage("#", message -> handled.add(message.text()));
        Peer.Session session = connect(client);
        session.send(publish(2, 9, "a", "x"));
        assertThat(session.take(PubRec.class).packetId()).isEqualTo(9);
        Peer.Session next = reconnect(session, true);
        next.send(publish(true, 2, 9, "a", "x", Properties.NONE));
        assertThat(next.take(PubRec.class).packetId()).isEqualTo(9);
        next.send(new PubRel(9));
        assertThat(next.take(PubComp.class)).isEqualTo(new PubComp(9));
        next.send(publish(2, 9, "a", "y"));
        next.take(PubRec.class);
        assertThat(handled()).isEqualTo("x");
        assertThat(handled()).as("under the identifier that is free again").isEqualTo("y");
    }

    @Test
    void messageThatAHandlerHasIsNotGivenAgain() throws InterruptedException {
        for (int qos = 1; qos <= 2; qos++) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            MqttClient client = open(builder());
            client.onMessage(
                    "#",
                    message -> {
                        begun.countDown();
                        goOn.await();
                        handled.add(message.text());
                    });
            Peer.Session session = connect(client);
            session.send(publish(qos, 9, "a", "x"));
            begun.await();
            session.close();
            awaitWaiting(client);
            time.advance(A_SECOND);
            Peer.Session next = accept(true, Properties.NONE);
            next.send(publish(true, qos, 9, "a", "x", Properties.NONE));
            next.send(publish(0, 0, "b", "y"));
            goOn.countDown();
            if (qos == 1) {
                assertThat(next.take(PubAck.class).packetId()).isEqualTo(9);
            } else {
                assertThat(next.take(PubRec.class).packetId()).isEqualTo(9);
            }
            assertThat(handled()).isEqualTo("x");
            assertThat(handled()).isEqualTo("y");
        }
    }

    @Test
    void messageThatWasHandledBetweenConnectionsIsOnlyAcknowledged() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        MqttClient client = open(builder());
        client.onMessage(
                "#",
                message -> {
                    goOn.await();
                    handled.add(message.text());
                });
        Peer.Session session = connect(client);
        session.send(publish(1, 8, "a", "x"), publish(2, 9, "a", "y"));
        session.send(new PubRel(1)); // answered only when the others have come
        session.take(PubComp.class);
        session.close();
        awaitWaiting(client);
        goOn.countDown();
        assertThat(handled()).isEqualTo("x");
        assertThat(handled()).isEqualTo("y");
        letRetry();
        Peer.Session next = accept(true, Properties.NONE);
        next.send(
                publish(true, 1, 8, "a", "x", Properties.NONE),
                publish(true, 2, 9, "a", "y", Properties.NONE),
                publish(0, 0, "b", "z"));
        assertThat(next.take(PubAck.class).packetId()).isEqualTo(8);
        assertThat(next.take(PubRec.class).packetId()).isEqualTo(9);
        assertThat(handled()).isEqualTo("z");
    }

    @Test
    @Spec({"v5 MQTT-4.3.2-5", "v3 MQTT-4.3.2-2"})
    void acknowledgedIdentifierIsThatOfANewMessage() throws InterruptedException {
        MqttClient client = open(builder());
        client.onMessage("#", message -> handled.add(message.text()));
        Peer.Session session = connect(client);
        session.send(publish(1, 9, "a", "x"));
        session.take(PubAck.class);
        session.send(publish(true, 1, 9, "a", "y", Properties.NONE));
        session.take(PubAck.class);
        assertThat(handled()).isEqualTo("x");
        assertThat(handled()).isEqualTo("y");
    }

    @Test
    void aLostSessionForgetsWhatWasReceived() throws InterruptedException {
        MqttClient client = open(builder());
        client.onMessage("#", message -> handled.add(message.text()));
        Peer.Session session = connect(client);
        session.send(publish(2, 9, "a", "x"));
        session.take(PubRec.class);
        Peer.Session next = reconnect(session, false);
        next.send(publish(2, 9, "a", "y"));
        next.take(PubRec.class);
        assertThat(handled()).isEqualTo("x");
        assertThat(handled()).isEqualTo("y");
    }
}

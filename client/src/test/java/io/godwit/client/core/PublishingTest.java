package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.Published;
import io.godwit.client.RequestRefused;
import io.godwit.codec.Binary;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.UserProperty;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Messages that the client publishes, within one connection. */
class PublishingTest extends Conversation {

    @Test
    @Spec({
        "v5 MQTT-4.3.1-1",
        "v3 MQTT-4.3.1-1",
        "v5 MQTT-3.3.1-2",
        "v3 MQTT-3.3.1-2",
        "v5 MQTT-2.2.1-2",
        "v3 MQTT-2.3.1-5"
    })
    void qos0IsDoneWhenItIsHandedToTheSystem() {
        for (var builder : List.of(builder(), v3())) {
            MqttClient client = open(builder);
            Peer.Session session = connect(client);
            CompletableFuture<Published> published = client.publish(Message.of("a/b", "hello"));
            assertThat(get(published).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
            Publish publish = session.take(Publish.class);
            assertThat(publish.topic()).hasToString("a/b");
            assertThat(text(publish)).isEqualTo("hello");
            assertThat(publish.qos()).isZero();
            assertThat(publish.dup()).isFalse();
            assertThat(publish.packetId()).isZero();
            assertThat(client.counts().published()).isEqualTo(1);
        }
    }

    @Test
    @Spec({
        "v5 MQTT-4.3.2-1",
        "v5 MQTT-4.3.2-2",
        "v5 MQTT-4.3.2-3",
        "v3 MQTT-4.3.2-1",
        "v5 MQTT-2.2.1-3",
        "v3 MQTT-2.3.1-1",
        "v3 MQTT-2.3.1-2"
    })
    void qos1IsDoneWithPubAck() {
        for (var builder : List.of(builder(), v3())) {
            MqttClient client = open(builder);
            Peer.Session session = connect(client);
            List<CompletableFuture<Published>> futures = new ArrayList<>();
            Set<Integer> ids = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                futures.add(client.publish(Message.of("a", "m" + i, 1)));
            }
            List<Publish> publishes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Publish publish = session.take(Publish.class);
                assertThat(text(publish)).isEqualTo("m" + i);
                assertThat(publish.qos()).isEqualTo(1);
                assertThat(publish.dup()).isFalse();
                assertThat(publish.packetId()).isPositive();
                ids.add(publish.packetId());
                publishes.add(publish);
            }
            assertThat(ids).as("each has an identifier of its own").hasSize(3);
            assertThat(futures).noneMatch(CompletableFuture::isDone);
            session.send(new PubAck(publishes.get(1).packetId()));
            get(futures.get(1));
            assertThat(futures.get(0)).isNotDone();
            session.send(new PubAck(publishes.get(0).packetId()));
            session.send(new PubAck(publishes.get(2).packetId()));
            get(futures.get(0));
            get(futures.get(2));
            assertThat(client.counts().waiting()).isZero();
        }
    }

    @Test
    @Spec({
        "v5 MQTT-4.3.3-1",
        "v5 MQTT-4.3.3-2",
        "v5 MQTT-4.3.3-3",
        "v5 MQTT-4.3.3-4",
        "v5 MQTT-4.3.3-5",
        "v3 MQTT-4.3.3-1",
        "v5 MQTT-2.2.1-5",
        "v3 MQTT-2.3.1-6"
    })
    void qos2IsDoneWithPubComp() {
        for (var builder : List.of(builder(), v3())) {
            MqttClient client = open(builder);
            Peer.Session session = connect(client);
            CompletableFuture<Published> published = client.publish(Message.of("a", "x", 2));
            Publish publish = session.take(Publish.class);
            assertThat(publish.qos()).isEqualTo(2);
            assertThat(publish.dup()).isFalse();
            session.send(new PubRec(publish.packetId()));
            assertThat(session.take(PubRel.class)).isEqualTo(new PubRel(publish.packetId()));
            assertThat(published).isNotDone();
            session.send(new PubComp(publish.packetId()));
            assertThat(get(published).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    @Spec({"v5 MQTT-4.6.0-4", "v3 MQTT-4.6.0-4"})
    void pubRelsGoInTheOrderOfPubRecs() {
        for (var builder : List.of(builder(), v3())) {
            MqttClient client = open(builder);
            Peer.Session session = connect(client);
            client.publish(Message.of("a", "1", 2));
            client.publish(Message.of("a", "2", 2));
            int first = session.take(Publish.class).packetId();
            int second = session.take(Publish.class).packetId();
            session.send(new PubRec(second), new PubRec(first));
            assertThat(session.take(PubRel.class).packetId()).isEqualTo(second);
            assertThat(session.take(PubRel.class).packetId()).isEqualTo(first);
        }
    }

    @Test
    @Spec("v5 MQTT-4.4.0-2")
    void errorOfTheServerFailsTheFutureAndIsTheLastWord() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Published> first = client.publish(Message.of("a", "1", 1));
        session.send(
                new PubAck(
                        session.take(Publish.class).packetId(),
                        ReasonCode.NOT_AUTHORIZED,
                        Properties.of(Property.REASON_STRING, "not yours")));
        RequestRefused refused = failure(first, RequestRefused.class);
        assertThat(refused.reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(refused)
                .hasMessage(
                        "the server refuses the message for a: not authorized (0x87), \"not yours\"");
        CompletableFuture<Published> second = client.publish(Message.of("a", "2", 2));
        session.send(
                new PubRec(session.take(Publish.class).packetId(), ReasonCode.QUOTA_EXCEEDED));
        failure(second, RequestRefused.class);
        Peer.Session next = reconnect(session, true);
        client.publish(Message.of("a", "3"));
        assertThat(text(next.take(Publish.class))).as("nothing is sent again").isEqualTo("3");
    }

    @Test
    void whatTheServerSaysOfSubscribersIsTold() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Published> published = client.publish(Message.of("a", "1", 1));
        session.send(
                new PubAck(
                        session.take(Publish.class).packetId(),
                        ReasonCode.NO_MATCHING_SUBSCRIBERS));
        assertThat(get(published).reasonCode()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    @Test
    void propertiesGoAlongInVersion5Only() {
        Message message =
                Message.to("a")
                        .expiry(Duration.ofMillis(1500))
                        .responseTopic("r")
                        .correlationData(new byte[] {1})
                        .contentType("text/plain")
                        .userProperty("k", "v")
                        .retain(true)
                        .build();
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        client.publish(message);
        Publish publish = session.take(Publish.class);
        assertThat(publish.retain()).isTrue();
        Properties properties = publish.properties();
        assertThat(properties.get(Property.MESSAGE_EXPIRY_INTERVAL)).isEqualTo(2L);
        assertThat(properties.get(Property.RESPONSE_TOPIC)).isEqualTo("r");
        assertThat(properties.get(Property.CORRELATION_DATA)).isEqualTo(new Binary(new byte[] {1}));
        assertThat(properties.get(Property.CONTENT_TYPE)).isEqualTo("text/plain");
        assertThat(properties.get(Property.USER_PROPERTY)).isEqualTo(new UserProperty("k", "v"));
        MqttClient old = open(v3());
        session = connect(old);
        old.publish(message);
        assertThat(session.take(Publish.class).properties().isEmpty()).isTrue();
    }

    @Test
    @Spec("v5 MQTT-3.3.4-6")
    void messageThatCannotBeSentAsItIsIsRefused() {
        MqttClient client = open(builder());
        Message alias = Message.to("a").property(Property.TOPIC_ALIAS, 1).build();
        Message identifier = Message.to("a").property(Property.SUBSCRIPTION_IDENTIFIER, 1).build();
        Message foreign = Message.to("a").property(Property.RECEIVE_MAXIMUM, 1).build();
        for (Message message : List.of(alias, identifier, foreign)) {
            failure(client.publish(message), IllegalArgumentException.class);
        }
        assertThat(client.counts().waiting()).isZero();
    }

    @Test
    @Spec({"v5 MQTT-3.2.2-11", "v5 MQTT-3.2.2-14", "v5 MQTT-3.2.2-15"})
    void whatTheServerDoesNotTakeIsNotSent() {
        MqttClient client = open(builder());
        Peer.Session session =
                connect(
                        client,
                        Properties.builder()
                                .add(Property.MAXIMUM_QOS, true)
                                .add(Property.RETAIN_AVAILABLE, false)
                                .add(Property.MAXIMUM_PACKET_SIZE, 40L)
                                .build());
        assertThat(failure(client.publish(Message.of("a", "x", 2)), RequestRefused.class))
                .hasMessageContaining("QoS 2, and the server takes 1 at most");
        Message retained = Message.to("a").retain(true).build();
        assertThat(failure(client.publish(retained), RequestRefused.class).reasonCode())
                .isEqualTo(ReasonCode.RETAIN_NOT_SUPPORTED);
        assertThat(
                        failure(client.publish(Message.of("a", "x".repeat(40))), RequestRefused.class)
                                .reasonCode())
                .isEqualTo(ReasonCode.PACKET_TOO_LARGE);
        client.publish(Message.of("a", "fits", 1));
        assertThat(text(session.take(Publish.class))).isEqualTo("fits");
    }

    @Test
    @Spec({
        "v5 MQTT-3.3.4-7",
        "v5 MQTT-3.3.4-8",
        "v5 MQTT-4.9.0-1",
        "v5 MQTT-4.9.0-2",
        "v5 MQTT-4.9.0-3"
    })
    void receiveMaximumOfTheServerHoldsBackFlowsOnly() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client, Properties.of(Property.RECEIVE_MAXIMUM, 2));
        for (int i = 0; i < 4; i++) {
            client.publish(Message.of("a", "m" + i, i % 2 + 1));
        }
        Publish first = session.take(Publish.class);
        Publish second = session.take(Publish.class);
        client.publish(Message.of("a", "now"));
        assertThat(text(session.take(Publish.class))).isEqualTo("now");
        client.unsubscribe(List.of("a"));
        session.take(io.godwit.codec.Unsubscribe.class);
        session.send(new PubRec(second.packetId()));
        session.take(PubRel.class);
        session.send(new PubAck(first.packetId()));
        assertThat(text(session.take(Publish.class))).isEqualTo("m2");
        session.send(new PubComp(second.packetId()));
        assertThat(text(session.take(Publish.class))).isEqualTo("m3");
    }

    @Test
    @Spec({
        "v5 MQTT-3.2.2-17",
        "v5 MQTT-3.3.2-9",
        "v5 MQTT-3.3.2-8",
        "v5 MQTT-3.3.2-7"
    })
    void aliasesStandForTopicsAsFarAsTheServerTakesThem() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client, Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 1));
        client.publish(Message.of("first/topic", "1"));
        client.publish(Message.of("first/topic", "2"));
        client.publish(Message.of("second/topic", "3"));
        client.publish(Message.of("first/topic", "4"));
        for (String topic : List.of("first/topic", "", "second/topic", "first/topic")) {
            Publish publish = session.take(Publish.class);
            assertThat(publish.topic()).hasToString(topic);
            assertThat(publish.properties().get(Property.TOPIC_ALIAS)).isEqualTo(1);
        }
        session.close();
        letRetry();
        Peer.Session next = accept(true, Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 1));
        client.publish(Message.of("first/topic", "5"));
        assertThat(next.take(Publish.class).topic()).hasToString("first/topic");
    }

    @Test
    @Spec("v5 MQTT-3.2.2-18")
    void withoutMaximumThereAreNoAliases() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        for (int i = 0; i < 2; i++) {
            client.publish(Message.of("first/topic", "1"));
            Publish publish = session.take(Publish.class);
            assertThat(publish.topic()).hasToString("first/topic");
            assertThat(publish.properties().has(Property.TOPIC_ALIAS)).isFalse();
        }
    }

    @Test
    void largePayloadsArriveWholeAndInOrder() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        String large = "0123456789".repeat(100_000);
        client.publish(Message.of("a", "before"));
        client.publish(Message.of("a", large, 1));
        client.publish(Message.of("a", "after"));
        assertThat(text(session.take(Publish.class))).isEqualTo("before");
        assertThat(text(session.take(Publish.class))).isEqualTo(large);
        assertThat(text(session.take(Publish.class))).isEqualTo("after");
    }

    @Test
    void disconnectFollowsWhatWasPublishedBefore() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        for (int i = 0; i < 100; i++) {
            client.publish(Message.of("a", "m" + i));
        }
        CompletableFuture<Published> last = client.publish(Message.of("a", "last", 2));
        client.disconnect();
        for (int i = 0; i < 100; i++) {
            assertThat(text(session.take(Publish.class))).isEqualTo("m" + i);
        }
        int packetId = session.take(Publish.class).packetId();
        session.send(new PubRec(packetId));
        session.take(PubRel.class);
        session.send(new PubComp(packetId));
        session.take(Disconnect.class);
        get(last);
    }

    @Test
    void disconnectDoesNotWaitForEverForAcknowledgements() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        client.publish(Message.of("a", "x", 1));
        session.take(Publish.class);
        CompletableFuture<Void> end = client.disconnect();
        client.publish(Message.of("a", "behind"));
        time.advance(Duration.ofSeconds(30));
        session.take(Disconnect.class);
        session.close();
        get(end);
        assertThat(client.counts().waiting()).isEqualTo(2);
    }

    @Test
    @Spec("v5 MQTT-4.13.2-1")
    void acknowledgementOfAnotherQosIsAProtocolError() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        client.publish(Message.of("a", "x", 2));
        session.send(new PubAck(session.take(Publish.class).packetId()));
        assertThat(session.take(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.PROTOCOL_ERROR);
        session.close();
        assertThat(end().cause()).hasMessageContaining("PUBACK");
    }

    @Test
    void pubRecOfAnUnknownMessageIsAnswered() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        session.send(new PubRec(77));
        assertThat(session.take(PubRel.class))
                .isEqualTo(
                        new PubRel(77, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE));
    }
}

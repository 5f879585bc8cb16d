package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.MqttClient;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.Subscription;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.spec.Spec;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Messages that come: handlers, acknowledgements, bounds. */
class ReceivingTest extends Conversation {

    private final BlockingQueue<ReceivedMessage> got = new LinkedBlockingQueue<>();

    private ReceivedMessage got() throws InterruptedException {
        return Objects.requireNonNull(got.poll(20, TimeUnit.SECONDS), "nothing came");
    }

    private static Properties alias(int alias) {
        return Properties.of(Property.TOPIC_ALIAS, alias);
    }

    private static Properties ids(int... identifiers) {
        Properties properties = Properties.NONE;
        for (int identifier : identifiers) {
            properties = properties.with(Property.SUBSCRIPTION_IDENTIFIER, identifier);
        }
        return properties;
    }

    @Test
    @Spec({
        "v5 MQTT-3.3.4-1",
        "v3 MQTT-3.3.4-1",
        "v5 MQTT-4.3.2-4",
        "v5 MQTT-4.3.3-8",
        "v5 MQTT-4.3.3-11",
        "v5 MQTT-4.5.0-2",
        "v3 MQTT-4.5.0-2"
    })
    void messagesAreAcknowledgedAccordingToTheirQos() throws InterruptedException {
        for (var builder : List.of(builder(), v3())) {
            MqttClient client = open(builder);
            client.onMessage("#", got::add);
            Peer.Session session = connect(client);
            session.send(publish(0, 0, "a", "0"), publish(1, 1, "a", "1"), publish(2, 2, "a", "2"));
            assertThat(session.take(PubAck.class)).isEqualTo(new PubAck(1));
            assertThat(session.take(PubRec.class)).isEqualTo(new PubRec(2));
            session.send(new PubRel(2));
            assertThat(session.take(PubComp.class)).isEqualTo(new PubComp(2));
            for (int i = 0; i < 3; i++) {
                ReceivedMessage message = got();
                assertThat(message.text()).isEqualTo("" + i);
                assertThat(message.qos()).isEqualTo(i);
            }
        }
    }

    @Test
    void messageThatNobodyWantsIsAcknowledgedAndCounted() {
        MqttClient client = open(builder());
        client.onMessage("other", got::add);
        Peer.Session session = connect(client);
        session.send(publish(1, 1, "a", "x"));
        session.take(PubAck.class);
        assertThat(client.counts().unhandled()).isEqualTo(1);
        assertThat(client.counts().received()).isEqualTo(1);
    }

    @Test
    @Spec({
        "v5 MQTT-4.6.0-2",
        "v5 MQTT-4.6.0-3",
        "v3 MQTT-4.6.0-2",
        "v3 MQTT-4.6.0-3"
    })
    void acknowledgementsByHandGoInTheOrderOfTheMessages() throws InterruptedException {
        for (var builder : List.of(builder(), v3())) {
            MqttClient client = open(builder.manualAcknowledgement(true));
            client.onMessage("#", got::add);
            Peer.Session session = connect(client);
            session.send(
                    publish(1, 1, "a", "1"),
                    publish(2, 2, "a", "2"),
                    publish(1, 3, "a", "3"),
                    publish(2, 4, "a", "4"));
            List<ReceivedMessage> messages = List.of(got(), got(), got(), got());
            messages.get(3).acknowledge();
            messages.get(2).acknowledge();
            messages.get(1).acknowledge();
            session.send(new PubRel(99));
            session.take(PubComp.class); // nothing was sent before the first is acknowledged
            messages.get(0).acknowledge();
            messages.get(0).acknowledge();
            assertThat(session.take(PubAck.class).packetId()).isEqualTo(1);
            assertThat(session.take(PubRec.class).packetId()).isEqualTo(2);
            assertThat(session.take(PubAck.class).packetId()).isEqualTo(3);
            assertThat(session.take(PubRec.class).packetId()).isEqualTo(4);
        }
    }

    @Test
    void acknowledgementByHandAfterTheConnectionDoesNothing() throws InterruptedException {
        MqttClient client = open(builder().manualAcknowledgement(true));
        client.onMessage("#", got::add);
        Peer.Session session = connect(client);
        session.send(publish(2, 1, "a", "x"));
        ReceivedMessage first = got();
        Peer.Session next = reconnect(session, true);
        first.acknowledge();
        next.send(publish(true, 2, 1, "a", "x", Properties.NONE));
        ReceivedMessage again = got();
        next.send(new PubRel(99));
        next.take(PubComp.class);
        again.acknowledge();
        assertThat(next.take(PubRec.class).packetId()).isEqualTo(1);
    }

    @Test
    @Spec({"v5 MQTT-3.4.2-1", "v5 MQTT-3.5.2-1", "v5 MQTT-4.3.3-9"})
    void messagesCanBeRefused() throws InterruptedException {
        MqttClient client = open(builder().manualAcknowledgement(true));
        client.onMessage("#", got::add);
        Peer.Session session = connect(client);
        session.send(publish(1, 1, "a", "1"), publish(2, 2, "a", "2"));
        got().refuse(ReasonCode.NOT_AUTHORIZED);
        ReceivedMessage second = got();
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> second.refuse(ReasonCode.SERVER_BUSY))
                .isInstanceOf(IllegalArgumentException.class);
        second.refuse(ReasonCode.QUOTA_EXCEEDED);
        assertThat(session.take(PubAck.class).reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(session.take(PubRec.class).reasonCode()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        session.send(publish(2, 2, "a", "new"));
        assertThat(got().text()).isEqualTo("new");
    }

    @Test
    void messageThatAHandlerThrowsAtComesAgainByTheNextConnection() throws InterruptedException {
        MqttClient client = open(builder());
        client.onMessage(
                "#",
                message -> {
                    got.add(message);
                    if (message.text().equals("bad") && got.size() == 1) {
                        throw new IllegalStateException("thrown by the test");
                    }
                });
        Peer.Session session = connect(client);
        session.send(publish(1, 1, "a", "bad"), publish(1, 2, "a", "good"));
        assertThat(session.take(PubAck.class).packetId()).as("others go on").isEqualTo(2);
        Peer.Session next = reconnect(session, true);
        next.send(publish(true, 1, 1, "a", "bad", Properties.NONE));
        assertThat(next.take(PubAck.class).packetId()).isEqualTo(1);
    }

    @Test
    void whereHandlersThrewAtAllThatMayComeTheClientBeginsAnew() {
        MqttClient client = open(builder().receiveMaximum(2));
        client.onMessage(
                "#",
                message -> {
                    throw new IllegalStateException("thrown by the test");
                });
        Peer.Session session = connect(client);
        session.send(publish(1, 1, "a", "1"), publish(1, 2, "a", "2"));
        session.expectEnd();
        assertThat(end().cause()).hasMessageContaining("thrown exceptions at 2 messages");
    }

    @Test
    void receiveMaximumIsEnforced() {
        MqttClient client = open(builder().receiveMaximum(2).manualAcknowledgement(true));
        client.onMessage("#", got::add);
        Peer.Session session = connect(client);
        session.send(publish(1, 1, "a", "1"), publish(2, 2, "a", "2"), publish(1, 3, "a", "3"));
        assertThat(session.take(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }

    @Test
    @Spec({"v5 MQTT-3.3.2-10", "v5 MQTT-3.3.2-7"})
    void aliasesOfTheServerAreResolvedWithinTheirConnection() throws InterruptedException {
        MqttClient client = open(builder().topicAliasMaximum(2));
        client.onMessage("#", got::add);
        Peer.Session session = connect(client);
        session.send(
                publish(false, 0, 0, "first", "1", alias(1)),
                publish(false, 0, 0, "second", "2", alias(2)),
                publish(false, 0, 0, "", "3", alias(1)),
                publish(false, 0, 0, "third", "4", alias(1)),
                publish(false, 0, 0, "", "5", alias(1)));
        for (String topic : List.of("first", "second", "first", "third", "third")) {
            assertThat(got().topic()).hasToString(topic);
        }
        Peer.Session next = reconnect(session, true);
        next.send(publish(false, 0, 0, "", "6", alias(1)));
        assertThat(next.take(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void aliasAboveTheMaximumEndsTheConnection() {
        MqttClient client = open(builder().topicAliasMaximum(2));
        Peer.Session session = connect(client);
        session.send(publish(false, 0, 0, "a", "1", alias(3)));
        assertThat(session.take(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    @Spec({"v5 MQTT-4.13.2-1", "v3 MQTT-4.8.0-1", "v5 MQTT-3.14.4-2"})
    void bytesThatAreNoPacketEndTheConnection() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        session.sendBytes(new byte[] {0x00, 0x00});
        assertThat(session.take(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.MALFORMED_PACKET);
        session.close();
        assertThat(end().cause()).hasMessageContaining("packet type 0");
        MqttClient old = open(v3());
        session = connect(old);
        session.sendBytes(new byte[] {0x00, 0x00});
        session.expectEnd();
    }

    @Test
    void packetAboveTheMaximumEndsTheConnection() {
        MqttClient client = open(builder().maximumPacketSize(100));
        Peer.Session session = connect(client);
        session.send(publish(0, 0, "a", "x".repeat(100)));
        assertThat(session.take(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void subscriptionIdentifierFindsTheHandler() throws InterruptedException {
        BlockingQueue<String> all = new LinkedBlockingQueue<>();
        BlockingQueue<String> one = new LinkedBlockingQueue<>();
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        client.subscribe(
                Subscription.to("a/#").handler(message -> all.add(message.text())).build());
        Subscribe first = session.take(Subscribe.class);
        session.send(new SubAck(first.packetId(), List.of(ReasonCode.GRANTED_QOS_2)));
        client.subscribe(
                Subscription.to("a/b").handler(message -> one.add(message.text())).build());
        Subscribe second = session.take(Subscribe.class);
        session.send(new SubAck(second.packetId(), List.of(ReasonCode.GRANTED_QOS_2)));
        int forAll = first.properties().getOrDefault(Property.SUBSCRIPTION_IDENTIFIER, 0);
        int forOne = second.properties().getOrDefault(Property.SUBSCRIPTION_IDENTIFIER, 0);
        assertThat(forAll).isPositive().isNotEqualTo(forOne);
        session.send(
                publish(false, 0, 0, "a/b", "1", ids(forAll)),
                publish(false, 0, 0, "a/b", "2", ids(forOne)),
                publish(false, 0, 0, "a/b", "3", ids(forAll, forOne)),
                publish(false, 0, 0, "a/b", "nobody's: by filter", Properties.NONE));
        for (String text : List.of("1", "3", "nobody's: by filter")) {
            assertThat(all.poll(20, TimeUnit.SECONDS)).isEqualTo(text);
        }
        for (String text : List.of("2", "3", "nobody's: by filter")) {
            assertThat(one.poll(20, TimeUnit.SECONDS)).isEqualTo(text);
        }
    }

    @Test
    void withoutIdentifiersTheFilterFindsTheHandler() throws InterruptedException {
        MqttClient client = open(builder());
        Peer.Session session =
                connect(client, Properties.of(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, false));
        client.subscribe(Subscription.to("$share/g/a/+").handler(got::add).build());
        Subscribe subscribe = session.take(Subscribe.class);
        assertThat(subscribe.properties().isEmpty()).isTrue();
        session.send(new SubAck(subscribe.packetId(), List.of(ReasonCode.GRANTED_QOS_2)));
        session.send(publish(0, 0, "b", "not for it"), publish(0, 0, "a/b", "1"));
        assertThat(got().text()).isEqualTo("1");
        assertThat(client.counts().unhandled()).isEqualTo(1);
    }

    @Test
    void everyHandlerThatMatchesGetsAMessageOnceAcknowledged() {
        CountDownLatch both = new CountDownLatch(2);
        MqttClient client = open(builder());
        client.onMessage("a/+", message -> both.countDown());
        client.onMessage("a/b", message -> both.countDown());
        client.onMessage("+/#", message -> {}).close();
        Peer.Session session = connect(client);
        session.send(publish(1, 1, "a/b", "x"));
        assertThat(session.take(PubAck.class).packetId()).isEqualTo(1);
        assertThat(both.getCount()).isZero();
    }

    @Test
    void slowHandlerPausesReadingAndNothingIsLost() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        MqttClient client = open(builder());
        client.onMessage(
                "#",
                message -> {
                    goOn.await();
                    got.add(message);
                });
        Peer.Session session = connect(client);
        int count = Inbound.MOST_HELD + 500;
        for (int i = 0; i < count; i++) {
            session.send(publish(0, 0, "a", "" + i));
        }
        Awaitility.await().until(() -> client.counts().received() >= Inbound.MOST_HELD);
        goOn.countDown();
        for (int i = 0; i < count; i++) {
            assertThat(got().text()).isEqualTo("" + i);
        }
        assertThat(client.counts().droppedIncoming()).isZero();
    }

    @Test
    void answerIsReadBehindMessagesThatFindNoRoom() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        MqttClient client = open(builder());
        client.onMessage(
                "#",
                message -> {
                    goOn.await();
                    got.add(message);
                });
        Peer.Session session = connect(client);
        CompletableFuture<?> subscribed = client.subscribe("other", 1);
        int packetId = session.take(Subscribe.class).packetId();
        int count = Inbound.MOST_HELD + 500;
        for (int i = 0; i < count; i++) {
            session.send(publish(0, 0, "a", "" + i));
        }
        session.send(new SubAck(packetId, List.of(ReasonCode.GRANTED_QOS_1)));
        get(subscribed);
        assertThat(client.counts().droppedIncoming()).isEqualTo(500);
        goOn.countDown();
        for (int i = 0; i < Inbound.MOST_HELD; i++) {
            assertThat(got().text()).isEqualTo("" + i);
        }
        session.send(publish(0, 0, "a", "room again"));
        assertThat(got().text()).isEqualTo("room again");
    }

    @Test
    void requestThatIsMadeWhileReadingPausesIsAnswered() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        MqttClient client = open(v3());
        client.onMessage("#", message -> goOn.await());
        Peer.Session session = connect(client);
        for (int i = 0; i < Inbound.MOST_HELD + 100; i++) {
            session.send(publish(1, i + 1, "a", "" + i));
        }
        Awaitility.await().until(() -> client.counts().received() >= Inbound.MOST_HELD);
        CompletableFuture<?> subscribed = client.subscribe("other", 1);
        int packetId = session.take(Subscribe.class).packetId();
        session.send(new SubAck(packetId, List.of(ReasonCode.GRANTED_QOS_1)));
        get(subscribed);
        goOn.countDown();
        for (int i = 0; i < Inbound.MOST_HELD + 100; i++) {
            assertThat(session.take(PubAck.class).packetId()).isEqualTo(i + 1);
        }
    }
}

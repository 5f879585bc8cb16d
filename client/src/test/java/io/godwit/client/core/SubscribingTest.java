package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.RequestRefused;
import io.godwit.client.RequestTimedOut;
import io.godwit.client.Subscribed;
import io.godwit.client.Subscription;
import io.godwit.client.Unsubscribed;
import io.godwit.codec.Connect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.UnsubAck;
import io.godwit.codec.Unsubscribe;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** SUBSCRIBE and UNSUBSCRIBE. */
class SubscribingTest extends Conversation {

    private static void grant(Peer.Session session, ReasonCode... codes) {
        session.send(new SubAck(session.take(Subscribe.class).packetId(), List.of(codes)));
    }

    private static List<String> filters(Subscribe subscribe) {
        return subscribe.requests().stream().map(it -> it.filter().toString()).toList();
    }

    @Test
    void optionsGoAlong() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Subscribed> subscribed =
                client.subscribe(
                        List.of(
                                Subscription.to("a/+")
                                        .qos(1)
                                        .noLocal(true)
                                        .retainAsPublished(true)
                                        .retainHandling(RetainHandling.DO_NOT_SEND)
                                        .build(),
                                Subscription.to("b").build()));
        Subscribe subscribe = session.take(Subscribe.class);
        SubscriptionRequest first = subscribe.requests().getFirst();
        assertThat(filters(subscribe)).containsExactly("a/+", "b");
        assertThat(first.maximumQos()).isEqualTo(1);
        assertThat(first.noLocal()).isTrue();
        assertThat(first.retainAsPublished()).isTrue();
        assertThat(first.retainHandling()).isEqualTo(RetainHandling.DO_NOT_SEND);
        session.send(
                new SubAck(
                        subscribe.packetId(),
                        List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED)));
        assertThat(get(subscribed).reasonCodes())
                .containsExactly(ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void refusalOfAllFailsTheFuture() {
        for (var builder : List.of(builder(), v3())) {
            MqttClient client = open(builder);
            Peer.Session session = connect(client);
            CompletableFuture<Subscribed> subscribed = client.subscribe("a", 1);
            grant(session, ReasonCode.UNSPECIFIED_ERROR);
            assertThat(failure(subscribed, RequestRefused.class))
                    .hasMessage("the server refuses to subscribe to [a]: unspecified error (0x80)");
        }
    }

    @Test
    @Spec({
        "v5 MQTT-3.8.3-2",
        "v3 MQTT-3.8.3-3",
        "v5 MQTT-3.8.3-4",
        "v5 MQTT-3.10.3-2",
        "v3 MQTT-3.10.3-2",
        "v5 MQTT-4.7.1-1",
        "v5 MQTT-4.8.2-2"
    })
    void whatCannotBeAskedIsNotAsked() {
        MqttClient client = open(builder());
        failure(client.subscribe(List.of()), IllegalArgumentException.class);
        failure(client.unsubscribe(List.of()), IllegalArgumentException.class);
        failure(client.unsubscribe(List.of("a/#/b")), IllegalArgumentException.class);
        failure(
                client.subscribe(Subscription.to("$share/g/a").noLocal(true).build()),
                IllegalArgumentException.class);
        Subscription twice = Subscription.to("a").build();
        failure(client.subscribe(List.of(twice, twice)), IllegalArgumentException.class);
        assertThatThrownBy(() -> Subscription.to("a#"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Subscription.to("$share/g"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.onMessage("$share/g/a", message -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatTheServerDoesNotHaveIsNotAsked() {
        MqttClient client = open(builder());
        connect(
                client,
                Properties.builder()
                        .add(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, false)
                        .add(Property.SHARED_SUBSCRIPTION_AVAILABLE, false)
                        .add(Property.MAXIMUM_PACKET_SIZE, 30L)
                        .build());
        assertThat(failure(client.subscribe("a/+", 1), RequestRefused.class).reasonCode())
                .isEqualTo(ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);
        assertThat(failure(client.subscribe("$share/g/a", 1), RequestRefused.class).reasonCode())
                .isEqualTo(ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED);
        assertThat(failure(client.subscribe("a".repeat(30), 1), RequestRefused.class).reasonCode())
                .isEqualTo(ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void unsubscribeIsAnswered() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Unsubscribed> unsubscribed = client.unsubscribe(List.of("a", "b"));
        Unsubscribe packet = session.take(Unsubscribe.class);
        assertThat(packet.filters()).hasToString("[a, b]");
        session.send(
                new UnsubAck(
                        packet.packetId(),
                        List.of(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED)));
        assertThat(get(unsubscribed).reasonCodes())
                .containsExactly(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED);
        unsubscribed = client.unsubscribe(List.of("a"));
        packet = session.take(Unsubscribe.class);
        session.send(new UnsubAck(packet.packetId(), List.of(ReasonCode.NOT_AUTHORIZED)));
        assertThat(failure(unsubscribed, RequestRefused.class))
                .hasMessageContaining("refuses to unsubscribe from [a]");
    }

    @Test
    void subscriptionBehindAnUnsubscribeStays() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<?> first = client.subscribe("a", 1);
        grant(session, ReasonCode.GRANTED_QOS_1);
        get(first);
        CompletableFuture<String> handled = new CompletableFuture<>();
        CompletableFuture<?> ended = client.unsubscribe(List.of("a"));
        CompletableFuture<?> again =
                client.subscribe(
                        Subscription.to("a")
                                .qos(1)
                                .handler(message -> handled.complete(message.text()))
                                .build());
        session.send(
                new UnsubAck(
                        session.take(Unsubscribe.class).packetId(), List.of(ReasonCode.SUCCESS)));
        grant(session, ReasonCode.GRANTED_QOS_1);
        get(ended);
        get(again);
        session.send(publish(0, 0, "a", "x"));
        assertThat(get(handled)).isEqualTo("x");
        Peer.Session next = reconnect(session, false);
        assertThat(filters(next.take(Subscribe.class))).containsExactly("a");
    }

    @Test
    void subscriptionThatIsGivenUpOfflineLeavesTheOneThatThereWas() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<String> handled = new CompletableFuture<>();
        CompletableFuture<?> first =
                client.subscribe(
                        Subscription.to("a")
                                .qos(1)
                                .handler(message -> handled.complete(message.text()))
                                .build());
        grant(session, ReasonCode.GRANTED_QOS_1);
        get(first);
        session.close();
        End end = end();
        client.subscribe("a", 2).cancel(false);
        time.advance(java.util.Objects.requireNonNull(end.retryIn()));
        Peer.Session next = accept(true, Properties.NONE);
        next.send(publish(0, 0, "a", "x"));
        assertThat(get(handled)).isEqualTo("x");
        Peer.Session third = reconnect(next, false);
        assertThat(third.take(Subscribe.class).requests().getFirst().maximumQos()).isEqualTo(1);
    }

    @Test
    void refusalsInTurnLeaveTheOneThatThereWas() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<?> first = client.subscribe("a", 1);
        grant(session, ReasonCode.GRANTED_QOS_1);
        get(first);
        CompletableFuture<?> second = client.subscribe("a", 2);
        CompletableFuture<?> third = client.subscribe("a", 2);
        grant(session, ReasonCode.NOT_AUTHORIZED);
        grant(session, ReasonCode.NOT_AUTHORIZED);
        failure(second, RequestRefused.class);
        failure(third, RequestRefused.class);
        Peer.Session next = reconnect(session, false);
        assertThat(next.take(Subscribe.class).requests().getFirst().maximumQos()).isEqualTo(1);
    }

    @Test
    void silenceFailsTheFuture() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Subscribed> subscribed = client.subscribe("a", 1);
        session.take(Subscribe.class);
        time.advance(Duration.ofSeconds(30));
        assertThat(failure(subscribed, RequestTimedOut.class))
                .hasMessage("SUBSCRIBE was not answered within PT30S");
    }

    @Test
    void requestsWaitForAConnectionAndSurviveItsLoss() {
        MqttClient client = open(builder());
        CompletableFuture<Subscribed> subscribed = client.subscribe("a", 1);
        CompletableFuture<Unsubscribed> unsubscribed = client.unsubscribe(List.of("b"));
        Peer.Session session = connect(client);
        assertThat(filters(session.take(Subscribe.class))).containsExactly("a");
        session.take(Unsubscribe.class);
        Peer.Session next = reconnect(session, true);
        grant(next, ReasonCode.GRANTED_QOS_1);
        next.send(
                new UnsubAck(next.take(Unsubscribe.class).packetId(), List.of(ReasonCode.SUCCESS)));
        get(subscribed);
        get(unsubscribed);
    }

    @Test
    void subscriptionsAreMadeAnewInALostSessionBeforeAnythingElseIsSent() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        client.subscribe(
                List.of(Subscription.to("a").qos(1).build(), Subscription.to("b").build()));
        grant(session, ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_2);
        CompletableFuture<?> second = client.subscribe("c", 0);
        grant(session, ReasonCode.SUCCESS);
        CompletableFuture<?> refused = client.subscribe("refused", 0);
        grant(session, ReasonCode.NOT_AUTHORIZED);
        get(second);
        failure(refused, RequestRefused.class);
        CompletableFuture<?> ended = client.unsubscribe(List.of("b"));
        session.send(
                new UnsubAck(
                        session.take(Unsubscribe.class).packetId(), List.of(ReasonCode.SUCCESS)));
        get(ended);
        session.close();
        End end = end();
        client.publish(Message.of("x", "queued", 1));
        client.subscribe("d", 2);
        time.advance(java.util.Objects.requireNonNull(end.retryIn()));
        Peer.Session next = accept(false, Properties.NONE);
        Subscribe first = next.take(Subscribe.class);
        assertThat(filters(first)).containsExactly("a");
        assertThat(first.requests().getFirst().maximumQos()).isEqualTo(1);
        assertThat(filters(next.take(Subscribe.class))).containsExactly("c");
        assertThat(filters(next.take(Subscribe.class))).containsExactly("d");
        assertThat(text(next.take(Publish.class))).isEqualTo("queued");
    }

    @Test
    void aKeptSessionNeedsNoSubscriptions() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<?> subscribed = client.subscribe("a", 1);
        grant(session, ReasonCode.GRANTED_QOS_1);
        get(subscribed);
        Peer.Session next = reconnect(session, true);
        client.publish(Message.of("x", "first"));
        assertThat(text(next.take(Publish.class))).isEqualTo("first");
    }

    /** HiveMQ CE does so after a restart. */
    @Test
    void sessionThatShouldHaveEndedIsNotTrustedToHaveThem() {
        MqttClient client = open(builder().sessionExpiry(Duration.ZERO));
        Peer.Session session = connect(client);
        CompletableFuture<?> subscribed = client.subscribe("a", 1);
        grant(session, ReasonCode.GRANTED_QOS_1);
        get(subscribed);
        Peer.Session next = reconnect(session, true);
        assertThat(filters(next.take(Subscribe.class))).containsExactly("a");
    }

    @Test
    void subscribingAnewCanBeTurnedOff() {
        MqttClient client = open(builder().resubscribe(false));
        Peer.Session session = connect(client);
        CompletableFuture<?> subscribed = client.subscribe("a", 1);
        grant(session, ReasonCode.GRANTED_QOS_1);
        get(subscribed);
        Peer.Session next = reconnect(session, false);
        client.publish(Message.of("x", "first"));
        assertThat(text(next.take(Publish.class))).isEqualTo("first");
    }

    @Test
    void subscriptionMadeAnewThatWasNotAnsweredIsMadeAgain() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<?> subscribed = client.subscribe("a", 1);
        grant(session, ReasonCode.GRANTED_QOS_1);
        get(subscribed);
        Peer.Session next = reconnect(session, false);
        next.take(Subscribe.class);
        Peer.Session third = reconnect(next, true);
        assertThat(filters(third.take(Subscribe.class))).containsExactly("a");
        third.close();
        letRetry();
        peer.accept().take(Connect.class);
    }
}

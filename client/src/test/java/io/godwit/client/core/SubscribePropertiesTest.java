package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.client.MqttClient;
import io.godwit.client.RequestRefused;
import io.godwit.client.Subscribed;
import io.godwit.client.Subscription;
import io.godwit.client.Unsubscribed;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.UnsubAck;
import io.godwit.codec.Unsubscribe;
import io.godwit.codec.UserProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a user gives SUBSCRIBE and UNSUBSCRIBE to take along (§3.8.2.1, §3.10.2.1). */
class SubscribePropertiesTest extends Conversation {

    private static final UserProperty RED = new UserProperty("colour", "red");
    private static final UserProperty BLUE = new UserProperty("colour", "blue");

    /** Takes SUBSCRIBE and grants all of it. */
    private static Subscribe granted(Peer.Session session) {
        Subscribe subscribe = session.take(Subscribe.class);
        ReasonCode[] codes = new ReasonCode[subscribe.requests().size()];
        Arrays.fill(codes, ReasonCode.GRANTED_QOS_2);
        session.send(new SubAck(subscribe.packetId(), List.of(codes)));
        return subscribe;
    }

    private static Unsubscribe ended(Peer.Session session) {
        Unsubscribe unsubscribe = session.take(Unsubscribe.class);
        session.send(new UnsubAck(unsubscribe.packetId(), List.of(ReasonCode.SUCCESS)));
        return unsubscribe;
    }

    private static List<UserProperty> user(Properties properties) {
        return properties.all(Property.USER_PROPERTY);
    }

    private static List<Integer> identifiers(Subscribe subscribe) {
        return subscribe.properties().all(Property.SUBSCRIPTION_IDENTIFIER);
    }

    private static Properties user(UserProperty... properties) {
        Properties.Builder builder = Properties.builder();
        for (UserProperty property : properties) {
            builder.add(Property.USER_PROPERTY, property);
        }
        return builder.build();
    }

    @Test
    void userPropertiesOfAllGoAlongInOneSubscribe() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Subscribed> subscribed =
                client.subscribe(
                        List.of(
                                Subscription.to("a")
                                        .userProperty("colour", "red")
                                        .userProperty("colour", "blue")
                                        .build(),
                                Subscription.to("b").build(),
                                Subscription.to("c").userProperty("colour", "red").build()));
        Subscribe subscribe = granted(session);
        assertThat(user(subscribe.properties())).containsExactly(RED, BLUE, RED);
        assertThat(identifiers(subscribe)).hasSize(1);
        get(subscribed);
    }

    @Test
    void theyGoAlongAgainWhenTheSubscriptionIsMadeAnew() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<?> one =
                client.subscribe(
                        Subscription.to("a").identifier(7).userProperty("colour", "red").build());
        granted(session);
        CompletableFuture<?> two =
                client.subscribe(
                        Subscription.to("b").identifier(7).userProperty("colour", "blue").build());
        granted(session);
        get(one);
        get(two);
        Peer.Session next = reconnect(session, false);
        Subscribe first = granted(next);
        assertThat(first.requests()).map(it -> it.filter().toString()).containsExactly("a");
        assertThat(user(first.properties())).containsExactly(RED);
        assertThat(identifiers(first)).containsExactly(7);
        Subscribe second = granted(next);
        assertThat(second.requests()).map(it -> it.filter().toString()).containsExactly("b");
        assertThat(user(second.properties())).containsExactly(BLUE);
        assertThat(identifiers(second)).containsExactly(7);
    }

    @Test
    void chosenIdentifierComesWithTheMessagesAndFindsTheHandler() throws InterruptedException {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        BlockingQueue<String> taken = new LinkedBlockingQueue<>();
        CompletableFuture<?> subscribed =
                client.subscribe(
                        List.of(
                                Subscription.to("a/#")
                                        .identifier(4711)
                                        .handler(message ->
                                                taken.add(
                                                        message.text() + message.subscriptionIds()))
                                        .build(),
                                Subscription.to("a/+").handler(message -> taken.add("+")).build()));
        Subscribe subscribe = granted(session);
        assertThat(identifiers(subscribe)).containsExactly(4711);
        get(subscribed);
        session.send(
                publish(
                        false,
                        0,
                        0,
                        "a/b/c",
                        "it",
                        Properties.of(Property.SUBSCRIPTION_IDENTIFIER, 4711)));
        assertThat(taken.poll(20, TimeUnit.SECONDS)).isEqualTo("it[4711]");
    }

    @Test
    void ownIdentifiersPassOverChosenOnes() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        List<CompletableFuture<?>> all = new ArrayList<>();
        List<Integer> seen = new ArrayList<>();
        for (Subscription subscription :
                List.of(
                        Subscription.to("a").build(),
                        Subscription.to("b").identifier(2).build(),
                        Subscription.to("c").build(),
                        Subscription.to("d").identifier(2).build())) {
            all.add(client.subscribe(subscription));
            seen.addAll(identifiers(granted(session)));
        }
        all.forEach(Conversation::get);
        assertThat(seen).containsExactly(1, 2, 3, 2);
        assertThat(
                        failure(
                                client.subscribe(Subscription.to("e").identifier(3).build()),
                                IllegalArgumentException.class))
                .hasMessageContaining("Identifier 3")
                .hasMessageContaining("given to c");
        CompletableFuture<?> ended = client.unsubscribe(List.of("c"));
        ended(session);
        get(ended);
        CompletableFuture<?> free = client.subscribe(Subscription.to("e").identifier(3).build());
        assertThat(identifiers(granted(session))).containsExactly(3);
        get(free);
    }

    @Test
    void chosenIdentifierIsNotAskedOfAServerThatHasNone() {
        MqttClient client = open(builder());
        Peer.Session session =
                connect(client, Properties.of(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, false));
        RequestRefused refused =
                failure(
                        client.subscribe(Subscription.to("a").identifier(7).build()),
                        RequestRefused.class);
        assertThat(refused.reasonCode())
                .isEqualTo(ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED);
        assertThat(refused).hasMessageContaining("identifier 7");
        CompletableFuture<?> without = client.subscribe("b", 2);
        assertThat(identifiers(granted(session))).isEmpty();
        get(without);
    }

    @Test
    void unsubscribeTakesUserPropertiesAlong() {
        MqttClient client = open(builder());
        CompletableFuture<Unsubscribed> unsubscribed =
                client.unsubscribe(List.of("a"), user(RED, BLUE));
        Peer.Session session = connect(client);
        Unsubscribe unsubscribe = ended(session);
        assertThat(unsubscribe.filters()).hasToString("[a]");
        assertThat(user(unsubscribe.properties())).containsExactly(RED, BLUE);
        get(unsubscribed);
    }

    @Test
    void blockingFaceTakesThemAlong() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Void> done =
                CompletableFuture.runAsync(() -> {
                    client.blocking()
                            .subscribe(Subscription.to("a").userProperty("colour", "red").build());
                    client.blocking().unsubscribe(List.of("a"), user(BLUE));
                });
        assertThat(user(granted(session).properties())).containsExactly(RED);
        assertThat(user(ended(session).properties())).containsExactly(BLUE);
        get(done);
    }

    @Test
    void streamTakesThemAlong() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Flow.Subscription> begun = new CompletableFuture<>();
        client.flow()
                .subscribe(
                        Subscription.to("a").userProperty("colour", "red").identifier(9).build(),
                        user(BLUE))
                .subscribe(
                        new Flow.Subscriber<>() {
                            @Override
                            public void onSubscribe(Flow.Subscription subscription) {
                                begun.complete(subscription);
                            }

                            @Override
                            public void onNext(io.godwit.client.ReceivedMessage message) {}

                            @Override
                            public void onError(Throwable cause) {}

                            @Override
                            public void onComplete() {}
                        });
        Subscribe subscribe = granted(session);
        assertThat(user(subscribe.properties())).containsExactly(RED);
        assertThat(identifiers(subscribe)).containsExactly(9);
        get(begun).cancel();
        assertThat(user(ended(session).properties())).containsExactly(BLUE);
    }

    @Test
    void theyAreNotSentBeforeVersion5() {
        MqttClient client = open(v3());
        Peer.Session session = connect(client);
        CompletableFuture<?> subscribed =
                client.subscribe(
                        Subscription.to("a").identifier(7).userProperty("colour", "red").build());
        assertThat(granted(session).properties()).isEqualTo(Properties.NONE);
        get(subscribed);
        CompletableFuture<?> unsubscribed = client.unsubscribe(List.of("a"), user(RED));
        Unsubscribe unsubscribe = session.take(Unsubscribe.class);
        assertThat(unsubscribe.properties()).isEqualTo(Properties.NONE);
        session.send(new UnsubAck(unsubscribe.packetId(), List.of()));
        get(unsubscribed);
    }

    /** Before it waits for a connection, on whose thread nobody would hear of it. */
    @Test
    void whatCannotBeSentFailsAtOnce() throws Exception {
        MqttClient client = open(builder());
        failure(
                client.subscribe(Subscription.to("a").identifier(0).build()),
                IllegalArgumentException.class);
        failure(
                client.subscribe(Subscription.to("a").identifier(268_435_456).build()),
                IllegalArgumentException.class);
        failure(
                client.subscribe(Subscription.to("a").userProperty("half \uD800", "").build()),
                IllegalArgumentException.class);
        failure(
                client.subscribe(Subscription.to("a").qos(3).build()),
                IllegalArgumentException.class);
        failure(
                client.subscribe(
                        List.of(
                                Subscription.to("a").identifier(1).build(),
                                Subscription.to("b").identifier(2).build())),
                IllegalArgumentException.class);
        Properties none = Properties.of(Property.REASON_STRING, "because");
        failure(client.unsubscribe(List.of("a"), none), IllegalArgumentException.class);
        Subscription subscription = Subscription.to("a").build();
        assertThatThrownBy(() -> client.flow().subscribe(subscription, none))
                .isInstanceOf(IllegalArgumentException.class);
        SubscriptionRequest request = new SubscriptionRequest(TopicFilter.of("a"), 1);
        assertThatThrownBy(() -> new Subscription(request, none, null, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SUBSCRIBE has no property Reason String");
        assertThatThrownBy(() -> Subscription.to("a").identifier(1).identifier(2).build())
                .isInstanceOf(IllegalArgumentException.class);
    }
}

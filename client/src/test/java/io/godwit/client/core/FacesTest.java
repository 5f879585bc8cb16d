package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.client.BlockingClient;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.Published;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.RequestRefused;
import io.godwit.client.RequestTimedOut;
import io.godwit.client.Subscription;
import io.godwit.codec.Disconnect;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.UnsubAck;
import io.godwit.codec.Unsubscribe;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The blocking face and the streams. */
class FacesTest extends Conversation {

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private static int answerSubscribe(Peer.Session session) {
        Subscribe subscribe = session.take(Subscribe.class);
        session.send(new SubAck(subscribe.packetId(), List.of(ReasonCode.GRANTED_QOS_1)));
        return subscribe.packetId();
    }

    private static void answerUnsubscribe(Peer.Session session) {
        session.send(
                new UnsubAck(
                        session.take(Unsubscribe.class).packetId(), List.of(ReasonCode.SUCCESS)));
    }

    @Test
    void blockingCallsWaitForTheirAnswers() {
        MqttClient client = open(builder());
        BlockingClient blocking = client.blocking();
        CompletableFuture<Void> done =
                CompletableFuture.runAsync(() -> {
                    blocking.connect();
                    blocking.subscribe("a", 1);
                    blocking.publish(Message.of("a", "x", 1));
                    blocking.unsubscribe("a");
                    blocking.disconnect();
                });
        Peer.Session session = accept(false, io.godwit.codec.Properties.NONE);
        answerSubscribe(session);
        session.send(new PubAck(session.take(Publish.class).packetId()));
        answerUnsubscribe(session);
        session.take(Disconnect.class);
        session.close();
        get(done);
        assertThat(blocking.async()).isSameAs(client);
    }

    @Test
    void blockingCallsThrowWhatFuturesFailWith() {
        MqttClient client = open(builder().timeout(SHORT));
        Peer.Session session = connect(client);
        assertThatThrownBy(() -> client.blocking().publish(Message.of("a", "x", 1)))
                .isInstanceOf(RequestTimedOut.class);
        int packetId = session.take(Publish.class).packetId();
        CompletableFuture<Void> refused =
                CompletableFuture.runAsync(() -> client.blocking().subscribe("a", 1));
        int subscribe = session.take(Subscribe.class).packetId();
        session.send(new SubAck(subscribe, List.of(ReasonCode.NOT_AUTHORIZED)));
        assertThat(failure(refused, io.godwit.client.MqttException.class)).isNotNull();
        session.send(new PubAck(packetId));
    }

    @Test
    void interruptedCallIsCancelledAndTheThreadStaysInterrupted() throws InterruptedException {
        MqttClient client = open(builder());
        AtomicBoolean cancelled = new AtomicBoolean();
        Thread thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                client.blocking().publish(Message.of("a", "x", 1));
                            } catch (CancellationException e) {
                                cancelled.set(Thread.currentThread().isInterrupted());
                            }
                        });
        org.awaitility.Awaitility.await().until(() -> client.counts().waiting() == 1);
        thread.interrupt();
        thread.join();
        assertThat(cancelled).isTrue();
        assertThat(client.counts().waiting()).as("the request goes on").isEqualTo(1);
    }

    @Test
    void inboxAcknowledgesWhatIsTaken() {
        MqttClient client = open(builder());
        BlockingClient.Inbox inbox = client.blocking().inbox("a/#");
        Peer.Session session = connect(client);
        session.send(publish(1, 1, "a/b", "1"), publish(1, 2, "a/b", "2"), publish(1, 3, "b", "3"));
        ReceivedMessage first = inbox.take(Duration.ofSeconds(20));
        assertThat(first.text()).isEqualTo("1");
        assertThat(session.take(PubAck.class).packetId()).isEqualTo(1);
        // The third is nobody's, and the second has come before it.
        org.awaitility.Awaitility.await().until(() -> client.counts().unhandled() == 1);
        inbox.close();
        assertThat(session.take(PubAck.class).packetId()).isEqualTo(2);
        assertThat(session.take(PubAck.class).packetId()).isEqualTo(3);
        assertThat(client.counts().unhandled()).isEqualTo(1);
        assertThatThrownBy(() -> inbox.take(FOR_EVER))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the inbox is closed");
    }

    @Test
    void whoWaitsForAMessageHearsThatTheClientIsClosed() {
        MqttClient client = open(builder());
        BlockingClient.Inbox inbox = client.blocking().inbox("#");
        CompletableFuture<ReceivedMessage> waiting =
                CompletableFuture.supplyAsync(() -> inbox.take(FOR_EVER));
        client.close();
        failure(waiting, IllegalStateException.class);
    }

    @Test
    void whoConnectsWhileTheClientTriesAgainWaitsNoLongerThanTheTimeout() {
        MqttClient client = open(builder().timeout(SHORT));
        connect(client).close();
        awaitWaiting(client);
        assertThatThrownBy(() -> client.blocking().connect()).isInstanceOf(RequestTimedOut.class);
    }

    /** Somebody has forgotten to connect. */
    @Test
    void publishThatNoConnectionIsMadeForDoesNotWaitForEver() {
        MqttClient client = open(builder().timeout(SHORT));
        assertThatThrownBy(() -> client.blocking().publish(Message.of("a", "x", 1)))
                .isInstanceOf(RequestTimedOut.class)
                .hasMessageContaining("connect()");
        assertThat(text(connect(client).take(Publish.class))).isEqualTo("x");
    }

    /** Writes down what it gets; requests nothing by itself. */
    private static class Probe<T> implements Flow.Subscriber<T> {
        private final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(T item) {
            signals.add(item);
        }

        @Override
        public void onError(Throwable cause) {
            signals.add(cause);
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }

        void request(long n) {
            get(subscription).request(n);
        }

        Object next() throws InterruptedException {
            return Objects.requireNonNull(signals.poll(20, TimeUnit.SECONDS), "no signal");
        }
    }

    private static String text(Object signal) {
        return ((ReceivedMessage) signal).text();
    }

    @Test
    void streamSubscribesGivesWhatIsRequestedAndUnsubscribes() throws InterruptedException {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        Probe<ReceivedMessage> probe = new Probe<>();
        client.flow().subscribe(Subscription.to("a").qos(1).build()).subscribe(probe);
        answerSubscribe(session);
        session.send(publish(1, 1, "a", "1"), publish(1, 2, "a", "2"), publish(1, 3, "a", "3"));
        probe.request(1);
        assertThat(text(probe.next())).isEqualTo("1");
        assertThat(session.take(PubAck.class).packetId()).isEqualTo(1);
        assertThat(probe.signals).isEmpty();
        probe.request(2);
        assertThat(text(probe.next())).isEqualTo("2");
        assertThat(text(probe.next())).isEqualTo("3");
        session.take(PubAck.class);
        session.take(PubAck.class);
        get(probe.subscription).cancel();
        get(probe.subscription).cancel();
        answerUnsubscribe(session);
    }

    @Test
    void streamThatIsCancelledAtOnceIsNotSubscribed() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        client.flow()
                .subscribe(Subscription.to("a").qos(1).build())
                .subscribe(
                        new Probe<>() {
                            @Override
                            public void onSubscribe(Flow.Subscription given) {
                                given.cancel();
                            }
                        });
        client.publish(Message.of("b", "nothing before"));
        assertThat(text(session.take(Publish.class))).isEqualTo("nothing before");
    }

    @Test
    void streamEndsWhenAnotherSubscriptionTakesItsPlaceAndDoesNotEndThat()
            throws InterruptedException {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        Probe<ReceivedMessage> first = new Probe<>();
        client.flow().subscribe(Subscription.to("a").qos(1).build()).subscribe(first);
        answerSubscribe(session);
        Probe<ReceivedMessage> second = new Probe<>();
        client.flow().subscribe(Subscription.to("a").qos(1).build()).subscribe(second);
        second.request(1);
        answerSubscribe(session);
        assertThat(first.next()).isEqualTo("complete");
        get(first.subscription).cancel();
        session.send(publish(1, 1, "a", "1"));
        session.take(PubAck.class); // and no UNSUBSCRIBE before it
        assertThat(text(second.next())).isEqualTo("1");
    }

    @Test
    void streamEndsWhenItsFilterIsUnsubscribedFrom() throws InterruptedException {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        Probe<ReceivedMessage> probe = new Probe<>();
        client.flow().subscribe(Subscription.to("a").qos(1).build()).subscribe(probe);
        answerSubscribe(session);
        client.unsubscribe(List.of("a"));
        answerUnsubscribe(session);
        assertThat(probe.next()).isEqualTo("complete");
    }

    @Test
    void streamFailsWhereTheServerRefusesToSubscribeAnew() throws InterruptedException {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        Probe<ReceivedMessage> probe = new Probe<>();
        client.flow().subscribe(Subscription.to("a").qos(1).build()).subscribe(probe);
        answerSubscribe(session);
        Peer.Session next = reconnect(session, false);
        next.send(
                new SubAck(
                        next.take(Subscribe.class).packetId(), List.of(ReasonCode.NOT_AUTHORIZED)));
        assertThat(probe.next()).isInstanceOf(RequestRefused.class);
    }

    @Test
    void streamFailsWhereTheServerRefuses() throws InterruptedException {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        Probe<ReceivedMessage> probe = new Probe<>();
        client.flow().subscribe(Subscription.to("a").qos(1).build()).subscribe(probe);
        session.send(
                new SubAck(
                        session.take(Subscribe.class).packetId(),
                        List.of(ReasonCode.NOT_AUTHORIZED)));
        assertThat(probe.next()).isInstanceOf(RequestRefused.class);
    }

    @Test
    void streamEndsWithTheClientAndOverrunsNobody() throws InterruptedException {
        MqttClient client = open(builder());
        Probe<ReceivedMessage> probe = new Probe<>();
        client.flow().messages("#").subscribe(probe);
        Probe<ReceivedMessage> wrong = new Probe<>();
        client.flow().messages("#").subscribe(wrong);
        wrong.request(0);
        assertThat(wrong.next()).isInstanceOf(IllegalArgumentException.class);
        Peer.Session session = connect(client);
        session.send(publish(0, 0, "a", "1"));
        probe.request(Long.MAX_VALUE);
        probe.request(Long.MAX_VALUE);
        assertThat(text(probe.next())).isEqualTo("1");
        session.close();
        end();
        client.close();
        assertThat(probe.next()).isEqualTo("complete");
        assertThat(wrong.signals).isEmpty();
    }

    @Test
    void slowStreamDoesNotHoldUpHandlers() {
        MqttClient client = open(builder());
        CountDownLatch goOn = new CountDownLatch(1);
        client.flow()
                .messages("a")
                .subscribe(
                        new Flow.Subscriber<>() {
                            @Override
                            public void onSubscribe(Flow.Subscription subscription) {
                                subscription.request(5);
                            }

                            @Override
                            public void onNext(ReceivedMessage message) {
                                try {
                                    goOn.await();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                            }

                            @Override
                            public void onError(Throwable cause) {}

                            @Override
                            public void onComplete() {}
                        });
        CompletableFuture<String> handled = new CompletableFuture<>();
        client.onMessage("b", message -> handled.complete(message.text()));
        Peer.Session session = connect(client);
        session.send(publish(1, 1, "a", "1"), publish(0, 0, "b", "2"));
        assertThat(get(handled)).isEqualTo("2");
        goOn.countDown();
        assertThat(session.take(PubAck.class).packetId()).isEqualTo(1);
    }

    @Test
    void publishingStreamKeepsSoManyInFlight() throws InterruptedException {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        Probe<Published> probe = new Probe<>();
        try (SubmissionPublisher<Message> source = new SubmissionPublisher<>()) {
            client.flow().publish(source, 2).subscribe(probe);
            for (int i = 0; i < 4; i++) {
                source.submit(Message.of("a", "" + i, 1));
            }
            int first = session.take(Publish.class).packetId();
            session.take(Publish.class);
            session.send(new PubAck(first));
            client.publish(Message.of("b", "nothing more than two"));
            assertThat(session.take(Publish.class).topic()).hasToString("b");
            probe.request(1);
            assertThat(probe.next()).isInstanceOf(Published.class);
            Publish third = session.take(Publish.class);
            assertThat(text(third)).isEqualTo("2");
            probe.request(10);
            session.send(new PubAck(third.packetId(), ReasonCode.NOT_AUTHORIZED));
            assertThat(probe.next()).isInstanceOf(RequestRefused.class);
        }
    }

    @Test
    void publishingStreamCompletesBehindItsLastOutcome() throws InterruptedException {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        Probe<Published> probe = new Probe<>();
        try (SubmissionPublisher<Message> source = new SubmissionPublisher<>()) {
            client.flow().publish(source, 5).subscribe(probe);
            source.submit(Message.of("a", "x", 1));
        }
        probe.request(5);
        session.send(new PubAck(session.take(Publish.class).packetId()));
        assertThat(probe.next()).isInstanceOf(Published.class);
        assertThat(probe.next()).isEqualTo("complete");
    }
}

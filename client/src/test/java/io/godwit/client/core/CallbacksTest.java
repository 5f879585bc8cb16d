package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.Connected;
import io.godwit.client.ConnectionListener;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.Published;
import io.godwit.client.Registration;
import io.godwit.codec.Disconnect;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Callbacks call the client and wait for it; none of that may wait for ever. */
class CallbacksTest extends Conversation {

    private static void answerSubscribe(Peer.Session session) {
        int packetId = session.take(Subscribe.class).packetId();
        session.send(new SubAck(packetId, List.of(ReasonCode.GRANTED_QOS_1)));
    }

    private static void answerPublish(Peer.Session session) {
        Publish publish = session.take(Publish.class);
        if (publish.qos() == 1) {
            session.send(new PubAck(publish.packetId()));
        } else {
            session.send(new PubRec(publish.packetId()));
            session.take(PubRel.class);
            session.send(new PubComp(publish.packetId()));
        }
    }

    /** What callbacks do: each of these waits for an answer. */
    private static void callEverything(MqttClient client) {
        client.blocking().subscribe("x", 1);
        client.blocking().publish(Message.of("x", "1", 1));
        client.blocking().publish(Message.of("x", "2", 2));
        client.publish(Message.of("x", "3", 1)).join();
        client.subscribe("y", 1).join();
    }

    private static void answerEverything(Peer.Session session) {
        answerSubscribe(session);
        answerPublish(session);
        answerPublish(session);
        answerPublish(session);
        answerSubscribe(session);
    }

    @Test
    void messageHandlerMayWaitForAnything() {
        for (int qos = 0; qos <= 2; qos++) {
            MqttClient client = open(builder());
            CompletableFuture<String> done = new CompletableFuture<>();
            client.onMessage(
                    "a",
                    message -> {
                        callEverything(client);
                        done.complete(message.text());
                    });
            Peer.Session session = connect(client);
            session.send(publish(qos, qos, "a", "go"));
            answerEverything(session);
            assertThat(get(done)).isEqualTo("go");
        }
    }

    @Test
    void messageHandlerMayWaitBehindAFloodOfMessages() {
        MqttClient client = open(builder());
        CompletableFuture<String> done = new CompletableFuture<>();
        client.onMessage(
                "a",
                message -> {
                    if (!done.isDone()) {
                        callEverything(client);
                        done.complete(message.text());
                    }
                });
        Peer.Session session = connect(client);
        for (int i = 0; i < 2 * Inbound.MOST_HELD; i++) {
            session.send(publish(0, 0, "a", "" + i));
        }
        answerEverything(session);
        assertThat(get(done)).isEqualTo("0");
    }

    @Test
    void connectionListenerMayWaitForAnythingAgainAndAgain() {
        MqttClient client = open(builder());
        CountDownLatch times = new CountDownLatch(2);
        client.onConnection(
                new ConnectionListener() {
                    @Override
                    public void connected(Connected connected) {
                        callEverything(client);
                        times.countDown();
                    }
                });
        Peer.Session session = connect(client);
        answerEverything(session);
        session.close();
        letRetry();
        Peer.Session next = accept(true, io.godwit.codec.Properties.NONE);
        answerEverything(next);
        org.awaitility.Awaitility.await().until(() -> times.getCount() == 0);
    }

    @Test
    void whatDependsOnAFutureMayWaitForOthers() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Published> first = client.publish(Message.of("a", "x", 1));
        CompletableFuture<Void> nested = first.thenAccept(published -> callEverything(client));
        answerPublish(session);
        answerEverything(session);
        get(nested);
    }

    @Test
    void whatDependsOnConnectMayWait() {
        MqttClient client = open(builder());
        CompletableFuture<Void> nested =
                client.connect().thenAccept(connected -> callEverything(client));
        Peer.Session session = accept(false, io.godwit.codec.Properties.NONE);
        answerEverything(session);
        get(nested);
    }

    @Test
    void manyThatWaitForEachOtherDoNotBlockThoseBehind() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CountDownLatch goOn = new CountDownLatch(1);
        for (int i = 0; i < 10; i++) {
            client.publish(Message.of("a", "x", 1))
                    .thenAccept(published -> awaitUninterruptibly(goOn));
        }
        CompletableFuture<Void> last =
                client.publish(Message.of("a", "x", 1)).thenAccept(published -> goOn.countDown());
        for (int i = 0; i < 11; i++) {
            answerPublish(session);
        }
        get(last);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void handlerMayDisconnectAndWait() {
        MqttClient client = open(builder());
        CompletableFuture<String> done = new CompletableFuture<>();
        client.onMessage(
                "a",
                message -> {
                    client.blocking().disconnect();
                    client.disconnect().join();
                    done.complete("disconnected");
                });
        Peer.Session session = connect(client);
        session.send(publish(1, 1, "a", "go"));
        session.take(Disconnect.class);
        session.close();
        get(done);
    }

    @Test
    void handlerMayClose() {
        MqttClient client = open(builder());
        CompletableFuture<String> done = new CompletableFuture<>();
        client.onMessage(
                "a",
                message -> {
                    client.close();
                    done.complete("closed");
                });
        Peer.Session session = connect(client);
        session.send(publish(0, 0, "a", "go"));
        session.take(Disconnect.class);
        session.close();
        get(done);
    }

    @Test
    void listenerMayConnectAgain() {
        MqttClient client = open(builder());
        CompletableFuture<Connected> again = new CompletableFuture<>();
        client.onConnection(
                new ConnectionListener() {
                    @Override
                    public void disconnected(
                            io.godwit.client.@org.jspecify.annotations.Nullable MqttException cause,
                            java.time.@org.jspecify.annotations.Nullable Duration retryIn) {
                        if (retryIn == null) {
                            again.complete(client.blocking().connect());
                        }
                    }
                });
        Peer.Session session = connect(client);
        CompletableFuture<Void> end = client.disconnect();
        session.take(Disconnect.class);
        session.close();
        get(end);
        accept(false, io.godwit.codec.Properties.NONE);
        get(again);
    }

    @Test
    void exceptionsOfCallbacksBreakNothing() {
        MqttClient client = open(builder());
        client.onConnection(
                new ConnectionListener() {
                    @Override
                    public void connected(Connected connected) {
                        throw new IllegalStateException("thrown by the test");
                    }
                });
        client.onMessage(
                "a",
                message -> {
                    throw new AssertionError("thrown by the test");
                });
        CompletableFuture<String> handled = new CompletableFuture<>();
        client.onMessage("b", message -> handled.complete(message.text()));
        Peer.Session session = connect(client);
        session.send(publish(0, 0, "a", "bad"), publish(0, 0, "b", "good"));
        assertThat(get(handled)).isEqualTo("good");
    }

    @Test
    void callbacksRunOnTheExecutorThatWasGiven() {
        try (ExecutorService executor =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("the-users").factory())) {
            MqttClient client = open(builder().callbacks(executor));
            CompletableFuture<String> thread = new CompletableFuture<>();
            client.onMessage(
                    "a",
                    message -> {
                        callEverything(client);
                        thread.complete(Thread.currentThread().getName());
                    });
            Peer.Session session = connect(client);
            session.send(publish(1, 1, "a", "go"));
            answerEverything(session);
            assertThat(get(thread)).isEqualTo("the-users");
            peer.close();
        }
    }

    /** Such as one that was shut down before the client was closed, or has a bounded queue. */
    @Test
    void executorThatTakesNothingForAWhileDoesNotStopTheClient() {
        AtomicInteger refused = new AtomicInteger();
        Executor executor =
                task -> {
                    if (refused.incrementAndGet() <= 2 * Inbound.MOST_HELD) {
                        throw new RejectedExecutionException("thrown by the test");
                    }
                    task.run();
                };
        MqttClient client = open(builder().callbacks(executor));
        CompletableFuture<String> handled = new CompletableFuture<>();
        client.onMessage("#", message -> handled.complete(message.text()));
        Peer.Session session = connect(client);
        for (int i = 0; i < 3 * Inbound.MOST_HELD; i++) {
            session.send(publish(0, 0, "a", "x"));
        }
        assertThat(get(handled)).isEqualTo("x");
    }

    @Test
    void messageThatTheExecutorDoesNotTakeComesAgain() {
        AtomicInteger given = new AtomicInteger();
        Executor executor =
                task -> {
                    if (given.incrementAndGet() == 2) { // behind "connected"
                        throw new RejectedExecutionException("thrown by the test");
                    }
                    task.run();
                };
        MqttClient client = open(builder().callbacks(executor));
        CompletableFuture<String> handled = new CompletableFuture<>();
        client.onMessage("#", message -> handled.complete(message.text()));
        Peer.Session session = connect(client);
        session.send(publish(1, 1, "a", "x"));
        org.awaitility.Awaitility.await().until(() -> given.get() == 2);
        assertThat(handled).isNotDone();
        Peer.Session next = reconnect(session, true);
        next.send(publish(true, 1, 1, "a", "x", io.godwit.codec.Properties.NONE));
        assertThat(get(handled)).isEqualTo("x");
        assertThat(next.take(PubAck.class).packetId()).isEqualTo(1);
    }

    @Test
    void registrationThatIsClosedTwiceEndsNoOther() {
        MqttClient client = open(builder());
        AtomicInteger heard = new AtomicInteger();
        ConnectionListener listener =
                new ConnectionListener() {
                    @Override
                    public void connected(Connected connected) {
                        heard.incrementAndGet();
                    }
                };
        Registration first = client.onConnection(listener);
        client.onConnection(listener);
        first.close();
        first.close();
        connect(client);
        org.awaitility.Awaitility.await().until(() -> heard.get() == 1);
    }

    @Test
    void publishDoesNotWait() {
        MqttClient client = open(builder());
        for (int i = 0; i < 1000; i++) {
            client.publish(Message.of("a", "x", i % 3));
        }
        assertThat(client.counts().waiting()).isEqualTo(1000);
    }
}

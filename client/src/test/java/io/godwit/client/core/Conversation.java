package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.ClientState;
import io.godwit.client.ConnectionListener;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.MqttException;
import io.godwit.client.Reconnect;
import io.godwit.client.SettingsOf;
import io.godwit.client.store.SessionStore;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A client and a scripted server that talk over a real socket; time is the test's. */
@Timeout(60)
abstract class Conversation {

    /** What a listener was told. */
    record End(@Nullable MqttException cause, @Nullable Duration retryIn) {}

    static final Duration A_SECOND = Duration.ofSeconds(1);

    final TestTime time = new TestTime();
    final Peer peer = new Peer();
    private final List<MqttClient> clients = new ArrayList<>();
    private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();

    @AfterEach
    void closeAll() {
        peer.close();
        clients.forEach(MqttClient::close);
    }

    /** A builder for clients of the peer, which connect again after a second of the test's time. */
    MqttClientBuilder builder() {
        return MqttClient.builder()
                .server(peer.uri())
                .clientId("c1")
                .sessionExpiry(Duration.ofHours(1))
                .keepAlive(0)
                .reconnect(Reconnect.DEFAULT.between(A_SECOND, A_SECOND));
    }

    MqttClient open(MqttClientBuilder builder) {
        return open(builder, time);
    }

    MqttClient open(MqttClientBuilder builder, Timing timing) {
        return open(
                builder,
                timing,
                (directory, clientId, bytes) -> {
                    throw new AssertionError("no store is wanted");
                });
    }

    MqttClient open(MqttClientBuilder builder, Timing timing, Surroundings.Stores stores) {
        MqttClient client =
                SettingsOf.builder(builder)
                        .open(new Surroundings(SocketLink::open, stores, timing, new Random(1)));
        clients.add(client);
        client.onConnection(
                new ConnectionListener() {
                    @Override
                    public void disconnected(
                            @Nullable MqttException cause, @Nullable Duration retryIn) {
                        ends.add(new End(cause, retryIn));
                    }
                });
        return client;
    }

    /** A client whose session is kept in a store. */
    MqttClient open(MqttClientBuilder builder, SessionStore store) {
        return open(
                builder.directory(java.nio.file.Path.of("store"))
                        .cleanStart(false)
                        .sessionExpiry(Duration.ofHours(1)),
                time,
                (directory, clientId, bytes) -> store);
    }

    /** Connects a client to the peer, which accepts it with these properties. */
    Peer.Session connect(MqttClient client, Properties properties) {
        CompletableFuture<?> connected = client.connect();
        Peer.Session session = accept(false, properties);
        get(connected);
        return session;
    }

    Peer.Session connect(MqttClient client) {
        return connect(client, Properties.NONE);
    }

    /** Takes the next CONNECT and accepts it. */
    Peer.Session accept(boolean sessionPresent, Properties properties) {
        Peer.Session session = peer.accept();
        session.take(Connect.class);
        session.send(new ConnAck(sessionPresent, ReasonCode.SUCCESS, properties));
        return session;
    }

    /** Cuts the connection and accepts the next one. */
    Peer.Session reconnect(Peer.Session session, boolean sessionPresent) {
        session.close();
        letRetry();
        return accept(sessionPresent, Properties.NONE);
    }

    /** Waits until a connection or an attempt has ended. */
    End end() {
        try {
            End end = ends.poll(20, TimeUnit.SECONDS);
            return Objects.requireNonNull(end, "nothing has ended");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until the client waits before its next attempt, and lets it begin. */
    void letRetry() {
        time.advance(Objects.requireNonNull(end().retryIn(), "it does not try again"));
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("it failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("it did not complete", e);
        }
    }

    /** What a future fails with, which has to be of this kind. */
    static <T extends Throwable> T failure(CompletableFuture<?> future, Class<T> type) {
        try {
            Object value = future.get(20, TimeUnit.SECONDS);
            throw new AssertionError("it completed with " + value);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(type);
            return Objects.requireNonNull(type.cast(e.getCause()));
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("it did not complete", e);
        }
    }

    static Publish publish(int qos, int packetId, String topic, String text) {
        return publish(false, qos, packetId, topic, text, Properties.NONE);
    }

    static Publish publish(
            boolean dup, int qos, int packetId, String topic, String text, Properties properties) {
        return new Publish(
                dup,
                qos,
                false,
                topic(topic),
                packetId,
                properties,
                text.getBytes(StandardCharsets.UTF_8));
    }

    static TopicName topic(String text) {
        try {
            return text.isEmpty() ? TopicName.EMPTY : TopicName.of(text);
        } catch (io.godwit.codec.PacketException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static String text(Publish publish) {
        return new String(publish.payload(), StandardCharsets.UTF_8);
    }

    /** Waits until a client waits before its next attempt, though its callbacks are busy. */
    static void awaitWaiting(MqttClient client) {
        Awaitility.await().until(() -> client.state() == ClientState.WAITING);
    }

    MqttClientBuilder v3() {
        return builder().version(ProtocolVersion.V3_1_1);
    }
}

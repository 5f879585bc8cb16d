package io.godwit.client.core;

import io.godwit.client.BlockingClient;
import io.godwit.client.ClientState;
import io.godwit.client.Connected;
import io.godwit.client.ConnectionListener;
import io.godwit.client.ConnectionLost;
import io.godwit.client.Counts;
import io.godwit.client.FlowClient;
import io.godwit.client.Message;
import io.godwit.client.MessageHandler;
import io.godwit.client.MqttClient;
import io.godwit.client.Published;
import io.godwit.client.Registration;
import io.godwit.client.Subscribed;
import io.godwit.client.Subscription;
import io.godwit.client.Unsubscribed;
import io.godwit.client.auth.EnhancedAuthentication;
import io.godwit.codec.Disconnect;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.Unsubscribe;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The face with futures: checks what it is given, and does it under the lock. */
final class Client implements MqttClient {

    private final Engine engine;
    private final BlockingClient blocking;
    private final FlowClient flow;

    Client(Engine engine) {
        this.engine = engine;
        this.blocking = new Blocking(this, engine);
        this.flow = new Streams(this);
    }

    static IllegalStateException closed() {
        return new IllegalStateException("the client is closed");
    }

    /** Does something under the lock, unless the client is closed. */
    private <T> CompletableFuture<T> open(Supplier<CompletableFuture<T>> action) {
        engine.lock.lock();
        try {
            return engine.isClosed() ? CompletableFuture.failedFuture(closed()) : action.get();
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public CompletableFuture<Connected> connect() {
        return open(engine::connect);
    }

    @Override
    public CompletableFuture<Published> publish(Message message) {
        CompletableFuture<Published> future = new CompletableFuture<>();
        Outgoing outgoing;
        try {
            outgoing = new Outgoing(message, future, engine.timing.millis());
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        return open(() -> {
            engine.outbox.publish(outgoing, engine.connection() != null);
            engine.published();
            return future;
        });
    }

    @Override
    public CompletableFuture<Subscribed> subscribe(List<Subscription> subscriptions) {
        return subscribe(subscriptions, null);
    }

    /**
     * Subscribes, for handlers or for one receiver of all.
     *
     * @param receiver null for the subscriptions' own handlers
     */
    CompletableFuture<Subscribed> subscribe(
            List<Subscription> subscriptions, @Nullable Receiver receiver) {
        try {
            check(subscriptions, engine.settings.version());
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        return open(() -> {
            Subscriptions.Group group;
            try {
                group = engine.subscriptions.group(Subscriptions.chosenIdentifier(subscriptions));
            } catch (IllegalArgumentException e) {
                return CompletableFuture.failedFuture(e);
            }
            List<Subscriptions.Entry> entries = new ArrayList<>();
            for (Subscription subscription : subscriptions) {
                entries.add(
                        engine.subscriptions.add(
                                subscription,
                                receiver != null ? receiver : receiver(subscription),
                                group));
            }
            CompletableFuture<Subscribed> future = new CompletableFuture<>();
            engine.requests.add(new Requests.SubscribeRequest(engine, entries, future));
            return future;
        });
    }

    private static void check(List<Subscription> subscriptions, ProtocolVersion version) {
        if (subscriptions.isEmpty()) { // [v5 MQTT-3.8.3-2], [v3 MQTT-3.8.3-3]
            throw new IllegalArgumentException("there is nothing to subscribe to");
        }
        Set<TopicFilter> filters = new HashSet<>();
        for (Subscription subscription : subscriptions) {
            TopicFilter filter = subscription.request().filter();
            if (subscription.request().noLocal() && filter.isShared()) { // [v5 MQTT-3.8.3-4]
                throw new IllegalArgumentException(
                        "%s is shared, and No Local is for others only".formatted(filter));
            }
            if (!filters.add(filter)) {
                throw new IllegalArgumentException(filter + " is there twice");
            }
        }
        PacketEncoder.encodedSize(
                Requests.SubscribeRequest.packet(
                        1, subscriptions, Subscriptions.chosenIdentifier(subscriptions)),
                version);
    }

    private @Nullable Receiver receiver(Subscription subscription) {
        MessageHandler handler = subscription.handler();
        return handler == null
                ? null
                : new HandlerReceiver(
                        handler, subscription.manualAcknowledgement(), engine.callbacks);
    }

    @Override
    public CompletableFuture<Unsubscribed> unsubscribe(
            List<String> filters, Properties properties) {
        List<TopicFilter> parsed = new ArrayList<>();
        try {
            for (String filter : filters) {
                parsed.add(TopicFilter.of(filter));
            }
        } catch (PacketException e) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(e.getMessage(), e));
        }
        if (parsed.isEmpty()) { // [v5 MQTT-3.10.3-2], [v3 MQTT-3.10.3-2]
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("there is nothing to unsubscribe from"));
        }
        return unsubscribeFrom(parsed, properties);
    }

    private CompletableFuture<Unsubscribed> unsubscribeFrom(
            List<TopicFilter> filters, Properties properties) {
        try {
            PacketEncoder.encodedSize(
                    new Unsubscribe(1, filters, properties), engine.settings.version());
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        return open(() -> {
            CompletableFuture<Unsubscribed> future = new CompletableFuture<>();
            engine.requests.add(
                    new Requests.UnsubscribeRequest(engine, filters, properties, future));
            return future;
        });
    }

    /** Ends the subscription of a receiver, unless another one has taken its place. */
    void unsubscribe(TopicFilter filter, Properties properties, Receiver receiver) {
        engine.locked(() -> {
            if (engine.subscriptions.isOf(filter, receiver)) {
                var _ = unsubscribeFrom(List.of(filter), properties);
            }
        });
    }

    @Override
    public Registration onMessage(String filter, MessageHandler handler) {
        return listen(
                filter,
                new HandlerReceiver(
                        handler, engine.settings.manualAcknowledgement(), engine.callbacks));
    }

    /** Whether messages of who listens are acknowledged by hand only. */
    boolean isManual() {
        return engine.settings.manualAcknowledgement();
    }

    /** Registers a receiver. */
    Registration listen(String filter, Receiver receiver) {
        TopicFilter parsed;
        try {
            parsed = TopicFilter.of(filter);
        } catch (PacketException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (parsed.isShared()) {
            throw new IllegalArgumentException(
                    "%s is a shared subscription; its messages match what follows the name of the share"
                            .formatted(filter));
        }
        engine.lock.lock();
        try {
            if (engine.isClosed()) {
                throw closed();
            }
            return engine.subscriptions.listen(parsed, receiver).registration(engine);
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public Registration onConnection(ConnectionListener listener) {
        AtomicBoolean ended = new AtomicBoolean();
        engine.locked(() -> engine.addListener(listener));
        return () -> {
            if (ended.compareAndSet(false, true)) {
                engine.locked(() -> engine.removeListener(listener));
            }
        };
    }

    @Override
    public CompletableFuture<Void> reauthenticate() {
        EnhancedAuthentication authentication = engine.settings.authentication();
        if (authentication == null) { // [v5 MQTT-4.12.0-7]
            return CompletableFuture.failedFuture(
                    new IllegalStateException(
                            "the client was built without authentication(...), so it cannot repeat it"));
        }
        return open(() -> {
            Connection connection = engine.connection();
            if (connection == null) {
                return CompletableFuture.failedFuture(
                        new ConnectionLost("there is no connection to authenticate", null));
            }
            return engine.reauthentication.begin(connection, authentication).copy();
        });
    }

    @Override
    public CompletableFuture<Void> disconnect() {
        return disconnect(new Disconnect(ReasonCode.SUCCESS));
    }

    @Override
    public CompletableFuture<Void> disconnect(Disconnect disconnect) {
        try {
            PacketEncoder.encodedSize(disconnect, engine.settings.version());
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        long expiry = disconnect.properties().getOrDefault(Property.SESSION_EXPIRY_INTERVAL, 0L);
        if (expiry > 0 && engine.settings.sessionExpiry() == 0) { // §3.14.2.2.2
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException(
                            "a session that ends with its connection cannot be kept at its end; the builder has sessionExpiry(...)"));
        }
        engine.lock.lock();
        try {
            return engine.isClosed()
                    ? CompletableFuture.completedFuture(null)
                    : engine.disconnect(disconnect);
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public ClientState state() {
        engine.lock.lock();
        try {
            return engine.state();
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public Counts counts() {
        engine.lock.lock();
        try {
            return engine.tally.counts(engine.outbox.size());
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public BlockingClient blocking() {
        return blocking;
    }

    @Override
    public FlowClient flow() {
        return flow;
    }

    @Override
    public void close() {
        CompletableFuture<Void> end = disconnect();
        boolean interrupted = false;
        try {
            end.get(engine.settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (ExecutionException | TimeoutException e) {
            interrupted = Thread.currentThread().isInterrupted(); // it is closed all the same
        }
        engine.locked(engine::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "MqttClient[%s, %s]".formatted(engine.settings, state());
    }
}

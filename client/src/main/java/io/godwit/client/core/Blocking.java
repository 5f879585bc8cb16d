package io.godwit.client.core;

import io.godwit.client.BlockingClient;
import io.godwit.client.ClientState;
import io.godwit.client.Connected;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttException;
import io.godwit.client.Published;
import io.godwit.client.RequestTimedOut;
import io.godwit.client.Subscribed;
import io.godwit.client.Subscription;
import io.godwit.client.Unsubscribed;
import io.godwit.codec.Properties;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The face that waits. */
final class Blocking implements BlockingClient {

    private final Client client;
    private final Engine engine;

    Blocking(Client client, Engine engine) {
        this.client = client;
        this.engine = engine;
    }

    @Override
    public Connected connect() {
        CompletableFuture<Connected> future = client.connect();
        boolean ends = !engine.settings.reconnect().first();
        while (true) { // an attempt that is not repeated says by itself what has failed
            try {
                return await(future, "CONNECT");
            } catch (RequestTimedOut e) {
                if (!ends || client.state() == ClientState.WAITING) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Published publish(Message message) {
        CompletableFuture<Published> future = client.publish(message);
        while (true) {
            Connection before = connection();
            try {
                return await(future, "PUBLISH");
            } catch (RequestTimedOut e) {
                if (before != null && before == connection()) {
                    throw e;
                }
                if (client.state() == ClientState.DISCONNECTED) {
                    throw new RequestTimedOut(
                            "PUBLISH was not done within %s: the client is not connected and does not try to be, which connect() changes; the message waits for it"
                                    .formatted(engine.settings.timeout()),
                            e);
                }
            }
        }
    }

    private @Nullable Connection connection() {
        engine.lock.lock();
        try {
            return engine.connection();
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public Subscribed subscribe(Subscription... subscriptions) {
        return await(client.subscribe(List.of(subscriptions)), "SUBSCRIBE");
    }

    @Override
    public Subscribed subscribe(String filter, int qos) {
        return await(client.subscribe(filter, qos), "SUBSCRIBE");
    }

    @Override
    public Unsubscribed unsubscribe(String... filters) {
        return await(client.unsubscribe(List.of(filters)), "UNSUBSCRIBE");
    }

    @Override
    public Unsubscribed unsubscribe(List<String> filters, Properties properties) {
        return await(client.unsubscribe(filters, properties), "UNSUBSCRIBE");
    }

    @Override
    public void reauthenticate() {
        await(client.reauthenticate(), "AUTH");
    }

    @Override
    public void disconnect() {
        await(client.disconnect(), "DISCONNECT");
    }

    @Override
    public Inbox inbox(String filter) {
        MessageInbox inbox = new MessageInbox();
        inbox.ends(client.listen(filter, inbox));
        return inbox;
    }

    @Override
    public MqttClient async() {
        return client;
    }

    @SuppressWarnings("NullAway") // a Void is null
    private <T> T await(CompletableFuture<T> future, String what) {
        Duration most = engine.settings.timeout();
        try {
            return future.get(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (CancellationException)
                    new CancellationException("interrupted; the request goes on").initCause(e);
        } catch (TimeoutException e) {
            throw new RequestTimedOut(
                    "%s was not done within %s; it goes on".formatted(what, most), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new MqttException(String.valueOf(e.getMessage()), e);
        }
    }
}

package io.godwit.client;

import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A client of an MQTT server. Safe from any thread; no call blocks, callbacks included: whoever
 * wants to wait takes {@link #blocking()}. Handlers and listeners run on a thread of their own, one
 * after the other, and what depends on futures on another; both may call anything here, also wait
 * for it: a future of the client completes though a callback or what depends on another future
 * waits.
 *
 * <p>It connects again by itself when a connection is lost ({@link MqttClientBuilder#reconnect}),
 * subscribes again where the server has lost the session, and keeps what is published meanwhile
 * ({@link MqttClientBuilder#offline}).
 */
public interface MqttClient extends AutoCloseable {

    /**
     * A builder with its defaults: MQTT 5, {@code mqtt://localhost:1883}, an identifier of its own.
     */
    static MqttClientBuilder builder() {
        return new MqttClientBuilder();
    }

    /**
     * Connects, and stays connected until {@link #disconnect} or {@link #close}. The future
     * completes at the first CONNACK with success. It fails with {@link ConnectRefused} or {@link
     * ConnectionLost} where there is no reason to try again (a reason code that will not change by
     * itself, such as 0x86 Bad User Name or Password, or reconnecting turned off for first
     * attempts, which is the default: see {@link Reconnect#first}).
     */
    CompletableFuture<Connected> connect();

    /**
     * Publishes. While there is no connection the message waits in the offline buffer. The future
     * completes at QoS 0 when the message was handed to the system, at QoS 1 and 2 with the
     * server's reason code (PUBACK, PUBREC or PUBCOMP; before version 5 it is success). It fails
     * with {@link MessageDropped} if the offline buffer's policy dropped it, {@link RequestRefused}
     * on a reason code that is an error, {@link IllegalStateException} if the client is closed.
     */
    CompletableFuture<Published> publish(Message message);

    /**
     * Subscribes; messages go to the subscription's own handler, else to {@link #onMessage}'s.
     * While there is no connection the request waits for it. The future completes with the granted
     * QoS of each, and fails with {@link RequestRefused} if none was granted. As in MQTT itself a
     * subscription takes the place of an earlier one to the same filter, and so does its handler; a
     * stream of the earlier one ends.
     *
     * @param subscriptions 1 or more, sent in one SUBSCRIBE
     */
    CompletableFuture<Subscribed> subscribe(List<Subscription> subscriptions);

    /** Subscribes to one. */
    default CompletableFuture<Subscribed> subscribe(Subscription subscription) {
        return subscribe(List.of(subscription));
    }

    /** Subscribes at a QoS, for the handlers of {@link #onMessage}. */
    default CompletableFuture<Subscribed> subscribe(String filter, int qos) {
        return subscribe(Subscription.to(filter).qos(qos).build());
    }

    /** Ends subscriptions. The future completes with UNSUBACK. */
    default CompletableFuture<Unsubscribed> unsubscribe(List<String> filters) {
        return unsubscribe(filters, Properties.NONE);
    }

    /**
     * Ends subscriptions. While there is no connection the request waits for it. The future
     * completes with UNSUBACK, and fails with {@link RequestRefused} if the server has refused all.
     *
     * @param filters 1 or more, sent in one UNSUBSCRIBE
     * @param properties of the UNSUBSCRIBE: User Properties. Not sent before version 5
     */
    CompletableFuture<Unsubscribed> unsubscribe(List<String> filters, Properties properties);

    /**
     * Hands messages that match a filter to a handler, whatever subscription they come by. May be
     * registered before {@link #connect}, so that nothing that a session has queued is lost. A
     * message with several handlers goes to each; one without any is acknowledged and counted
     * ({@link Counts#unhandled}).
     *
     * @param filter such as {@code devices/+/state}, without {@code $share}
     * @return ends the registration when it is closed
     */
    Registration onMessage(String filter, MessageHandler handler);

    /** Tells a listener of connections that come and go, from now on. */
    Registration onConnection(ConnectionListener listener);

    /**
     * Authenticates again (AUTH 0x19, §4.12.1) with the builder's {@link
     * io.godwit.client.auth.EnhancedAuthentication}.
     */
    CompletableFuture<Void> reauthenticate();

    /**
     * Sends DISCONNECT behind all that was published before, closes, and does not connect again.
     * Acknowledgements of what is under way are waited for, 2 s at most, and all of it takes {@link
     * MqttClientBuilder#timeout} at most where the server leaves no room to send; what is not
     * acknowledged then stays in the buffer for the next {@link #connect}.
     */
    CompletableFuture<Void> disconnect();

    /** As {@link #disconnect()}, with a reason code such as 0x04 (send the will) and properties. */
    CompletableFuture<Void> disconnect(Disconnect disconnect);

    /** What it does at the moment. */
    ClientState state();

    /** What was counted since it was built. */
    Counts counts();

    /** The same client with calls that wait. */
    BlockingClient blocking();

    /** The same client with streams. */
    FlowClient flow();

    /**
     * Disconnects as {@link #disconnect()} does, waits for at most {@link
     * MqttClientBuilder#timeout} for it, and frees everything. Futures that wait fail. On disk the
     * buffer stays.
     */
    @Override
    void close();
}

package io.godwit.client;

import io.godwit.codec.Properties;
import java.time.Duration;
import java.util.List;

/**
 * A client with calls that wait, at most {@link MqttClientBuilder#timeout}, and then throw {@link
 * RequestTimedOut}; otherwise they throw what the futures of {@link MqttClient} fail with. Safe
 * from any thread, callbacks included. An interrupted thread gets a {@link
 * java.util.concurrent.CancellationException} and stays interrupted; the request goes on.
 */
public interface BlockingClient {

    /**
     * As {@link MqttClient#connect}; waits for an attempt that is not repeated as long as it takes,
     * the timeout counting for each of its steps. Where it is repeated, since a connection was lost
     * before or {@link Reconnect#first} asks for it, the call ends with the timeout, and the client
     * goes on.
     */
    Connected connect();

    /**
     * As {@link MqttClient#publish}; waits without end while the client tries to connect, as long
     * as the offline buffer keeps the message.
     */
    Published publish(Message message);

    /** As {@link MqttClient#subscribe(List)}. */
    Subscribed subscribe(Subscription... subscriptions);

    /** As {@link MqttClient#subscribe(String, int)}. */
    Subscribed subscribe(String filter, int qos);

    /** As {@link MqttClient#unsubscribe(List)}. */
    Unsubscribed unsubscribe(String... filters);

    /** As {@link MqttClient#unsubscribe(List, Properties)}. */
    Unsubscribed unsubscribe(List<String> filters, Properties properties);

    /** As {@link MqttClient#reauthenticate}. */
    void reauthenticate();

    /** As {@link MqttClient#disconnect()}. */
    void disconnect();

    /** Messages that match a filter, to be taken one by one; see {@link Inbox}. */
    Inbox inbox(String filter);

    /** The same client with futures. */
    MqttClient async();

    /**
     * Messages that wait to be taken. They are acknowledged when they are taken, so Receive Maximum
     * bounds them.
     */
    interface Inbox extends AutoCloseable {

        /**
         * The next message; waits for it, and throws {@link RequestTimedOut} if none came in time,
         * or {@link IllegalStateException} once the inbox or the client is closed.
         */
        ReceivedMessage take(Duration most);

        /** Ends it; what waits in it is acknowledged as it would be without. */
        @Override
        void close();
    }
}

package io.godwit.client;

/**
 * Takes messages, one after the other. It may block and may call the client. Unless {@link
 * Subscription.Builder#manualAcknowledgement} or {@link
 * MqttClientBuilder#manualAcknowledgement} says otherwise the message is acknowledged when it
 * returns; one that it throws at is not acknowledged before the connection ends, so that the
 * server sends it again.
 */
@FunctionalInterface
public interface MessageHandler {

    /** Takes one. */
    void handle(ReceivedMessage message) throws Exception;
}

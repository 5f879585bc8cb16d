package io.godwit.client.core;

import io.godwit.client.MessageHandler;
import java.lang.System.Logger.Level;

/** Gives messages to a handler, in the order of all callbacks. */
record HandlerReceiver(MessageHandler handler, boolean isManual, Callbacks callbacks)
        implements Receiver {

    private static final System.Logger LOG = System.getLogger(HandlerReceiver.class.getName());

    @Override
    public void take(Delivery delivery) {
        callbacks.execute("a message handler", () -> handle(delivery));
    }

    private void handle(Delivery delivery) {
        try {
            handler.handle(delivery.message());
        } catch (Exception | Error e) {
            LOG.log(
                    Level.ERROR,
                    "the handler of a message on %s has thrown an exception; the message is not acknowledged"
                            .formatted(delivery.message().topic()),
                    e);
            delivery.failed();
            return;
        }
        delivery.finished();
    }
}

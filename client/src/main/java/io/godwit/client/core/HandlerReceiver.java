package io.godwit.client.core;

import io.godwit.client.MessageHandler;
import io.godwit.codec.Utf8;
import java.lang.System.Logger.Level;

/** Gives messages to a handler, in the order of all callbacks. */
record HandlerReceiver(MessageHandler handler, boolean isManual, Callbacks callbacks)
        implements Receiver {

    @Override
    public void take(Delivery delivery) {
        callbacks.execute("a message handler", () -> handle(delivery), delivery::failed);
    }

    private void handle(Delivery delivery) {
        try {
            handler.handle(delivery.message());
        } catch (Exception | Error e) {
            Log.CLIENT.log(
                    Level.ERROR,
                    "the handler of a message on %s has thrown an exception; the message is not acknowledged"
                            .formatted(Utf8.quote(delivery.message().topic().bytes())),
                    e);
            delivery.failed();
            return;
        }
        delivery.finished();
    }
}

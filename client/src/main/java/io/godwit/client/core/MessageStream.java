package io.godwit.client.core;

import io.godwit.client.MqttException;
import io.godwit.client.ReceivedMessage;
import java.util.concurrent.Flow;

/** Messages for one subscriber. */
final class MessageStream extends Signals<Delivery> implements Receiver {

    private final Flow.Subscriber<? super ReceivedMessage> subscriber;
    private final boolean manual;
    private volatile Runnable end = () -> {};

    MessageStream(Flow.Subscriber<? super ReceivedMessage> subscriber, boolean manual) {
        super(subscriber);
        this.subscriber = subscriber;
        this.manual = manual;
    }

    /** Begins; what ends it is run when the subscriber cancels. */
    void start(Runnable whenCancelled) {
        end = whenCancelled;
        begin();
    }

    @Override
    public void take(Delivery delivery) {
        offer(delivery);
    }

    @Override
    public boolean isManual() {
        return manual;
    }

    @Override
    public void ended() {
        complete();
    }

    @Override
    public void refused(MqttException why) {
        fail(why);
    }

    @Override
    void give(Delivery delivery) {
        try {
            subscriber.onNext(delivery.message());
        } catch (RuntimeException | Error e) {
            delivery.failed();
            throw e;
        }
        delivery.finished();
    }

    @Override
    void discard(Delivery delivery) {
        delivery.finished();
    }

    @Override
    void cancelled() {
        end.run();
    }
}

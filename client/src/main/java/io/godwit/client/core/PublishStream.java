package io.godwit.client.core;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.Published;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what a publisher has, and gives the outcomes to one subscriber. What is under way and
 * what the subscriber has not taken are together as many as may be in flight.
 */
final class PublishStream extends Signals<Published> implements Flow.Subscriber<Message> {

    private final MqttClient client;
    private final Flow.Subscriber<? super Published> subscriber;
    private final int inFlight;
    private Flow.@Nullable Subscription upstream;
    private int underWay;
    private boolean ends;
    private boolean cancelled;

    PublishStream(
            MqttClient client, Flow.Subscriber<? super Published> subscriber, int inFlight) {
        super(subscriber);
        this.client = client;
        this.subscriber = subscriber;
        this.inFlight = inFlight;
    }

    void start(Flow.Publisher<Message> messages) {
        begin();
        messages.subscribe(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        boolean unwanted;
        synchronized (this) {
            unwanted = cancelled || upstream != null;
            upstream = unwanted ? upstream : subscription;
        }
        if (unwanted) {
            subscription.cancel();
        } else {
            subscription.request(inFlight);
        }
    }

    @Override
    public void onNext(Message message) {
        synchronized (this) {
            underWay++;
        }
        client.publish(message)
                .whenComplete((published, failure) -> {
                    if (failure != null) {
                        fail(failure);
                    } else {
                        offer(published);
                    }
                    settled();
                });
    }

    private void settled() {
        boolean done;
        synchronized (this) {
            underWay--;
            done = ends && underWay == 0;
        }
        if (done) {
            complete();
        }
    }

    @Override
    public void onError(Throwable cause) {
        fail(cause);
    }

    @Override
    public void onComplete() {
        boolean done;
        synchronized (this) {
            ends = true;
            done = underWay == 0;
        }
        if (done) {
            complete();
        }
    }

    @Override
    void give(Published published) {
        subscriber.onNext(published);
        Flow.Subscription from = upstream();
        if (from != null) {
            from.request(1);
        }
    }

    private synchronized Flow.@Nullable Subscription upstream() {
        return upstream;
    }

    @Override
    void discard(Published published) {}

    @Override
    void cancelled() {
        Flow.Subscription from;
        synchronized (this) {
            cancelled = true;
            from = upstream;
        }
        if (from != null) {
            from.cancel();
        }
    }
}

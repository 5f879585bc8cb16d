package io.godwit.app.bench;

import io.godwit.client.MqttClient;
import io.godwit.client.Subscription;
import java.util.concurrent.CompletableFuture;

/** A client that subscribes. */
final class Subscriber extends Member {

    /** The number of its topic, from 0 on. */
    final int topic;

    final Deliveries deliveries;
    private final Subscription subscription;

    Subscriber(MqttClient client, Tally tally, Load load, int topic, Deliveries deliveries) {
        super(client, tally);
        this.topic = topic;
        this.deliveries = deliveries;
        this.subscription =
                Subscription.to(Load.indexed(load.topic(), topic + 1))
                        .qos(load.qos())
                        .handler(deliveries::take)
                        .build();
    }

    @Override
    CompletableFuture<Boolean> begin() {
        return client.subscribe(subscription)
                .handle((_, failure) -> {
                    if (failure != null) {
                        tally.unsubscribed.increment();
                        tally.failures.add(failure);
                    }
                    return failure == null;
                });
    }
}

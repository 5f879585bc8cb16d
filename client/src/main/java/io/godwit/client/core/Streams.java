package io.godwit.client.core;

import io.godwit.client.FlowClient;
import io.godwit.client.Message;
import io.godwit.client.Published;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.Subscription;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.Unsubscribe;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;

/** The face with streams. */
final class Streams implements FlowClient {

    private final Client client;

    Streams(Client client) {
        this.client = client;
    }

    @Override
    public Flow.Publisher<ReceivedMessage> subscribe(
            Subscription subscription, Properties unsubscribing) {
        if (subscription.handler() != null) {
            throw new IllegalArgumentException(
                    "the subscription to %s has a handler, and a stream takes its place"
                            .formatted(subscription.request().filter()));
        }
        TopicFilter filter = subscription.request().filter();
        PacketEncoder.encodedSize(
                new Unsubscribe(1, List.of(filter), unsubscribing), ProtocolVersion.V5);
        return subscriber -> {
            Objects.requireNonNull(subscriber);
            MessageStream stream =
                    new MessageStream(subscriber, subscription.manualAcknowledgement());
            Runnable end = () -> client.unsubscribe(filter, unsubscribing, stream);
            stream.start(end);
            if (stream.isOver()) {
                return;
            }
            client.subscribe(List.of(subscription), stream)
                    .whenComplete((_, failure) -> {
                        if (failure != null) {
                            stream.fail(failure);
                        }
                    });
            if (stream.isOver()) { // it was cancelled before there was anything to end
                end.run();
            }
        };
    }

    @Override
    public Flow.Publisher<ReceivedMessage> messages(String filter) {
        return subscriber -> {
            Objects.requireNonNull(subscriber);
            MessageStream stream = new MessageStream(subscriber, client.isManual());
            try {
                stream.start(client.listen(filter, stream)::close);
            } catch (IllegalArgumentException | IllegalStateException e) {
                stream.start(() -> {});
                stream.fail(e);
            }
        };
    }

    @Override
    public Flow.Publisher<Published> publish(Flow.Publisher<Message> messages, int inFlight) {
        if (inFlight < 1) {
            throw new IllegalArgumentException("inFlight is " + inFlight + "; it starts at 1");
        }
        Objects.requireNonNull(messages);
        return subscriber -> {
            Objects.requireNonNull(subscriber);
            new PublishStream(client, subscriber, inFlight).start(messages);
        };
    }
}

package io.godwit.broker.trace;

import io.godwit.codec.Packet;
import io.godwit.codec.Publish;
import io.godwit.codec.Subscribe;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.Unsubscribe;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which packets a trace is about: those of a client, those about topics, or those that are both.
 * With a topic filter these are PUBLISH with a name that it matches, and SUBSCRIBE and UNSUBSCRIBE
 * with this very filter; other packets name no topic. Safe for every thread.
 */
public final class TraceFilter {

    private final @Nullable String clientId;
    private final @Nullable TopicFilter topics;

    /**
     * A filter.
     *
     * @param clientId a Client Identifier; null for those of all clients
     * @param topics null for packets about any topic and about none
     */
    public TraceFilter(@Nullable String clientId, @Nullable TopicFilter topics) {
        this.clientId = clientId;
        this.topics = topics;
    }

    boolean wants(String client, Packet packet) {
        return (clientId == null || clientId.equals(client))
                && (topics == null || isAbout(packet, topics));
    }

    private static boolean isAbout(Packet packet, TopicFilter wanted) {
        return switch (packet) {
            case Publish publish -> wanted.matches(publish.topic());
            case Subscribe subscribe ->
                    subscribe.requests().stream()
                            .anyMatch(request -> Objects.equals(request.filter(), wanted));
            case Unsubscribe unsubscribe -> unsubscribe.filters().contains(wanted);
            default -> false;
        };
    }

    @Override
    public String toString() {
        return String.join(
                ", ",
                List.of(
                        clientId == null ? "all clients" : "client " + clientId,
                        topics == null ? "all topics" : "topics " + topics));
    }
}

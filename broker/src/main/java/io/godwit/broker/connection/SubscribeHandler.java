package io.godwit.broker.connection;

import io.godwit.broker.auth.Verdict;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.session.Denials.Act;
import io.godwit.broker.session.Session;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.UnsubAck;
import io.godwit.codec.Unsubscribe;
import java.util.ArrayList;
import java.util.List;

/** SUBSCRIBE and UNSUBSCRIBE (§3.8, §3.10): each filter by itself, then one answer. */
final class SubscribeHandler {

    private SubscribeHandler() {}

    static void handle(Connection connection, Subscribe subscribe) throws ProtocolError {
        Session session = connection.session();
        int subscriptionId =
                subscribe.properties().getOrDefault(Property.SUBSCRIPTION_IDENTIFIER, 0);
        List<ReasonCode> codes = new ArrayList<>(subscribe.requests().size());
        for (SubscriptionRequest request : subscribe.requests()) {
            // [v5 MQTT-3.8.4-5], [v5 MQTT-3.8.4-6], [v5 MQTT-3.9.3-1]
            codes.add(subscribe(connection, request, subscriptionId));
        }
        if (connection.version() == ProtocolVersion.V3_1
                && codes.stream().anyMatch(ReasonCode::isError)) {
            throw new ProtocolError(
                    ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                    "a subscription is refused, which MQTT 3.1 has no answer for");
        }
        SubAck subAck = new SubAck(subscribe.packetId(), codes); // [v5 MQTT-3.8.4-2]
        connection
                .acknowledgements()
                .whenStored(() -> {
                    connection.answer(subAck); // [v5 MQTT-3.8.4-1], [v3 MQTT-3.8.4-1]
                    session.pump();
                });
    }

    private static ReasonCode subscribe(
            Connection connection, SubscriptionRequest request, int subscriptionId) {
        Limits limits = connection.limits();
        if (TopicLimits.exceeded(request.filter(), limits)) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        Verdict verdict = connection.session().permissions().subscribe(request.filter());
        if (!verdict.isAllowed()) {
            byte[] filter = request.filter().bytes();
            connection.session().denials().note(Act.SUBSCRIBE, filter, verdict);
            return ReasonCode.NOT_AUTHORIZED;
        }
        int granted = Math.min(verdict.maximumQos(), limits.maximumQos()); // [v5 MQTT-3.2.2-10]
        return connection
                .session()
                .subscribe(request.upTo(granted), subscriptionId, limits.session().subscriptions());
    }

    static void handle(Connection connection, Unsubscribe unsubscribe) {
        List<ReasonCode> codes = new ArrayList<>(unsubscribe.filters().size());
        for (TopicFilter filter : unsubscribe.filters()) {
            // [v5 MQTT-3.10.4-6], [v5 MQTT-3.11.3-1]
            codes.add(
                    connection.session().unsubscribe(filter)
                            ? ReasonCode.SUCCESS
                            : ReasonCode.NO_SUBSCRIPTION_EXISTED);
        }
        UnsubAck unsubAck = new UnsubAck(unsubscribe.packetId(), codes);
        // [v5 MQTT-3.10.4-4], [v5 MQTT-3.10.4-5], [v3 MQTT-3.10.4-5]
        connection.acknowledgements().whenStored(() -> connection.answer(unsubAck));
    }
}

package io.godwit.server.configuration;

import io.godwit.broker.limits.ListenerLimits;
import io.godwit.broker.limits.ListenerLimits.OfSession;
import io.godwit.broker.protection.ListenerPolicy;
import io.godwit.broker.protection.ListenerPolicy.ClientRate;
import java.time.Duration;
import java.util.Optional;

/** The limits of a listener, being put together; what is empty is as the broker's. */
final class ListenerLimitsDraft {

    int connections;
    int connectRate;

    Optional<Integer> packetSize = Optional.empty();
    Optional<Duration> connectTimeout = Optional.empty();
    Optional<Integer> topicAliasMaximum = Optional.empty();
    Optional<Integer> topicAliasesAssigned = Optional.empty();
    Optional<Integer> keepAliveMaximum = Optional.empty();
    Optional<Integer> maximumQos = Optional.empty();
    Optional<Boolean> retainAvailable = Optional.empty();

    Optional<Integer> inFlight = Optional.empty();
    Optional<Integer> receiveMaximum = Optional.empty();
    Optional<Integer> subscriptions = Optional.empty();
    Optional<Long> maximumExpiry = Optional.empty();

    Optional<Integer> messagesPerSecond = Optional.empty();
    Optional<Long> bytesPerSecond = Optional.empty();
    Optional<Duration> burst = Optional.empty();
    Optional<Boolean> disconnects = Optional.empty();

    ListenerPolicy finish() {
        return new ListenerPolicy(
                connections,
                connectRate,
                new ListenerLimits(
                        packetSize,
                        connectTimeout,
                        topicAliasMaximum,
                        topicAliasesAssigned,
                        keepAliveMaximum,
                        maximumQos,
                        retainAvailable,
                        new OfSession(inFlight, receiveMaximum, subscriptions, maximumExpiry)),
                new ClientRate(messagesPerSecond, bytesPerSecond, burst, disconnects));
    }
}

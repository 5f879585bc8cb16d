package io.godwit.broker.limits;

import java.time.Duration;
import java.util.Optional;

/**
 * What a listener says otherwise than the {@link Limits} of the broker; what is empty is as there.
 * Immutable and safe for every thread.
 */
public record ListenerLimits(
        Optional<Integer> packetSize,
        Optional<Duration> connectTimeout,
        Optional<Integer> topicAliasMaximum,
        Optional<Integer> topicAliasesAssigned,
        Optional<Integer> keepAliveMaximum,
        Optional<Integer> maximumQos,
        Optional<Boolean> retainAvailable,
        OfSession session) {

    /** The same of {@link SessionLimits}. */
    public record OfSession(
            Optional<Integer> inFlight,
            Optional<Integer> receiveMaximum,
            Optional<Integer> subscriptions,
            Optional<Long> maximumExpiry) {

        /** Nothing otherwise. */
        public static final OfSession NONE =
                new OfSession(
                        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Nothing otherwise. */
    public static final ListenerLimits NONE =
            new ListenerLimits(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    OfSession.NONE);

    /**
     * The limits of connections through the listener; those of the broker themselves if nothing is
     * said otherwise.
     *
     * @throws IllegalArgumentException if one is outside its range
     */
    public Limits over(Limits ofBroker) {
        if (equals(NONE)) {
            return ofBroker;
        }
        LimitsBuilder limits = ofBroker.toBuilder();
        packetSize.ifPresent(limits::packetSize);
        connectTimeout.ifPresent(limits::connectTimeout);
        topicAliasMaximum.ifPresent(limits::topicAliasMaximum);
        topicAliasesAssigned.ifPresent(limits::topicAliasesAssigned);
        keepAliveMaximum.ifPresent(limits::keepAliveMaximum);
        maximumQos.ifPresent(limits::maximumQos);
        retainAvailable.ifPresent(limits::retainAvailable);
        session.inFlight().ifPresent(limits::inFlight);
        session.receiveMaximum().ifPresent(limits::receiveMaximum);
        session.subscriptions().ifPresent(limits::subscriptions);
        session.maximumExpiry().ifPresent(limits::maximumSessionExpiry);
        return limits.build();
    }
}

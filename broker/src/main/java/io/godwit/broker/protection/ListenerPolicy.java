package io.godwit.broker.protection;

import io.godwit.broker.limits.ListenerLimits;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import java.time.Duration;
import java.util.Optional;

/**
 * The limits of one listener.
 *
 * @param connections Network Connections that it has at a time, 0 (no limit of its own) to
 *     10,000,000. One more: CONNECT is answered 0x97 (quota exceeded), 0x03 in version 3
 * @param connectRate CONNECT packets that it accepts per second, 0 (no limit of its own) to
 *     1,000,000. Beyond it: 0x9F (connection rate exceeded), 0x03 in version 3
 * @param limits what holds for its connections otherwise than for the broker's
 * @param client how much each of its clients may publish, if that is said otherwise
 */
public record ListenerPolicy(
        int connections, int connectRate, ListenerLimits limits, ClientRate client) {

    /** No limits of its own. */
    public static final ListenerPolicy OPEN = new ListenerPolicy(0, 0);

    /** Limits of the listener as a whole, and none of its own for each connection. */
    public ListenerPolicy(int connections, int connectRate) {
        this(connections, connectRate, ListenerLimits.NONE, ClientRate.NONE);
    }

    /** What is otherwise than in {@link PublishRate}; what is empty is as there. */
    public record ClientRate(
            Optional<Integer> messages,
            Optional<Long> bytes,
            Optional<Duration> burst,
            Optional<Boolean> disconnects) {

        /** Nothing otherwise. */
        public static final ClientRate NONE =
                new ClientRate(
                        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        /** The rate of the listener's clients. */
        public PublishRate over(PublishRate ofBroker) {
            return new PublishRate(
                    messages.orElse(ofBroker.messages()),
                    bytes.orElse(ofBroker.bytes()),
                    burst.orElse(ofBroker.burst()),
                    disconnects.orElse(ofBroker.disconnects()));
        }
    }
}

package io.godwit.broker.protection;

import java.time.Duration;
import java.util.Map;

/**
 * What the broker is protected by, beside its limits. Immutable and safe for every thread; {@code
 * docs/protection.md} says what each does to a client.
 *
 * @param bindsSessions whether a session belongs to who has made it, by a user name or by proving
 *     its Client Identifier: CONNECT by another client is answered 0x87 (not authorized), 0x05 in
 *     version 3
 * @param connectionsPerAddress Network Connections that an address may open per second, 0 for no
 *     limit; one more is closed before anything of it is read
 * @param undecidedPerAddress sockets of an address that may be open without CONNECT, from when they
 *     are accepted; 0 for no limit; one more is closed before anything of it is read
 * @param listeners the limits of listeners, by their names; those that are left out have none
 */
public record ProtectionSettings(
        boolean bindsSessions,
        int connectionsPerAddress,
        int undecidedPerAddress,
        PublishRate publishRate,
        BruteForce bruteForce,
        Flapping flapping,
        Map<String, ListenerPolicy> listeners) {

    /**
     * How much a client may publish.
     *
     * @param messages PUBLISH packets per second, 0 for no limit
     * @param bytes of their payloads per second, 0 for no limit
     * @param burst for how long's worth of both may come at once
     * @param disconnects whether a client that goes beyond is disconnected with 0x96 (message rate
     *     too high), version 3 closed; otherwise it is read only as fast as it may publish
     */
    public record PublishRate(int messages, long bytes, Duration burst, boolean disconnects) {

        /** No limit. */
        public static final PublishRate NONE = new PublishRate(0, 0, Duration.ofSeconds(1), false);

        /** Whether there is a limit. */
        public boolean isLimited() {
            return messages > 0 || bytes > 0;
        }
    }

    /**
     * What follows on failed authentications.
     *
     * @param failures of one user name from one address {@code within} a time, after which the two
     *     together are banned; 0 for never
     * @param addressFailures of an address, whatever the user name, after which it is banned; 0 for
     *     never
     * @param within the time in which failures are counted
     * @param ban how long a ban lasts
     * @param longestDelay the refusal of the second failure waits 100 ms, each further one's twice
     *     as long, up to this
     */
    public record BruteForce(
            int failures,
            int addressFailures,
            Duration within,
            Duration ban,
            Duration longestDelay) {

        /** Nothing follows. */
        public static final BruteForce NONE =
                new BruteForce(0, 0, Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ZERO);

        /** Whether anything follows. */
        public boolean isEnabled() {
            return failures > 0 || addressFailures > 0 || longestDelay.isPositive();
        }
    }

    /**
     * What follows on a client that connects again and again.
     *
     * @param isEnabled whether anything does
     * @param connects of one Client Identifier {@code within} a time, beyond which it is banned
     * @param ban how long
     */
    public record Flapping(boolean isEnabled, int connects, Duration within, Duration ban) {

        /** Nothing follows. */
        public static final Flapping NONE =
                new Flapping(false, 15, Duration.ofMinutes(1), Duration.ofMinutes(5));
    }

    /** No protection beside the limits and the bans. */
    public static final ProtectionSettings NONE =
            new ProtectionSettings(
                    false, 0, 0, PublishRate.NONE, BruteForce.NONE, Flapping.NONE, Map.of());

    /** Copies the map. */
    public ProtectionSettings {
        listeners = Map.copyOf(listeners);
    }
}

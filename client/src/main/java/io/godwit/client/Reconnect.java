package io.godwit.client;

import java.time.Duration;

/**
 * When a client connects again after a connection was lost. The wait doubles from {@code least} to
 * {@code most} with each attempt that fails, and a random half of it is left out, so that clients
 * of one server don't come back together. No wait at all doubles to 100 ms.
 *
 * @param first whether the first attempt of {@link MqttClient#connect} is repeated too, as an edge
 *     device wants that starts before its network
 * @param attempts how many fail one after the other until it gives up; 0 never connects again
 */
public record Reconnect(boolean first, Duration least, Duration most, int attempts) {

    /** Again and again, after 1 s to 2 min; a first attempt fails at once. */
    public static final Reconnect DEFAULT =
            new Reconnect(false, Duration.ofSeconds(1), Duration.ofMinutes(2), Integer.MAX_VALUE);

    /** Never. */
    public static final Reconnect NEVER = new Reconnect(false, Duration.ZERO, Duration.ZERO, 0);

    public Reconnect {
        if (attempts < 0 || least.isNegative() || most.compareTo(least) < 0) {
            throw new IllegalArgumentException("0 <= least <= most, and attempts are 0 or more");
        }
    }

    /** The same for first attempts. */
    public Reconnect withFirst(boolean value) {
        return new Reconnect(value, least, most, attempts);
    }

    /** The same with other waits. */
    public Reconnect between(Duration shortest, Duration longest) {
        return new Reconnect(first, shortest, longest, attempts);
    }
}

package io.godwit.broker.connection;

import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.ReasonCode;

/**
 * Holds a client to the rate at which it may publish: a bucket of messages and one of bytes. What
 * is taken beyond them is owed, and the client is not read until it is paid off. On the
 * connection's loop only.
 */
final class PublishQuota extends TimerWheel.Timer {

    private static final double SECOND = 1000;

    private final Connection connection;
    private double messages;
    private double bytes;
    private long filledAt;
    private boolean hasBeenTold;

    /** Full buckets. */
    PublishQuota(Connection connection, PublishRate limit) {
        this.connection = connection;
        messages = mostMessages(limit);
        bytes = mostBytes(limit);
        filledAt = connection.shard().now();
    }

    private static double mostMessages(PublishRate limit) {
        return Math.max(1, limit.messages() * limit.burst().toMillis() / SECOND);
    }

    private static double mostBytes(PublishRate limit) {
        return limit.bytes() * limit.burst().toMillis() / SECOND;
    }

    /**
     * Counts a PUBLISH.
     *
     * @throws ProtocolError if it is too much, and the limit says that this ends the connection
     */
    void count(int payload, PublishRate limit) throws ProtocolError {
        long now = connection.shard().now();
        double seconds = (now - filledAt) / SECOND;
        filledAt = now;
        double owed = 0;
        if (limit.messages() > 0) {
            messages = Math.min(mostMessages(limit), messages + seconds * limit.messages()) - 1;
            owed = -messages / limit.messages();
        }
        if (limit.bytes() > 0) {
            bytes = Math.min(mostBytes(limit), bytes + seconds * limit.bytes()) - payload;
            owed = Math.max(owed, -bytes / limit.bytes());
        }
        if (owed <= 0) {
            return;
        }
        if (limit.disconnects()) {
            connection.shard().counters().increment(Counter.PUBLISHERS_DISCONNECTED);
            throw new ProtocolError(ReasonCode.MESSAGE_RATE_TOO_HIGH, over(limit));
        }
        pause(owed, limit);
    }

    private static String over(PublishRate limit) {
        return "it publishes more than limits.client allows: %d messages and %d bytes a second (0: any)"
                .formatted(limit.messages(), limit.bytes());
    }

    private void pause(double seconds, PublishRate limit) {
        if (isSet()) {
            return; // what is read already is worked off
        }
        if (!hasBeenTold) {
            hasBeenTold = true;
            connection.tell("is read more slowly, since " + over(limit));
        }
        connection.shard().counters().increment(Counter.PUBLISHERS_PAUSED);
        connection.reading().pause();
        connection.shard().after((long) Math.ceil(seconds * SECOND), this);
    }

    void stop() {
        connection.shard().timers().cancel(this);
    }

    @Override
    protected void fire() {
        connection.reading().resume();
    }
}

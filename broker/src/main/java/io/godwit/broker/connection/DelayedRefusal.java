package io.godwit.broker.connection;

import io.godwit.broker.shard.TimerWheel;
import io.godwit.codec.ReasonCode;

/**
 * The refusal of a CONNECT that waits, of which nothing else is kept. Has taken its place among
 * those that wait, and gives it back.
 */
final class DelayedRefusal extends TimerWheel.Timer {

    private final Connection connection;
    private final ReasonCode reasonCode;
    private final String why;

    DelayedRefusal(Connection connection, ReasonCode reasonCode, String why) {
        this.connection = connection;
        this.reasonCode = reasonCode;
        this.why = why;
    }

    @Override
    protected void fire() {
        connection.here().protection().endDelay();
        if (connection.phase() == Phase.DECIDING) {
            connection.attempt(() -> connection.reject(reasonCode, why));
        }
    }
}

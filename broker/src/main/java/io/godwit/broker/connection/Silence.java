package io.godwit.broker.connection;

import io.godwit.broker.shard.TimerWheel;
import io.godwit.codec.ReasonCode;

/**
 * Ends a connection whose client is silent for too long: before CONNECT, and then by its keep alive
 * (§3.1.2.10). On the connection's loop only.
 */
final class Silence extends TimerWheel.Timer {

    private final Connection connection;
    private long lastHeard;

    /** Milliseconds of silence that are allowed; 0 for any. */
    private long allowed;

    Silence(Connection connection) {
        this.connection = connection;
    }

    /** Allows so many milliseconds until CONNECT is complete. */
    void expectConnect(long millis) {
        allowed = millis;
        broken();
        connection.shard().after(millis, this);
    }

    /** The keep alive in seconds; 0 for none. */
    int keepAlive() {
        return (int) (allowed / 1500);
    }

    /** Allows one and a half times the keep alive; 0 seconds turn it off. */
    void keepAlive(int seconds) {
        allowed = seconds * 1500L; // [v5 MQTT-3.1.2-22], [v3 MQTT-3.1.2-24]
        broken();
        if (allowed > 0) {
            connection.shard().after(allowed, this);
        }
    }

    /** A packet has come, or the server was the one that did not read. */
    void broken() {
        lastHeard = connection.shard().steadyNow();
    }

    void stop() {
        connection.shard().timers().cancel(this);
    }

    @Override
    protected void fire() {
        if (connection.reading().isPaused()) {
            broken();
        }
        long left = lastHeard + allowed - connection.shard().steadyNow();
        if (left > 0) {
            connection.shard().after(left, this);
        } else if (connection.isConnected()) {
            connection.close(
                    ReasonCode.KEEP_ALIVE_TIMEOUT,
                    "no packet came for %.1f s".formatted(allowed / 1000.0));
        } else {
            connection.close(
                    ReasonCode.KEEP_ALIVE_TIMEOUT,
                    "no CONNECT came within %.1f s".formatted(allowed / 1000.0));
        }
    }
}

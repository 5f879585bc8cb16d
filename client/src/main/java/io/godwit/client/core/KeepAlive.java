package io.godwit.client.core;

import io.godwit.client.ConnectionLost;
import io.godwit.codec.PingReq;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends PINGREQ where nothing else is sent [v5 MQTT-3.1.2-20], and notices a server that is silent.
 * While the client itself does not read, no server is judged. Under the lock.
 */
final class KeepAlive {

    private final Engine engine;
    private final Connection connection;
    private final long interval; // nanoseconds; 0 is none
    private final long patience;
    private long sentAt;
    private long receivedAt;
    private long reads;
    private long pingAt;
    private boolean pinged;
    private Timing.@Nullable Alarm alarm;

    KeepAlive(Engine engine, Connection connection, int seconds) {
        this.engine = engine;
        this.connection = connection;
        this.interval = Duration.ofSeconds(seconds).toNanos();
        this.patience = Math.min(interval, engine.settings.timeout().toNanos());
        this.sentAt = engine.timing.nanos();
        this.receivedAt = sentAt;
    }

    void start() {
        reads = connection.reads();
        if (interval > 0) {
            alarm = engine.after(Duration.ofNanos(lead()), this::look);
        }
    }

    /** A quarter earlier than the server expects something. */
    private long lead() {
        return interval - interval / 4;
    }

    void sent() {
        sentAt = engine.timing.nanos();
    }

    /** The client reads again. */
    void resumed() {
        receivedAt = engine.timing.nanos();
        pinged = false;
    }

    void stop() {
        if (alarm != null) {
            alarm.cancel();
        }
    }

    private void look() {
        if (connection.isEnding()) {
            return;
        }
        long now = engine.timing.nanos();
        long seen = connection.reads();
        if (seen != reads || connection.isPaused()) {
            reads = seen;
            receivedAt = now;
            pinged = false;
        }
        if (pinged && now - pingAt >= patience) {
            connection.end(
                    new ConnectionLost(
                            "%s has been silent for %d s"
                                    .formatted(
                                            connection.peer(),
                                            Duration.ofNanos(now - receivedAt).toSeconds()),
                            null),
                    null);
            return;
        }
        boolean quiet = now - sentAt >= lead();
        if (quiet || !pinged && now - receivedAt >= lead()) {
            connection.send(new PingReq());
            sentAt = now;
            if (!pinged) {
                pinged = true;
                pingAt = now;
            }
        }
        long due = Math.min(sentAt + lead(), receivedAt + lead());
        if (pinged) {
            due = Math.min(sentAt + lead(), pingAt + patience);
        }
        long wait = Math.max(due - now, Duration.ofMillis(10).toNanos());
        alarm = engine.after(Duration.ofNanos(wait), this::look);
    }
}

package io.godwit.app.bench;

import io.godwit.client.Connected;
import io.godwit.client.ConnectionListener;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A client of a run. */
class Member {

    final MqttClient client;
    final Tally tally;

    /** Whether it has ever been connected; of no use before {@link #connect} has completed. */
    private volatile boolean isUsable;

    Member(MqttClient client, Tally tally) {
        this.client = client;
        this.tally = tally;
        client.onConnection(new Connections());
    }

    private final class Connections implements ConnectionListener {
        private boolean isConnected;
        private boolean wasConnected;

        @Override
        public void connected(Connected connected) {
            if (wasConnected) {
                tally.reconnects.increment();
            }
            isConnected = true;
            wasConnected = true;
        }

        @Override
        public void disconnected(@Nullable MqttException cause, @Nullable Duration retryIn) {
            if (isConnected && cause != null) {
                tally.disconnects.increment();
                tally.failures.add(cause);
            }
            isConnected = false;
        }
    }

    /**
     * Connects and gets ready. Completes with whether that went well, never with an exception: what
     * fails is counted.
     */
    final CompletableFuture<Boolean> connect() {
        long begin = System.nanoTime();
        return client.connect()
                .handle((_, failure) -> {
                    if (failure == null) {
                        tally.connecting.record(System.nanoTime() - begin);
                        tally.connected.increment();
                        isUsable = true;
                    } else {
                        tally.unconnected.increment();
                        tally.failures.add(failure);
                    }
                    return isUsable;
                })
                .thenCompose(made -> made ? begin() : CompletableFuture.completedFuture(false));
    }

    /** Does what comes after CONNACK. */
    CompletableFuture<Boolean> begin() {
        return CompletableFuture.completedFuture(true);
    }

    /** Whether it was connected. */
    final boolean isUsable() {
        return isUsable;
    }
}

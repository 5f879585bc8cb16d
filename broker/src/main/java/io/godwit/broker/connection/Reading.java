package io.godwit.broker.connection;

import io.godwit.broker.protection.ListenerLoad;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import io.godwit.broker.routing.Publisher;
import io.godwit.broker.spi.Wire;
import io.godwit.codec.ProtocolError;
import org.jspecify.annotations.Nullable;

/**
 * Whether a connection is read: not while its publications would fill a mailbox or the store faster
 * than they empty. On the connection's loop only.
 */
final class Reading implements Publisher {

    private final Connection connection;
    private final Wire wire;
    private final Silence silence;
    private final ListenerLoad listener;
    private @Nullable PublishQuota quota;
    private boolean inTurn;
    private boolean hasStored;
    private boolean waitsForStore;
    private int pauses;

    Reading(Connection connection, Wire wire, Silence silence, ListenerLoad listener) {
        this.connection = connection;
        this.wire = wire;
        this.silence = silence;
        this.listener = listener;
    }

    /** The client may send what it likes, unless it was paused before. */
    void start() {
        if (pauses == 0) {
            wire.resumeReading();
        }
    }

    @Override
    public boolean joinTurn() {
        boolean first = !inTurn;
        inTurn = true;
        return first;
    }

    @Override
    public void leaveTurn() {
        inTurn = false;
    }

    @Override
    public void pause() {
        if (pauses++ == 0 && connection.isConnected()) {
            wire.pauseReading();
        }
    }

    @Override
    public void resume() {
        if (--pauses == 0 && connection.isConnected()) {
            silence.broken();
            wire.resumeReading();
        }
    }

    /**
     * Whether the next packet has to wait, though it was read: a publication may have so many
     * subscribers that a few of them fill the store's memory.
     */
    boolean mustWait() {
        if (hasStored) {
            waitForStore();
        }
        return pauses > 0;
    }

    /** A message of this client has to be stored; pauses while too much waits to be written. */
    void waitForStore() {
        hasStored = true;
        if (!waitsForStore && connection.here().store().isBehind()) {
            waitsForStore = true;
            pause();
            connection
                    .here()
                    .store()
                    .whenCaughtUp(() -> {
                        waitsForStore = false;
                        resume();
                    });
        }
    }

    /**
     * Counts a PUBLISH against what its listener allows a client, if that is limited.
     *
     * @param payload its bytes
     * @throws ProtocolError if it is one too many, and that ends the connection
     */
    void count(int payload) throws ProtocolError {
        PublishRate limit = listener.publishRate();
        if (!limit.isLimited()) {
            return;
        }
        PublishQuota counting = quota;
        if (counting == null) {
            counting = new PublishQuota(connection, limit);
            quota = counting;
        }
        counting.count(payload, limit);
    }

    /** The connection has closed. */
    void stop() {
        if (quota != null) {
            quota.stop();
        }
    }

    /** Whether reading is stopped by the server, so that silence is not the client's. */
    boolean isPaused() {
        return pauses > 0;
    }
}

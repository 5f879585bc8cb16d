package io.godwit.broker.connection;

import io.godwit.broker.routing.Publisher;
import io.godwit.broker.spi.Wire;

/**
 * Whether a connection is read: not while its publications would fill a mailbox or the store faster
 * than they empty. On the connection's loop only.
 */
final class Reading implements Publisher {

    private final Connection connection;
    private final Wire wire;
    private final Silence silence;
    private boolean inTurn;
    private boolean waitsForStore;
    private int pauses;

    Reading(Connection connection, Wire wire, Silence silence) {
        this.connection = connection;
        this.wire = wire;
        this.silence = silence;
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

    /** Pauses while too much waits to be written. */
    void waitForStore() {
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

    /** Whether reading is stopped by the server, so that silence is not the client's. */
    boolean isPaused() {
        return pauses > 0;
    }
}

package io.godwit.transport;

/** Counts a listener's handshakes that are under way, and bounds them. Safe from any thread. */
final class HandshakeBudget {

    private final Runnable whenRoom;
    private int limit;
    private int underWay;
    private boolean waiting;

    /**
     * None is under way.
     *
     * @param whenRoom called when there is room again, on any thread
     */
    HandshakeBudget(int limit, Runnable whenRoom) {
        this.limit = limit;
        this.whenRoom = whenRoom;
    }

    /**
     * Counts one more.
     *
     * @return whether there is room for another one; if not, the action is called when there is
     */
    synchronized boolean begin() {
        underWay++;
        waiting = underWay >= limit;
        return !waiting;
    }

    /** One is over, however it ended. */
    void end() {
        if (isRoomNow(-1)) {
            whenRoom.run();
        }
    }

    /** Sets another limit, 1 or more. */
    void limit(int other) {
        synchronized (this) {
            limit = other;
        }
        if (isRoomNow(0)) {
            whenRoom.run();
        }
    }

    private synchronized boolean isRoomNow(int change) {
        underWay += change;
        boolean isRoom = waiting && underWay < limit;
        if (isRoom) {
            waiting = false;
        }
        return isRoom;
    }

    /** Whether sockets wait for the end of a handshake. */
    synchronized boolean isWaiting() {
        return waiting;
    }

    synchronized int limit() {
        return limit;
    }

    synchronized int underWay() {
        return underWay;
    }
}

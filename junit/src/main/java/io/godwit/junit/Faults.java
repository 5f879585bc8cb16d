package io.godwit.junit;

import io.godwit.codec.PacketType;
import io.godwit.junit.Fault.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong between the clients of a broker and the broker at the moment. Safe from any
 * thread.
 */
final class Faults {

    private final List<Fault> active = new ArrayList<>();

    /** Looked at for each packet, without a lock. */
    private volatile boolean isQuiet = true;

    synchronized void add(Fault fault) {
        active.add(fault);
        isQuiet = false;
    }

    synchronized void remove(Fault fault) {
        active.remove(fault);
        isQuiet = active.isEmpty();
        notifyAll(); // who was stopped by it
    }

    /** Wakes who waits, since a connection has closed. */
    synchronized void wake() {
        notifyAll();
    }

    /**
     * What becomes of a packet that begins.
     *
     * @param type null if it has none
     */
    Verdict judge(String clientId, Direction direction, @Nullable PacketType type) {
        return isQuiet ? Verdict.PASS : judged(clientId, direction, type);
    }

    private synchronized Verdict judged(
            String clientId, Direction direction, @Nullable PacketType type) {
        Verdict worst = Verdict.PASS;
        for (Fault fault : List.copyOf(active)) {
            if (worst == Verdict.DROP || !fault.isAbout(clientId)) {
                continue; // what is dropped does not count for the others
            }
            Verdict verdict = fault.rule().judge(direction, type);
            if (verdict != Verdict.PASS) {
                worst = verdict;
                remove(fault);
                fault.hasStruck();
            }
        }
        return worst;
    }

    /** Whether a client is not to get anything. */
    boolean isStopped(String clientId) {
        return !isQuiet && stopping(clientId) != null;
    }

    /** Waits as long as the client of a connection is not to get anything. */
    void awaitRelease(ProxyConnection connection) throws InterruptedException {
        if (isQuiet) {
            return;
        }
        synchronized (this) {
            Fault fault;
            while (!connection.isClosed() && (fault = stopping(connection.clientId())) != null) {
                fault.hasStruck();
                wait();
            }
        }
    }

    private synchronized @Nullable Fault stopping(String clientId) {
        for (Fault fault : active) {
            if (fault.stopsReading() && fault.isAbout(clientId)) {
                return fault;
            }
        }
        return null;
    }
}

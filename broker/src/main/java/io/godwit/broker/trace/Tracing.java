package io.godwit.broker.trace;

import io.godwit.broker.shard.FlightRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The traces that run: mostly none, which costs a packet one look; and whether connections have a
 * {@link FlightRecorder}. Safe for every thread.
 */
public final class Tracing {

    /** Traces that may run at once. */
    public static final int MOST = 8;

    private volatile List<Trace> traces = List.of();
    private volatile boolean on;
    private volatile boolean recording = true;

    /**
     * Begins a trace, until it is closed.
     *
     * @return empty if {@link #MOST} run already
     */
    public synchronized Optional<Trace> begin(TraceFilter filter) {
        if (traces.size() >= MOST) {
            return Optional.empty();
        }
        Trace trace = new Trace(this, filter);
        List<Trace> more = new ArrayList<>(traces);
        more.add(trace);
        traces = List.copyOf(more);
        on = true;
        return Optional.of(trace);
    }

    synchronized void end(Trace trace) {
        List<Trace> fewer = new ArrayList<>(traces);
        fewer.remove(trace);
        traces = List.copyOf(fewer);
        on = !fewer.isEmpty();
    }

    /** Whether anybody looks. */
    public boolean isOn() {
        return on;
    }

    /** Gives connections a flight recorder from now on, or none. */
    public void recordPackets(boolean isOn) {
        recording = isOn;
    }

    /** What a new connection notes its packets in; null if that is switched off. */
    public @Nullable FlightRecorder recorder() {
        return recording ? new FlightRecorder() : null;
    }

    /** Shows a packet to those who look. */
    public void note(TracedPacket packet) {
        traces.forEach(trace -> trace.note(packet));
    }
}

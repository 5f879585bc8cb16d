package io.godwit.app.bench;

import io.godwit.app.bench.Run.Progress;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Says again and again how far a run has got. */
public final class ProgressLines implements AutoCloseable {

    private static final double MICROS_OF_MILLI = 1_000;

    private final Load load;
    private final Run run;
    private final Duration interval;
    private final Consumer<String> out;
    private final Thread thread;
    private long sent;
    private long received;

    /**
     * Begins.
     *
     * @param out takes a line, without its end, each interval
     */
    public ProgressLines(Load load, Run run, Duration interval, Consumer<String> out) {
        this.load = load;
        this.run = run;
        this.interval = interval;
        this.out = out;
        this.thread = Thread.ofVirtual().name("bench-progress").start(this::repeat);
    }

    private void repeat() {
        try {
            while (true) {
                Thread.sleep(interval);
                out.accept(line(run.progress()));
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private String line(Progress progress) {
        StringBuilder line = new StringBuilder();
        line.append(
                switch (progress.phase()) {
                    case CONNECTING -> "connecting";
                    case LOADING ->
                            String.format(Locale.ROOT, "%3d s", progress.inPhase().toSeconds());
                    case DRAINING -> "waiting for what is under way";
                });
        line.append("  connected %d/%d".formatted(progress.connected(), load.clients()));
        double seconds = interval.toNanos() / 1e9;
        if (load.kind().publishes()) {
            line.append(
                    String.format(
                            Locale.ROOT,
                            "  sent %d (%.0f/s)",
                            progress.sent(),
                            (progress.sent() - sent) / seconds));
            sent = progress.sent();
        }
        if (load.kind().subscribes()) {
            line.append(
                    String.format(
                            Locale.ROOT,
                            "  received %d (%.0f/s)",
                            progress.received(),
                            (progress.received() - received) / seconds));
            received = progress.received();
        }
        Histogram latest = progress.latest();
        if (latest.getTotalCount() > 0) {
            line.append(
                    String.format(
                            Locale.ROOT,
                            "  ms p50 %.2f p99 %.2f max %.2f",
                            latest.getValueAtPercentile(50) / MICROS_OF_MILLI,
                            latest.getValueAtPercentile(99) / MICROS_OF_MILLI,
                            latest.getMaxValue() / MICROS_OF_MILLI));
        }
        if (progress.failed() > 0 || progress.disconnects() > 0) {
            line.append(
                    "  failed %d, disconnects %d"
                            .formatted(progress.failed(), progress.disconnects()));
        }
        return line.toString();
    }

    /** Ends; after that nothing is said any more. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

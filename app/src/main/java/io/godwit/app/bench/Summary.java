package io.godwit.app.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A report in words, and in JSON. */
public final class Summary {

    private static final double MICROS_OF_MILLI = 1_000;
    private static final double BYTES_OF_MB = 1_000_000;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};
    private static final String[] NAMES = {"p50", "p90", "p99", "p99.9"};

    private final Report report;
    private final Load load;
    private final String server;
    private final String version;

    /** Of a report, with the server and the protocol version that it is about. */
    public Summary(Report report, String server, String version) {
        this.report = report;
        this.load = report.load();
        this.server = server;
        this.version = version;
    }

    /** For people: some lines without the end of the last. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(title());
        lines.add(
                String.format(
                        Locale.ROOT,
                        "connected   %d of %d in %.1f s",
                        report.connected(),
                        load.clients(),
                        seconds(report.connectTime().toNanos())));
        if (load.kind().publishes()) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "published   %d in %.1f s, %.1f/s; %s %d",
                            report.sent(),
                            seconds(report.time().toNanos()),
                            perSecond(report.sent()),
                            load.qos() == 0 ? "handed to the system" : "acknowledged",
                            report.acknowledged()));
        }
        if (load.kind().subscribes()) {
            String of = report.expected() == Report.UNKNOWN ? "" : " of " + report.expected();
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "received    %d%s, %.1f/s, %.1f MB",
                            report.received(),
                            of,
                            perSecond(report.received()),
                            report.receivedBytes() / BYTES_OF_MB));
        }
        if (report.connected() > 0) {
            latencies(lines);
        }
        lines.add(faults());
        remarks(lines);
        report.failures().forEach((words, times) -> lines.add("  %d x %s".formatted(times, words)));
        return String.join("\n", lines);
    }

    private String title() {
        List<String> parts = new ArrayList<>();
        parts.add("bench %s at %s, MQTT %s".formatted(load.kind().word(), server, version));
        switch (load.kind()) {
            case CONN -> parts.add(count(load.clients(), "connection"));
            case PUB -> parts.add(count(load.clients(), "publisher"));
            case SUB -> parts.add(count(load.clients(), "subscriber"));
            case PAIR ->
                    parts.add(
                            "%s, each with %s and %s"
                                    .formatted(
                                            count(load.topics(), "topic"),
                                            count(load.publishers(), "publisher"),
                                            count(load.subscribers(), "subscriber")));
        }
        if (load.kind() != Kind.CONN) {
            parts.add("QoS " + load.qos());
        }
        if (load.kind().publishes()) {
            parts.add(load.payloadSize() + " bytes");
            parts.add(
                    load.isPaced()
                            ? number(load.rate()) + "/s in all"
                            : load.inFlight() + " in flight for each");
        }
        return String.join(", ", parts);
    }

    private static String count(int number, String what) {
        return "%d %s%s".formatted(number, what, number == 1 ? "" : "s");
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    private void latencies(List<String> lines) {
        lines.add("latency, ms        p50        p90        p99      p99.9        max");
        latency(lines, "connect", report.connecting());
        latency(lines, "acknowledge", report.acknowledging());
        latency(lines, "deliver", report.delivering());
    }

    private static void latency(List<String> lines, String what, Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return;
        }
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-12s", what));
        for (double percentile : PERCENTILES) {
            line.append(
                    String.format(
                            Locale.ROOT,
                            "%10.3f ",
                            histogram.getValueAtPercentile(percentile) / MICROS_OF_MILLI));
        }
        line.append(
                String.format(Locale.ROOT, "%10.3f", histogram.getMaxValue() / MICROS_OF_MILLI));
        lines.add(line.toString());
    }

    private String faults() {
        List<String> faults = new ArrayList<>();
        if (load.kind().subscribes()) {
            if (report.isChecked()) {
                faults.add("lost " + report.lost());
                faults.add("duplicates " + report.duplicates());
                faults.add("out of order " + report.outOfOrder());
            } else {
                faults.add("shared, so not checked for what is lost");
            }
        }
        if (load.kind().publishes()) {
            faults.add("refused " + report.refused());
            faults.add("unacknowledged " + report.unacknowledged());
        }
        faults.add("not connected " + report.unconnected());
        faults.add(
                "disconnects %d (%d came back)"
                        .formatted(report.disconnects(), report.reconnects()));
        return String.join(", ", faults);
    }

    private void remarks(List<String> lines) {
        if (report.unsent() > 0 && report.connected() > 0) {
            lines.add(
                    "%d of %d messages were not sent in time: what was asked for is more than this"
                                    .formatted(report.unsent(), report.planned())
                            + " machine, the network or the server carries");
        }
        if (report.unsubscribed() > 0) {
            lines.add("%d subscriptions were refused".formatted(report.unsubscribed()));
        }
        if (report.droppedHere() > 0) {
            lines.add(
                    "%d messages of QoS 0 were dropped here: this program was too slow for them"
                            .formatted(report.droppedHere()));
        }
        if (report.foreign() > 0) {
            lines.add(
                    "%d messages came that %s"
                            .formatted(
                                    report.foreign(),
                                    load.kind() == Kind.PAIR
                                            ? "are not of this run; they are not counted"
                                            : "have no time stamp; they count without a latency"));
        }
        if (report.ahead() > 0) {
            lines.add(
                    "%d messages have a time that is still to come: the clocks differ, and latencies"
                                    .formatted(report.ahead())
                            + " mean nothing");
        }
    }

    private double perSecond(long count) {
        double seconds = seconds(report.time().toNanos());
        return seconds > 0 ? count / seconds : 0;
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    /** For programs: one object in one line. */
    public String json() throws IOException {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("bench", load.kind().word());
            json.writeStringField("server", server);
            json.writeStringField("version", version);
            json.writeBooleanField("clean", report.isClean());
            json.writeNumberField("clients", load.clients());
            json.writeNumberField("connected", report.connected());
            json.writeNumberField("not-connected", report.unconnected());
            json.writeNumberField("disconnects", report.disconnects());
            json.writeNumberField("reconnects", report.reconnects());
            json.writeNumberField("connect-seconds", seconds(report.connectTime().toNanos()));
            json.writeNumberField("seconds", seconds(report.time().toNanos()));
            if (load.kind() != Kind.CONN) {
                json.writeNumberField("qos", load.qos());
            }
            published(json);
            received(json);
            json.writeObjectFieldStart("latency-ms");
            latency(json, "connect", report.connecting());
            latency(json, "acknowledge", report.acknowledging());
            latency(json, "deliver", report.delivering());
            json.writeEndObject();
            json.writeArrayFieldStart("failures");
            for (Map.Entry<String, Long> failure : report.failures().entrySet()) {
                json.writeStartObject();
                json.writeStringField("message", failure.getKey());
                json.writeNumberField("count", failure.getValue());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return line.toString();
    }

    private void published(JsonGenerator json) throws IOException {
        if (!load.kind().publishes()) {
            return;
        }
        json.writeNumberField("payload-size", load.payloadSize());
        json.writeNumberField("published", report.sent());
        json.writeNumberField("published-per-second", perSecond(report.sent()));
        json.writeNumberField("acknowledged", report.acknowledged());
        json.writeNumberField("refused", report.refused());
        json.writeNumberField("unacknowledged", report.unacknowledged());
        json.writeNumberField("unsent", report.unsent());
    }

    private void received(JsonGenerator json) throws IOException {
        if (!load.kind().subscribes()) {
            return;
        }
        json.writeNumberField("subscriptions-refused", report.unsubscribed());
        json.writeNumberField("received", report.received());
        json.writeNumberField("received-bytes", report.receivedBytes());
        json.writeNumberField("received-per-second", perSecond(report.received()));
        if (report.expected() != Report.UNKNOWN) {
            json.writeNumberField("expected", report.expected());
        }
        json.writeBooleanField("checked", report.isChecked());
        if (report.isChecked()) {
            json.writeNumberField("lost", report.lost());
            json.writeNumberField("duplicates", report.duplicates());
            json.writeNumberField("out-of-order", report.outOfOrder());
        }
        json.writeNumberField("foreign", report.foreign());
        json.writeNumberField("ahead", report.ahead());
        json.writeNumberField("dropped-here", report.droppedHere());
    }

    private static void latency(JsonGenerator json, String what, Histogram histogram)
            throws IOException {
        if (histogram.getTotalCount() == 0) {
            return;
        }
        json.writeObjectFieldStart(what);
        for (int i = 0; i < NAMES.length; i++) {
            json.writeNumberField(
                    NAMES[i], histogram.getValueAtPercentile(PERCENTILES[i]) / MICROS_OF_MILLI);
        }
        json.writeNumberField("max", histogram.getMaxValue() / MICROS_OF_MILLI);
        json.writeEndObject();
    }
}

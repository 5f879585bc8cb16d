package io.godwit.admin.metrics;

import io.godwit.broker.control.BrokerMetrics.Measures;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes metrics in the formats that monitoring reads. Safe for every thread. */
final class Exposition {

    private final OpenMetricsTextFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
    private final PrometheusTextFormatWriter text = PrometheusTextFormatWriter.create();
    private final List<Family> families = Families.all();

    /** Those of the Java machine, which are of the whole process. */
    private final PrometheusRegistry machine = new PrometheusRegistry();

    Exposition() {
        JvmMetrics.builder().register(machine);
    }

    /**
     * A format.
     *
     * @param contentType its media type
     * @param body what is written in it
     */
    record Written(String contentType, byte[] body) {}

    /**
     * Writes all metrics.
     *
     * @param accept what whoever asks accepts, as in the header of that name: OpenMetrics if that
     *     is in it, otherwise Prometheus's own text
     */
    Written write(Measures measures, @Nullable String accept) {
        ExpositionFormatWriter writer =
                accept != null && openMetrics.accepts(accept) ? openMetrics : text;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, snapshots(measures));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new Written(writer.getContentType(), out.toByteArray());
    }

    private MetricSnapshots snapshots(Measures measures) {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        for (Family family : families) {
            all.metricSnapshot(family.snapshot().apply(measures));
        }
        for (MetricSnapshot each : machine.scrape()) {
            all.metricSnapshot(each);
        }
        return all.build();
    }
}

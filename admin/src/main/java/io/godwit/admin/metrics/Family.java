package io.godwit.admin.metrics;

import io.godwit.broker.control.BrokerMetrics.Measures;
import io.godwit.broker.control.Histogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A metric: how it is called, what it is, and what it says of a broker.
 *
 * @param name as it stands in what is exported; a counter's ends with {@code _total}
 * @param help what it is, in a line
 * @param snapshot makes the library's form of it
 */
record Family(String name, String help, Function<Measures, MetricSnapshot> snapshot) {

    private static final String TOTAL = "_total";
    private static final String INFO = "_info";

    /** One value with its labels. */
    record Sample(Labels labels, double value) {

        /** With one label. */
        static Sample of(String label, String is, double value) {
            return new Sample(Labels.of(label, is), value);
        }
    }

    /** What only grows. */
    static Family counter(String name, String help, ToDoubleFunction<Measures> value) {
        return counters(
                name,
                help,
                measures -> List.of(new Sample(Labels.EMPTY, value.applyAsDouble(measures))));
    }

    /** What only grows, by labels. */
    static Family counters(String name, String help, Function<Measures, List<Sample>> samples) {
        if (!name.endsWith(TOTAL)) {
            throw new IllegalArgumentException(name + " is a counter's and has to end with _total");
        }
        String base = name.substring(0, name.length() - TOTAL.length());
        return new Family(
                name,
                help,
                measures -> {
                    CounterSnapshot.Builder builder =
                            CounterSnapshot.builder().name(base).help(help);
                    for (Sample sample : samples.apply(measures)) {
                        builder.dataPoint(
                                CounterDataPointSnapshot.builder()
                                        .labels(sample.labels())
                                        .value(Math.max(0, sample.value()))
                                        .build());
                    }
                    return builder.build();
                });
    }

    /**
     * What does not change; its value is 1.
     *
     * @param name ends with {@code _info}
     */
    static Family info(String name, String help, Function<Measures, Labels> labels) {
        if (!name.endsWith(INFO)) {
            throw new IllegalArgumentException(name + " has to end with _info");
        }
        String base = name.substring(0, name.length() - INFO.length());
        return new Family(
                name,
                help,
                measures ->
                        InfoSnapshot.builder()
                                .name(base)
                                .help(help)
                                .dataPoint(
                                        InfoDataPointSnapshot.builder()
                                                .labels(labels.apply(measures))
                                                .build())
                                .build());
    }

    /** What there is now. */
    static Family gauge(String name, String help, ToDoubleFunction<Measures> value) {
        return gauges(
                name,
                help,
                measures -> List.of(new Sample(Labels.EMPTY, value.applyAsDouble(measures))));
    }

    /** What there is now, by labels. */
    static Family gauges(String name, String help, Function<Measures, List<Sample>> samples) {
        return new Family(
                name,
                help,
                measures -> {
                    GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name(name).help(help);
                    for (Sample sample : samples.apply(measures)) {
                        builder.dataPoint(
                                GaugeDataPointSnapshot.builder()
                                        .labels(sample.labels())
                                        .value(sample.value())
                                        .build());
                    }
                    return builder.build();
                });
    }

    /**
     * How often something was how large.
     *
     * @param label tells several histograms apart, by their place from 0
     */
    static Family histograms(
            String name, String help, String label, Function<Measures, List<Histogram>> of) {
        return new Family(
                name,
                help,
                measures -> {
                    List<Histogram> all = of.apply(measures);
                    HistogramSnapshot.Builder builder =
                            HistogramSnapshot.builder().name(name).help(help);
                    for (int i = 0; i < all.size(); i++) {
                        Labels labels = Labels.of(label, Integer.toString(i));
                        builder.dataPoint(point(labels, all.get(i)));
                    }
                    return builder.build();
                });
    }

    /** The same of one thing; nothing is exported where the list is empty. */
    static Family histogram(String name, String help, Function<Measures, List<Histogram>> of) {
        return new Family(
                name,
                help,
                measures -> {
                    HistogramSnapshot.Builder builder =
                            HistogramSnapshot.builder().name(name).help(help);
                    of.apply(measures).forEach(one -> builder.dataPoint(point(Labels.EMPTY, one)));
                    return builder.build();
                });
    }

    private static HistogramDataPointSnapshot point(Labels labels, Histogram histogram) {
        List<Double> bounds = new ArrayList<>(histogram.upperBounds());
        bounds.add(Double.POSITIVE_INFINITY);
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, histogram.counts()))
                .sum(histogram.sum())
                .build();
    }
}

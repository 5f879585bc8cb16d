package io.godwit.broker.control;

import java.util.List;

/**
 * How often something was how large.
 *
 * @param upperBounds of all buckets but the last, inclusive and increasing, in a unit that whoever
 *     gives it says
 * @param counts how many fell into each bucket; one more than bounds, since the last has none
 * @param sum of all that fell into them, in the same unit
 */
public record Histogram(List<Double> upperBounds, List<Long> counts, double sum) {

    /** Copies the lists. */
    public Histogram {
        upperBounds = List.copyOf(upperBounds);
        counts = List.copyOf(counts);
        if (counts.size() != upperBounds.size() + 1) {
            throw new IllegalArgumentException(
                    "%d counts for %d bounds".formatted(counts.size(), upperBounds.size()));
        }
    }
}

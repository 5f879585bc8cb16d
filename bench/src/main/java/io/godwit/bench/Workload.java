package io.godwit.bench;

import java.util.Random;

/** Topics of four levels, as of sites, lines, machines and what they measure. */
final class Workload {

    private static final String[] MEASURES = {
        "temperature", "pressure", "speed", "state", "alarm", "power", "position", "count"
    };
    private static final String[] WILDCARDS = {
        "%1$s/%2$s/%3$s/+",
        "%1$s/%2$s/+/%4$s",
        "%1$s/+/%3$s/%4$s",
        "+/%2$s/%3$s/%4$s",
        "%1$s/+/%3$s/+",
        "+/%2$s/%3$s/+",
        "+/+/%3$s/%4$s",
        "%1$s/%2$s/%3$s/#",
        "%1$s/+/%3$s/#",
        "+/%2$s/%3$s/#",
        "zone/%3$s/#",
        "+/+/%3$s/#"
    };

    private final int filters;

    Workload(int filters) {
        this.filters = filters;
    }

    /** The topic with a number: no two have the same third level. */
    String topic(int number) {
        return "%1$s/%2$s/%3$s/%4$s".formatted((Object[]) levels(number));
    }

    /**
     * The filter with a number, which matches the topic with that number; one in 120 matches none.
     * Every tenth has wildcards. No other filter matches that topic, but for one wildcard pattern
     * of the twelve: it leaves the third level open, so a few of its filters are the same, and one
     * in ten topics is matched by one of them as well.
     */
    String filter(int number) {
        if (number % 10 != 0) {
            return topic(number);
        }
        String pattern = WILDCARDS[number / 10 % WILDCARDS.length];
        return pattern.formatted((Object[]) levels(number));
    }

    private String[] levels(int number) {
        Random random = new Random(number);
        return new String[] {
            "site" + random.nextInt(Math.max(1, filters / 10_000)),
            "line" + random.nextInt(100),
            "m" + number,
            MEASURES[random.nextInt(MEASURES.length)]
        };
    }
}

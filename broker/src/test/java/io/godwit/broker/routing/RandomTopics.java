package io.godwit.broker.routing;

import java.util.StringJoiner;
import java.util.random.RandomGenerator;

/** Topic Names and Topic Filters out of few levels, so that many of them match. */
public final class RandomTopics {

    private static final String[] LEVELS = {
        "", "a", "b", "é", "日本", "😀", "$SYS", "abcdefg", "abcdefgh", "abcdefghi", "a long level, é"
    };

    private final RandomGenerator random;
    private final int most;

    /** With at most so many levels. */
    public RandomTopics(RandomGenerator random, int mostLevels) {
        this.random = random;
        this.most = mostLevels;
    }

    /** A Topic Name. */
    public String name() {
        while (true) {
            String name = join(1 + random.nextInt(most), 0);
            if (!name.isEmpty()) {
                return name;
            }
        }
    }

    /** A Topic Filter, with wildcards in most cases. */
    public String filter() {
        while (true) {
            boolean hash = random.nextInt(4) == 0;
            int levels = random.nextInt(hash ? 0 : 1, most + 1);
            String filter = join(levels, 30);
            if (hash) {
                return levels == 0 ? "#" : filter + "/#";
            }
            if (!filter.isEmpty()) {
                return filter;
            }
        }
    }

    private String join(int levels, int percentPlus) {
        StringJoiner text = new StringJoiner("/");
        for (int i = 0; i < levels; i++) {
            boolean plus = random.nextInt(100) < percentPlus;
            text.add(plus ? "+" : LEVELS[random.nextInt(LEVELS.length)]);
        }
        return text.toString();
    }
}

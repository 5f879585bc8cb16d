package io.godwit.broker.routing;

/**
 * Where the wildcards of a Topic Filter stand. Of all filters of one shape at most one matches a
 * given Topic Name, so that one probe of a {@link FilterTable} finds it.
 */
final class Shape {

    /** The shape without wildcards, of any depth. */
    static final Shape EXACT = new Shape(-1, 0, false, 0, 0);

    /** The most levels of a shape with wildcards. */
    static final int MOST_DEPTH = Long.SIZE;

    /** Levels in front of the {@code #}, or all levels. */
    final int depth;

    /** Bit i stands for a {@code +} in level i. */
    final long plus;

    /** Whether it ends in {@code #}. */
    final boolean multi;

    /** Keeps the hashes of two shapes apart. */
    final long key;

    /** One bit, which few other shapes have. */
    final long bit;

    /** How many filters of this shape the table holds; touched by the writer only. */
    int filters;

    Shape(int depth, long plus, boolean multi, long key, long bit) {
        this.depth = depth;
        this.plus = plus;
        this.multi = multi;
        this.key = key;
        this.bit = bit;
    }

    /** Whether any level may stand at this place, as far as it goes. */
    boolean isOpen(int level) {
        return level >= depth || (plus >>> level & 1) != 0;
    }

    /** Whether it does not match Topic Names that start with {@code $}. */
    boolean startsWithWildcard() {
        return (plus & 1) != 0 || (multi && depth == 0);
    }
}

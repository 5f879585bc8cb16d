package io.godwit.broker.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shapes that the table is probed for; immutable, replaced as a whole. The number of probes a
 * match makes is bounded, whatever clients subscribe to: filters of shapes beyond the limits go to
 * the {@link FilterTrie}.
 */
final class Shapes {

    /** Shapes with {@code +} and without {@code #} of one depth. */
    static final int SINGLE_PER_DEPTH = 32;

    /** Shapes with {@code #}, of all depths. */
    static final int MULTI = 64;

    /** The most that one match makes. */
    static final int MOST_PROBES = SINGLE_PER_DEPTH + MULTI;

    static final Shapes NONE = new Shapes(List.of());

    /**
     * The shapes of the filters that may match a name, as far as its depth tells.
     *
     * @param open for each level that {@link LiteralLevels} looks at, the bits of those that have
     *     no literal there
     * @param bits of all of them
     * @param byBit for each bit, the places of those among them that have it
     */
    record Candidates(Shape[] shapes, long[] open, long bits, int[][] byBit) {

        private static final int[] NOWHERE = {};

        private static Candidates of(List<Shape> shapes, int depth) {
            long[] open = new long[Math.min(depth, LiteralLevels.LEVELS)];
            for (int level = 0; level < open.length; level++) {
                for (Shape shape : shapes) {
                    open[level] |= shape.isOpen(level) ? shape.bit : 0;
                }
            }
            long bits = 0;
            int[][] byBit = new int[Long.SIZE][];
            Arrays.fill(byBit, NOWHERE);
            for (int place = 0; place < shapes.size(); place++) {
                Shape shape = shapes.get(place);
                bits |= shape.bit;
                int bit = Long.numberOfTrailingZeros(shape.bit);
                byBit[bit] = Arrays.copyOf(byBit[bit], byBit[bit].length + 1);
                byBit[bit][byBit[bit].length - 1] = place;
            }
            return new Candidates(shapes.toArray(new Shape[0]), open, bits, byBit);
        }
    }

    private final List<Shape> all;

    /** By the depth of a name; the last is for all that are deeper than a shape can be. */
    private final Candidates[] forNames = new Candidates[Shape.MOST_DEPTH + 2];

    /** The same for names that start with {@code $}. */
    private final Candidates[] forDollarNames = new Candidates[Shape.MOST_DEPTH + 2];

    private Shapes(List<Shape> all) {
        this.all = all;
        List<Shape> before = List.of();
        for (int depth = 0; depth < forNames.length; depth++) {
            List<Shape> found = new ArrayList<>();
            for (Shape shape : all) {
                if (shape.depth == depth || (shape.multi && shape.depth < depth)) {
                    found.add(shape);
                }
            }
            if (depth > LiteralLevels.LEVELS && found.equals(before)) { // as most depths are
                forNames[depth] = forNames[depth - 1];
                forDollarNames[depth] = forDollarNames[depth - 1];
                continue;
            }
            before = List.copyOf(found);
            forNames[depth] = Candidates.of(found, depth);
            found.removeIf(Shape::startsWithWildcard); // [v5 MQTT-4.7.2-1]
            forDollarNames[depth] = Candidates.of(found, depth);
        }
    }

    /** The shapes of filters that may match a Topic Name of so many levels. */
    Candidates forName(int depth, boolean dollar) {
        int deepest = Math.min(depth, Shape.MOST_DEPTH + 1);
        return dollar ? forDollarNames[deepest] : forNames[deepest];
    }

    @Nullable Shape find(int depth, long plus, boolean multi) {
        for (Shape shape : all) {
            if (shape.depth == depth && shape.plus == plus && shape.multi == multi) {
                return shape;
            }
        }
        return null;
    }

    /** Whether a further shape may be added. */
    boolean hasRoom(int depth, boolean multi) {
        if (depth > Shape.MOST_DEPTH) {
            return false;
        }
        long same =
                all.stream()
                        .filter(shape -> shape.multi == multi && (multi || shape.depth == depth))
                        .count();
        return same < (multi ? MULTI : SINGLE_PER_DEPTH);
    }

    /** The bit that the fewest have. */
    long freeBit() {
        int[] taken = new int[Long.SIZE];
        all.forEach(shape -> taken[Long.numberOfTrailingZeros(shape.bit)]++);
        int best = 0;
        for (int bit = 1; bit < taken.length; bit++) {
            best = taken[bit] < taken[best] ? bit : best;
        }
        return 1L << best;
    }

    Shapes with(Shape shape) {
        List<Shape> grown = new ArrayList<>(all);
        grown.add(shape);
        return new Shapes(grown);
    }

    Shapes without(Shape gone) {
        return new Shapes(all.stream().filter(shape -> shape != gone).toList());
    }
}

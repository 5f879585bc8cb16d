package io.godwit.broker.routing;

import java.util.ArrayList;
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

    private final List<Shape> all;

    /** By the depth of a name; the last is for all that are deeper than a shape can be. */
    private final Shape[][] forNames = new Shape[Shape.MOST_DEPTH + 2][];

    /** The same for names that start with {@code $}. */
    private final Shape[][] forDollarNames = new Shape[Shape.MOST_DEPTH + 2][];

    private Shapes(List<Shape> all) {
        this.all = all;
        for (int depth = 0; depth < forNames.length; depth++) {
            List<Shape> found = new ArrayList<>();
            for (Shape shape : all) {
                if (shape.depth == depth || (shape.multi && shape.depth < depth)) {
                    found.add(shape);
                }
            }
            forNames[depth] = found.toArray(new Shape[0]);
            found.removeIf(Shape::startsWithWildcard); // [v5 MQTT-4.7.2-1]
            forDollarNames[depth] = found.toArray(new Shape[0]);
        }
    }

    /** The shapes of filters that may match a Topic Name of so many levels. */
    Shape[] forName(int depth, boolean dollar) {
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

    Shapes with(Shape shape) {
        List<Shape> grown = new ArrayList<>(all);
        grown.add(shape);
        return new Shapes(grown);
    }

    Shapes without(Shape gone) {
        return new Shapes(all.stream().filter(shape -> shape != gone).toList());
    }
}

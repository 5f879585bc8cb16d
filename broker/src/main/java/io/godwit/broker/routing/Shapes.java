package io.godwit.broker.routing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The shapes that the table is probed for besides {@link Shape#EXACT}; immutable, replaced as a
 * whole. The number of probes a match makes is bounded, whatever clients subscribe to: filters of
 * shapes beyond the limits go to the {@link FilterTrie}.
 */
final class Shapes {

    /** Shapes without {@code #} of one depth. */
    static final int SINGLE_PER_DEPTH = 32;

    /** Shapes with {@code #}, of all depths. */
    static final int MULTI = 64;

    static final Shapes NONE = new Shapes(new Shape[0], new Shape[0][]);

    /** The shapes that end in {@code #}, by ascending depth. */
    final Shape[] multi;

    private final Shape[][] single;

    private Shapes(Shape[] multi, Shape[][] single) {
        this.multi = multi;
        this.single = single;
    }

    /** The shapes with {@code +} and without {@code #} for Topic Names of this many levels. */
    Shape[] single(int depth) {
        return depth < single.length ? single[depth] : NONE.multi;
    }

    @Nullable Shape find(int depth, long plus, boolean multi) {
        for (Shape shape : multi ? this.multi : single(depth)) {
            if (shape.is(depth, plus, multi)) {
                return shape;
            }
        }
        return null;
    }

    /** Whether a further shape may be added. */
    boolean hasRoom(int depth, boolean multi) {
        return multi ? this.multi.length < MULTI : single(depth).length < SINGLE_PER_DEPTH;
    }

    Shapes with(Shape shape) {
        if (shape.multi) {
            int at = 0;
            while (at < multi.length && multi[at].depth <= shape.depth) {
                at++;
            }
            Shape[] grown = Arrays.copyOf(multi, multi.length + 1);
            System.arraycopy(multi, at, grown, at + 1, multi.length - at);
            grown[at] = shape;
            return new Shapes(grown, single);
        }
        Shape[] same = single(shape.depth);
        Shape[] grown = Arrays.copyOf(same, same.length + 1);
        grown[same.length] = shape;
        return withSingle(shape.depth, grown);
    }

    Shapes without(Shape shape) {
        if (shape.multi) {
            return new Shapes(without(multi, shape), single);
        }
        return withSingle(shape.depth, without(single(shape.depth), shape));
    }

    private Shapes withSingle(int depth, Shape[] shapes) {
        Shape[][] copy = new Shape[Math.max(single.length, depth + 1)][];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = i == depth ? shapes : single(i);
        }
        return new Shapes(multi, copy);
    }

    private static Shape[] without(Shape[] shapes, Shape gone) {
        return Arrays.stream(shapes).filter(shape -> shape != gone).toArray(Shape[]::new);
    }
}

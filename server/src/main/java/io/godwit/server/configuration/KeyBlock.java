package io.godwit.server.configuration;

import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What the keys of a section have in common.
 *
 * @param prefix what their paths begin with, such as {@code limits.}; may be empty
 * @param part the part of the draft that their values are written to
 */
record KeyBlock<P>(String prefix, Function<Draft, P> part) {

    /**
     * A key of the section.
     *
     * @param name what its path ends with
     */
    <T> Key<Draft, T> key(String name, Kind<T> kind, String standard, BiConsumer<P, T> setter) {
        return new Key<>(
                prefix + name,
                kind,
                standard,
                (draft, value) -> setter.accept(part.apply(draft), value));
    }
}

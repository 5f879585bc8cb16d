package io.godwit.server.configuration;

import java.util.function.BiConsumer;

/**
 * A known key.
 *
 * @param path its full path; that of a listener's key is without {@code listeners.<name>.}
 * @param kind what it takes
 * @param standard its default, as the reference says it
 * @param setter writes a value to the draft
 * @param <D> the draft that it is written to
 * @param <T> its value
 */
record Key<D, T>(String path, Kind<T> kind, String standard, BiConsumer<D, T> setter) {

    /** Writes the value of the text to the draft; false if the text is not allowed. */
    boolean set(D draft, String text) {
        var value = kind.read(text);
        value.ifPresent(allowed -> setter.accept(draft, allowed));
        return value.isPresent();
    }
}

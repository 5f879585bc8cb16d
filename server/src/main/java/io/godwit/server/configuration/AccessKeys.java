package io.godwit.server.configuration;

import java.util.List;

/** The keys of {@code authentication} and {@code authorization}. */
final class AccessKeys {

    private AccessKeys() {}

    static List<Key<Draft, ?>> keys() {
        return List.of(
                new Key<>(
                        "authentication.anonymous",
                        Kind.truth(),
                        "false",
                        (it, anonymous) -> it.anonymous = anonymous));
    }
}

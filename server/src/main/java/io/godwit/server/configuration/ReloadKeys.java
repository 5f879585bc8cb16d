package io.godwit.server.configuration;

import java.util.List;

/** The keys of {@code reload}. */
final class ReloadKeys {

    private ReloadKeys() {}

    static List<Key<Draft, ?>> keys() {
        return List.of(
                new Key<>(
                        "reload.watch",
                        Kind.truth(),
                        "false",
                        (it, isOn) -> it.reload = new Reload(isOn)));
    }
}

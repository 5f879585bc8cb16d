package io.godwit.server.configuration;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The keys of a listener, which stand under {@code listeners.<name>}. */
final class ListenerKeys {

    private static final List<Key<Draft.Listener, ?>> OWN =
            List.of(
                    new Key<>(
                            "type",
                            Kind.words(
                                    Map.of("tcp", "tcp"),
                                    Set.of("tls", "websocket", "unix", "mqtt-sn")),
                            "the listener's name, if that is a type",
                            (it, type) -> it.type = type),
                    new Key<>("bind", Kind.host(), "0.0.0.0", (it, bind) -> it.bind = bind),
                    new Key<>("port", Kind.integer(0, 65_535), "1883", (it, p) -> it.port = p));

    /** All of them, with those about who may connect. */
    static final List<Key<Draft.Listener, ?>> ALL =
            Stream.concat(OWN.stream(), AccessKeys.keysOfListeners().stream()).toList();

    /** Keys of a listener that later versions have. */
    static final List<String> NOT_YET =
            List.of(
                    "allowed-origins",
                    "certificate",
                    "client-ca",
                    "client-certificate",
                    "key",
                    "mode",
                    "path");

    private ListenerKeys() {}
}

package io.godwit.server.configuration;

import io.godwit.transport.TlsSettings;
import io.godwit.transport.TlsSettings.ClientCertificates;
import io.godwit.transport.websocket.WebOrigin;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The keys of a listener, which stand under {@code listeners.<name>}. */
final class ListenerKeys {

    /** What a listener can be. */
    static final List<String> TYPES = List.of("tcp", "tls", "websocket", "unix", "mqtt-sn");

    private static final List<String> ON_IP = List.of("tcp", "tls", "websocket", "mqtt-sn");
    private static final List<String> ON_TCP = List.of("tcp", "tls", "websocket");
    private static final List<String> STREAMS = List.of("tcp", "tls", "websocket", "unix");
    private static final List<String> WITH_TLS = List.of("tls", "websocket");
    private static final List<String> WITH_CERTIFICATES = List.of("tls", "websocket", "mqtt-sn");
    private static final List<String> WEBSOCKET = List.of("websocket");
    private static final List<String> UNIX = List.of("unix");

    /** To which types a key belongs that does not belong to all. */
    private static final Map<String, List<String>> OF_TYPES = new LinkedHashMap<>();

    private static final Kind<WebOrigin> ORIGIN =
            new Kind<>(
                    "an origin as browsers say it: scheme, host and port, without a path",
                    "such as https://app.example.org or http://localhost:3000",
                    false,
                    WebOrigin::parse);

    private static final Pattern OCTAL = Pattern.compile("0?[0-7]{3}");

    private static final Kind<String> MODE =
            new Kind<>(
                    "the permissions of a file in octal digits",
                    "such as 0660",
                    false,
                    text ->
                            OCTAL.matcher(text).matches()
                                    ? Optional.of(permissions(Integer.parseInt(text, 8)))
                                    : Optional.empty());

    private static final List<Key<Draft.Listener, ?>> OWN =
            List.of(
                    new Key<>(
                            "type",
                            Kind.words(
                                    Map.of(
                                            "tcp", "tcp",
                                            "tls", "tls",
                                            "websocket", "websocket",
                                            "unix", "unix",
                                            "mqtt-sn", "mqtt-sn")),
                            "the listener's name, if that is a type",
                            (it, type) -> it.type = type),
                    key(ON_IP, "bind", Kind.host(), "0.0.0.0", (it, bind) -> it.bind = bind),
                    key(
                            ON_IP,
                            "port",
                            Kind.integer(0, 65_535),
                            "1883; 8883 with TLS or DTLS, 8083 for WebSocket, 8084 for both, 1884 for MQTT-SN",
                            (it, port) -> it.port = port),
                    key(
                            List.of("websocket", "unix"),
                            "path",
                            Kind.text(),
                            "/mqtt for WebSocket",
                            (it, path) -> it.path = path),
                    key(UNIX, "mode", MODE, "0660", (it, mode) -> it.mode = mode),
                    key(
                            UNIX,
                            "owner",
                            Kind.optional(Kind.text()),
                            "none",
                            (it, owner) -> it.owner = owner.orElse(null)),
                    key(
                            UNIX,
                            "group",
                            Kind.optional(Kind.text()),
                            "none",
                            (it, group) -> it.group = group.orElse(null)),
                    key(
                            WEBSOCKET,
                            "allowed-origins",
                            Kind.many(ORIGIN),
                            "[]",
                            (it, origins) -> it.allowedOrigins = origins),
                    key(
                            WEBSOCKET,
                            "subprotocol-required",
                            Kind.truth(),
                            "true",
                            (it, required) -> it.subprotocolRequired = required),
                    key(
                            WEBSOCKET,
                            "ping-interval",
                            Kind.time(Duration.ZERO, Duration.ofHours(1)),
                            "30 s",
                            (it, time) -> it.pingInterval = time),
                    key(
                            WEBSOCKET,
                            "forwarded-trusted",
                            Kind.many(Kind.network()),
                            "[]",
                            (it, ranges) -> it.forwardedTrusted = ranges),
                    key(
                            WITH_CERTIFICATES,
                            "certificate",
                            Kind.optional(Kind.path()),
                            "none",
                            (it, file) -> it.certificate = file.orElse(null)),
                    key(
                            WITH_CERTIFICATES,
                            "key",
                            Kind.optional(Kind.path()),
                            "none",
                            (it, file) -> it.key = file.orElse(null)),
                    key(
                            WITH_TLS,
                            "sni-certificates",
                            Kind.many(Kind.path()),
                            "[]",
                            (it, files) -> it.sniCertificates = files),
                    key(
                            WITH_TLS,
                            "sni-keys",
                            Kind.many(Kind.path()),
                            "[]",
                            (it, files) -> it.sniKeys = files),
                    key(
                            WITH_CERTIFICATES,
                            "client-certificate",
                            Kind.words(
                                    Map.of(
                                            "none", ClientCertificates.NONE,
                                            "optional", ClientCertificates.OPTIONAL,
                                            "required", ClientCertificates.REQUIRED)),
                            "none",
                            (it, asked) -> it.clientCertificate = asked),
                    key(
                            WITH_CERTIFICATES,
                            "client-ca",
                            Kind.many(Kind.path()),
                            "[]",
                            (it, files) -> it.clientCa = files),
                    key(
                            WITH_CERTIFICATES,
                            "crl",
                            Kind.many(Kind.path()),
                            "[]",
                            (it, files) -> it.crl = files),
                    key(
                            WITH_TLS,
                            "tls-versions",
                            Kind.many(Kind.words(Map.of("1.2", "1.2", "1.3", "1.3"))),
                            "[1.2, 1.3]",
                            (it, versions) ->
                                    it.tlsVersions =
                                            versions.isEmpty()
                                                    ? TlsSettings.ALL_VERSIONS
                                                    : versions),
                    key(
                            WITH_TLS,
                            "ciphers",
                            Kind.many(Kind.text()),
                            "[]",
                            (it, names) -> it.ciphers = names),
                    key(
                            WITH_TLS,
                            "handshakes",
                            Kind.integer(1, 1_000_000),
                            "2000",
                            (it, most) -> it.handshakes = most),
                    key(
                            WITH_TLS,
                            "handshake-timeout",
                            Kind.time(Duration.ofMillis(100), Duration.ofMinutes(5)),
                            "10 s",
                            (it, time) -> it.handshakeTimeout = time),
                    key(
                            STREAMS,
                            "proxy-protocol",
                            Kind.truth(),
                            "false",
                            (it, proxied) -> it.proxyProtocol = proxied),
                    key(
                            ON_TCP,
                            "proxy-trusted",
                            Kind.many(Kind.network()),
                            "[]",
                            (it, ranges) -> it.proxyTrusted = ranges),
                    ProtectionKeys.CONNECTIONS,
                    ProtectionKeys.CONNECT_RATE);

    /** All of them, with those about who may connect, and the limits of its connections. */
    static final List<Key<Draft.Listener, ?>> ALL =
            Stream.of(OWN, SnKeys.keys(), AccessKeys.keysOfListeners(), ListenerLimitKeys.keys())
                    .flatMap(List::stream)
                    .toList();

    private ListenerKeys() {}

    static <T> Key<Draft.Listener, T> key(
            List<String> types,
            String name,
            Kind<T> kind,
            String standard,
            BiConsumer<Draft.Listener, T> setter) {
        OF_TYPES.put(name, types);
        return new Key<>(name, kind, standard, setter);
    }

    /** The types of listeners that a key belongs to. */
    static List<String> typesOf(String key) {
        return OF_TYPES.getOrDefault(key, TYPES);
    }

    /** As {@code rw-rw----}. */
    private static String permissions(int mode) {
        StringBuilder text = new StringBuilder();
        for (int bit = 8; bit >= 0; bit--) {
            text.append((mode >> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
        }
        return text.toString();
    }
}

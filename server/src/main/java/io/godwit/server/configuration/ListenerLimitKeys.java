package io.godwit.server.configuration;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The keys of {@code listeners.<name>.limits}: each is called as the key of {@code limits} that it
 * holds instead of, and takes the same.
 */
final class ListenerLimitKeys {

    private ListenerLimitKeys() {}

    static List<Key<Draft.Listener, ?>> keys() {
        return List.of(
                key(
                        "packet-size",
                        LimitKeys.PACKET_SIZE,
                        (it, size) -> it.packetSize = Optional.of(size.intValue())),
                key(
                        "connect-timeout",
                        LimitKeys.CONNECT_TIMEOUT,
                        (it, time) -> it.connectTimeout = Optional.of(time)),
                key(
                        "topic-alias-maximum",
                        LimitKeys.TOPIC_ALIASES,
                        (it, count) -> it.topicAliasMaximum = Optional.of(count)),
                key(
                        "topic-aliases-assigned",
                        LimitKeys.TOPIC_ALIASES,
                        (it, count) -> it.topicAliasesAssigned = Optional.of(count)),
                key(
                        "keep-alive-maximum",
                        LimitKeys.KEEP_ALIVE,
                        (it, time) -> it.keepAliveMaximum = Optional.of(time.intValue())),
                key("maximum-qos", LimitKeys.QOS, (it, qos) -> it.maximumQos = Optional.of(qos)),
                key(
                        "retain-available",
                        Kind.truth(),
                        (it, available) -> it.retainAvailable = Optional.of(available)),
                key(
                        "session.in-flight",
                        LimitKeys.FLOWS,
                        (it, count) -> it.inFlight = Optional.of(count)),
                key(
                        "session.receive-maximum",
                        LimitKeys.FLOWS,
                        (it, count) -> it.receiveMaximum = Optional.of(count)),
                key(
                        "session.subscriptions",
                        LimitKeys.SUBSCRIPTIONS,
                        (it, count) -> it.subscriptions = Optional.of(count)),
                key(
                        "session.maximum-expiry",
                        LimitKeys.EXPIRY,
                        (it, seconds) -> it.maximumExpiry = Optional.of(seconds)),
                key(
                        "client.messages-per-second",
                        ProtectionKeys.MESSAGES_PER_SECOND,
                        (it, count) -> it.messagesPerSecond = Optional.of(count)),
                key(
                        "client.bytes-per-second",
                        ProtectionKeys.BYTES_PER_SECOND,
                        (it, size) -> it.bytesPerSecond = Optional.of(size)),
                key(
                        "client.burst",
                        ProtectionKeys.BURST,
                        (it, time) -> it.burst = Optional.of(time)),
                key(
                        "client.exceeded",
                        ProtectionKeys.EXCEEDED,
                        (it, disconnects) -> it.disconnects = Optional.of(disconnects)));
    }

    private static <T> Key<Draft.Listener, T> key(
            String name, Kind<T> kind, BiConsumer<ListenerLimitsDraft, T> setter) {
        return new Key<>(
                "limits." + name,
                kind,
                "as limits." + name,
                (it, value) -> setter.accept(it.limits, value));
    }
}

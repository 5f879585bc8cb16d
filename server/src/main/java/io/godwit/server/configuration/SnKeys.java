package io.godwit.server.configuration;

import io.godwit.access.authentication.DeviceLink;
import io.godwit.broker.limits.Limits;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicName;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.gateway.sn.codec.SnVersion;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The keys of a listener of type mqtt-sn. */
final class SnKeys {

    private static final List<String> MQTT_SN = List.of("mqtt-sn");

    private static final Pattern PREDEFINED = Pattern.compile("(\\d{1,5})\\s*=\\s*(.+)");

    private static final Pattern USER = Pattern.compile("([^=]*[^=\\s])\\s*=\\s*(\\P{Cntrl}+)");

    private static final Kind<SnDraft.Predefined> TOPIC =
            new Kind<>(
                    "an identifier from 1 to 65534, = and a topic name",
                    "such as \"7 = plant/temperature\"",
                    false,
                    SnKeys::predefined);

    private static final Kind<AuthenticationDraft.Device> DEVICE =
            new Kind<>(
                    "a client identifier, or what some begin with and *, then = and a user name",
                    "such as \"sensor-7 = alice\" or \"meter-* = meters\"",
                    false,
                    SnKeys::device);

    private static final Kind<Set<SnVersion>> VERSIONS =
            new Kind<>("a list of versions of MQTT-SN", "1.2, 2.0 or both", true, SnKeys::versions);

    private SnKeys() {}

    private static Optional<AuthenticationDraft.Device> device(String text) {
        Matcher matcher = USER.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String clients = matcher.group(1);
        int star = clients.indexOf(DeviceLink.ANY);
        return star >= 0 && star < clients.length() - 1
                ? Optional.empty()
                : Optional.of(new AuthenticationDraft.Device(clients, matcher.group(2)));
    }

    private static Optional<Set<SnVersion>> versions(String text) {
        Set<SnVersion> versions = EnumSet.noneOf(SnVersion.class);
        for (String part : text.split("[" + Kind.ELEMENT + ",]")) {
            switch (part.strip()) {
                case "1.2" -> versions.add(SnVersion.V1_2);
                case "2.0" -> versions.add(SnVersion.V2_0);
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(versions);
    }

    private static Optional<SnDraft.Predefined> predefined(String text) {
        Matcher matcher = PREDEFINED.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int id = Integer.parseInt(matcher.group(1));
        try {
            TopicName.of(matcher.group(2));
        } catch (PacketException notValid) {
            return Optional.empty();
        }
        return id < 1 || id > SnTopic.LAST_ID
                ? Optional.empty()
                : Optional.of(new SnDraft.Predefined(id, matcher.group(2)));
    }

    static List<Key<Draft.Listener, ?>> keys() {
        return Stream.of(conversation(), limits(), network()).flatMap(List::stream).toList();
    }

    private static List<Key<Draft.Listener, ?>> conversation() {
        return List.of(
                key("versions", VERSIONS, "[1.2]", (it, versions) -> it.versions = versions),
                key("gateway-id", Kind.integer(0, 255), "1", (it, id) -> it.gatewayId = id),
                key("predefined", Kind.many(TOPIC), "[]", (it, topics) -> it.predefined = topics),
                ListenerKeys.key(
                        MQTT_SN,
                        "users",
                        Kind.many(DEVICE),
                        "[]",
                        (it, users) -> it.authentication.users = users),
                key(
                        "qos-minus-one",
                        Kind.truth(),
                        "false",
                        (it, allowed) -> it.connectionless = allowed),
                key(
                        "session-expiry",
                        Kind.secondsOr("never", Limits.NEVER, Limits.NEVER - 1),
                        "never",
                        (it, seconds) -> it.sessionExpiry = seconds),
                key(
                        "maximum-sleep",
                        Kind.time(Duration.ofSeconds(1), Duration.ofSeconds(65_535)),
                        "18 h",
                        (it, time) -> it.maximumSleep = time),
                key(
                        "retry",
                        Kind.time(Duration.ofMillis(500), Duration.ofMinutes(5)),
                        "10 s",
                        (it, time) -> it.retry = time),
                key("retries", Kind.integer(0, 100), "3", (it, count) -> it.retries = count));
    }

    private static List<Key<Draft.Listener, ?>> limits() {
        return List.of(
                key(
                        "datagram-size",
                        Kind.size(16, 65_507),
                        "1400",
                        (it, size) -> it.datagramSize = size.intValue()),
                key(
                        "topic-ids",
                        Kind.integer(1, SnTopic.LAST_ID),
                        "1000",
                        (it, count) -> it.topicIds = count),
                key(
                        "remembered",
                        Kind.integer(0, 10_000_000),
                        "100000",
                        (it, count) -> it.remembered = count),
                key(
                        "source-rate",
                        Kind.integer(1, 10_000_000),
                        "1000",
                        (it, count) -> it.sourceRate = count),
                key(
                        "dtls-sessions",
                        Kind.integer(1, 10_000_000),
                        "20000",
                        (it, count) -> it.dtlsSessions = count));
    }

    private static List<Key<Draft.Listener, ?>> network() {
        return List.of(
                key(
                        "advertise",
                        Kind.optional(Kind.host()),
                        "none",
                        (it, address) -> it.advertise = address),
                key(
                        "advertise-interval",
                        Kind.time(Duration.ofSeconds(1), Duration.ofSeconds(65_535)),
                        "15 m",
                        (it, time) -> it.advertiseInterval = time),
                ListenerKeys.key(
                        MQTT_SN,
                        "psk-file",
                        Kind.optional(Kind.path()),
                        "none",
                        (it, file) -> it.authentication.pskFile = file),
                ListenerKeys.key(
                        MQTT_SN,
                        "protection-file",
                        Kind.optional(Kind.path()),
                        "none",
                        (it, file) -> it.authentication.protectionFile = file));
    }

    private static <T> Key<Draft.Listener, T> key(
            String name, Kind<T> kind, String standard, BiConsumer<SnDraft, T> setter) {
        return ListenerKeys.key(
                MQTT_SN, name, kind, standard, (it, value) -> setter.accept(it.sn, value));
    }
}

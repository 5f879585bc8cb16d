package io.godwit.server.configuration;

import io.godwit.broker.limits.Limits;
import io.godwit.gateway.sn.SnSettings;
import io.godwit.gateway.sn.SnSettings.Advertising;
import io.godwit.gateway.sn.codec.SnVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a listener of type mqtt-sn has beside the keys of all; starts from the defaults. */
final class SnDraft {

    /** A topic with its predefined identifier. */
    record Predefined(int id, String topic) {}

    int gatewayId = 1;
    int datagramSize = 1_400;
    int topicIds = 1_000;
    Duration retry = Duration.ofSeconds(10);
    int retries = 3;
    Duration maximumSleep = Duration.ofHours(18);
    long sessionExpiry = Limits.NEVER;
    int sourceRate = 1_000;
    boolean connectionless;
    int remembered = 100_000;
    List<Predefined> predefined = List.of();
    Optional<String> advertise = Optional.empty();
    Duration advertiseInterval = Duration.ofMinutes(15);
    int dtlsSessions = 20_000;
    Set<SnVersion> versions = Set.of(SnVersion.V1_2);

    SnSettings settings(
            String name,
            String bind,
            int port,
            SnSettings.@Nullable Dtls dtls,
            @Nullable Path protectionFile) {
        TreeMap<Integer, String> topics = new TreeMap<>();
        predefined.forEach(it -> topics.put(it.id(), it.topic()));
        return new SnSettings(
                name,
                bind,
                port,
                gatewayId,
                datagramSize,
                topicIds,
                retry,
                retries,
                maximumSleep,
                sessionExpiry,
                sourceRate,
                connectionless,
                remembered,
                topics,
                advertise.map(to -> new Advertising(to, advertiseInterval)).orElse(null),
                dtls,
                versions,
                protectionFile);
    }
}

package io.godwit.gateway.sn;

import io.godwit.gateway.sn.SnSettings.Advertising;
import io.godwit.gateway.sn.codec.SnVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings that tests change. */
final class SnTestSettings {

    private int port;
    private int datagramSize;
    private int topicIds;
    private Duration retry;
    private Duration maximumSleep;
    private long sessionExpiry;
    private int sourceRate;
    private boolean connectionless;
    private Map<Integer, String> predefined;
    private @Nullable Advertising advertise;
    private SnSettings.@Nullable Dtls dtls;
    private Set<SnVersion> versions;
    private @Nullable Path protectionFile;

    private SnTestSettings(SnSettings from) {
        port = from.port();
        datagramSize = from.datagramSize();
        topicIds = from.topicIds();
        retry = from.retry();
        maximumSleep = from.maximumSleep();
        sessionExpiry = from.sessionExpiry();
        sourceRate = from.sourceRate();
        connectionless = from.connectionless();
        predefined = from.predefined();
        advertise = from.advertise();
        dtls = from.dtls();
        versions = from.versions();
        protectionFile = from.protectionFile();
    }

    private SnSettings of(SnSettings from) {
        return new SnSettings(
                from.name(),
                from.bind(),
                port,
                from.gatewayId(),
                datagramSize,
                topicIds,
                retry,
                from.retries(),
                maximumSleep,
                sessionExpiry,
                sourceRate,
                connectionless,
                from.remembered(),
                predefined,
                advertise,
                dtls,
                versions,
                protectionFile);
    }

    static SnSettings with(
            SnSettings from,
            Map<Integer, String> predefined,
            int topicIds,
            boolean connectionless) {
        SnTestSettings changed = new SnTestSettings(from);
        changed.predefined = predefined;
        changed.topicIds = topicIds;
        changed.connectionless = connectionless;
        return changed.of(from);
    }

    static SnSettings withSourceRate(SnSettings from, int sourceRate) {
        SnTestSettings changed = new SnTestSettings(from);
        changed.sourceRate = sourceRate;
        return changed.of(from);
    }

    static SnSettings with(SnSettings from, int datagramSize, Duration retry) {
        SnTestSettings changed = new SnTestSettings(from);
        changed.datagramSize = datagramSize;
        changed.retry = retry;
        return changed.of(from);
    }

    static SnSettings withMaximumSleep(SnSettings from, Duration maximumSleep) {
        SnTestSettings changed = new SnTestSettings(from);
        changed.maximumSleep = maximumSleep;
        return changed.of(from);
    }

    static SnSettings advertising(SnSettings from, int port, Advertising advertise) {
        SnTestSettings changed = new SnTestSettings(from);
        changed.port = port;
        changed.advertise = advertise;
        return changed.of(from);
    }

    static SnSettings encrypted(SnSettings from, SnSettings.Dtls dtls) {
        SnTestSettings changed = new SnTestSettings(from);
        changed.dtls = dtls;
        return changed.of(from);
    }

    /** Those of a gateway that speaks these versions. */
    static SnSettings speaking(SnSettings from, SnVersion... versions) {
        SnTestSettings changed = new SnTestSettings(from);
        changed.versions = Set.of(versions);
        return changed.of(from);
    }

    /** Those of a gateway that speaks version 2.0, also protected. */
    static SnSettings protectedBy(SnSettings from, Path file) {
        SnTestSettings changed = new SnTestSettings(from);
        changed.versions = Set.of(SnVersion.V2_0);
        changed.protectionFile = file;
        return changed.of(from);
    }

    /** Those with a shorter sleep and expiry at most. */
    static SnSettings upTo(SnSettings from, Duration sleep, long sessionExpiry) {
        SnTestSettings changed = new SnTestSettings(from);
        changed.maximumSleep = sleep;
        changed.sessionExpiry = sessionExpiry;
        return changed.of(from);
    }
}

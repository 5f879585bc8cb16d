package io.godwit.gateway.sn;

import java.util.Map;

/** Settings that tests change. */
final class SnTestSettings {

    private SnTestSettings() {}

    static SnSettings with(
            SnSettings from,
            Map<Integer, String> predefined,
            int topicIds,
            boolean connectionless) {
        return new SnSettings(
                from.name(),
                from.bind(),
                from.port(),
                from.gatewayId(),
                from.datagramSize(),
                topicIds,
                from.retry(),
                from.retries(),
                from.maximumSleep(),
                from.sessionExpiry(),
                from.sourceRate(),
                connectionless,
                from.remembered(),
                predefined,
                from.advertise());
    }

    static SnSettings withSourceRate(SnSettings from, int sourceRate) {
        return new SnSettings(
                from.name(),
                from.bind(),
                from.port(),
                from.gatewayId(),
                from.datagramSize(),
                from.topicIds(),
                from.retry(),
                from.retries(),
                from.maximumSleep(),
                from.sessionExpiry(),
                sourceRate,
                from.connectionless(),
                from.remembered(),
                from.predefined(),
                from.advertise());
    }
}

package io.godwit.server.configuration;

import io.godwit.broker.protection.ListenerPolicy;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.protection.ProtectionSettings.BruteForce;
import io.godwit.broker.protection.ProtectionSettings.Flapping;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What protects the broker, being put together; starts from the defaults. For one thread. */
final class ProtectionDraft {

    boolean bindsSessions = true;
    int connectionsPerAddress;
    int undecidedPerAddress = 1_000;

    int messagesPerSecond;
    long bytesPerSecond;
    Duration burst = Duration.ofSeconds(1);
    boolean disconnects;

    int failures = 10;
    int addressFailures = 100;
    Duration failuresWithin = Duration.ofMinutes(1);
    Duration failuresBan = Duration.ofMinutes(5);
    Duration longestDelay = Duration.ofSeconds(5);

    boolean flapping;
    int connects = 15;
    Duration connectsWithin = Duration.ofMinutes(1);
    Duration flappingBan = Duration.ofMinutes(5);

    private final Map<String, ListenerPolicy> listeners = new HashMap<>();

    /** Adds the limits of a listener. */
    void listener(String name, ListenerPolicy policy) {
        listeners.put(name, policy);
    }

    ProtectionSettings finish() {
        return new ProtectionSettings(
                bindsSessions,
                connectionsPerAddress,
                undecidedPerAddress,
                new PublishRate(messagesPerSecond, bytesPerSecond, burst, disconnects),
                new BruteForce(
                        failures, addressFailures, failuresWithin, failuresBan, longestDelay),
                new Flapping(flapping, connects, connectsWithin, flappingBan),
                listeners);
    }
}

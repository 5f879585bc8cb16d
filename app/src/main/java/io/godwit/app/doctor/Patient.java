package io.godwit.app.doctor;

import io.godwit.client.Credentials;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.network.NetworkSettings;
import io.godwit.client.network.ServerAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server that is examined, and how to come to it.
 *
 * @param clients makes builders that know server and credentials, and do not connect again
 * @param credentials of CONNECT; null for none
 * @param isEnhanced whether clients authenticate by AUTH, which MQTT has from version 5 on
 * @param topic below which all that is published is
 * @param clientId with which all client identifiers begin
 * @param patience how long to wait for what is to come
 */
public record Patient(
        ServerAddress address,
        NetworkSettings network,
        Supplier<MqttClientBuilder> clients,
        @Nullable Credentials credentials,
        boolean isEnhanced,
        String topic,
        String clientId,
        Duration patience) {

    /** Leaves out what is secret. */
    @Override
    public String toString() {
        return "Patient[address=%s, topic=%s, clientId=%s]".formatted(address, topic, clientId);
    }
}

package io.godwit.server.clients;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;

/** Lets the HiveMQ client, which has a builder for each version, speak TLS or WebSocket. */
final class HiveMqTransport {

    private static final MqttWebSocketConfig WEB_SOCKET =
            MqttWebSocketConfig.builder().serverPath("mqtt").build();

    private HiveMqTransport() {}

    static Mqtt3ClientBuilder set(Mqtt3ClientBuilder builder, Access access) throws Exception {
        return switch (access.transport()) {
            case TCP -> builder;
            case TLS -> builder.sslConfig(trusting(access));
            case WEB_SOCKET -> builder.webSocketConfig(WEB_SOCKET);
        };
    }

    static Mqtt5ClientBuilder set(Mqtt5ClientBuilder builder, Access access) throws Exception {
        return switch (access.transport()) {
            case TCP -> builder;
            case TLS -> builder.sslConfig(trusting(access));
            case WEB_SOCKET -> builder.webSocketConfig(WEB_SOCKET);
        };
    }

    private static MqttClientSslConfig trusting(Access access) throws Exception {
        return MqttClientSslConfig.builder()
                .trustManagerFactory(SelfSigned.trust(access.requiredAuthority()))
                .build();
    }
}

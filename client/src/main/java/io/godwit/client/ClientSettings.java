package io.godwit.client;

import io.godwit.client.auth.EnhancedAuthentication;
import io.godwit.client.network.NetworkSettings;
import io.godwit.client.network.ServerAddress;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a builder has collected; its components are documented there. */
record ClientSettings(
        List<ServerAddress> servers,
        ProtocolVersion version,
        String clientId,
        boolean cleanStart,
        long sessionExpiry,
        int keepAlive,
        Supplier<@Nullable Credentials> credentials,
        @Nullable EnhancedAuthentication authentication,
        @Nullable Message will,
        Duration willDelay,
        Properties connectProperties,
        Reconnect reconnect,
        boolean resubscribe,
        boolean redirect,
        OfflineBuffer offline,
        @Nullable Path directory,
        Duration timeout,
        int receiveMaximum,
        int topicAliasMaximum,
        long maximumPacketSize,
        boolean manualAcknowledgement,
        NetworkSettings network,
        @Nullable Executor callbacks) {

    MqttClient open() {
        throw new UnsupportedOperationException("made by the core");
    }
}

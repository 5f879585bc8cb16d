package io.godwit.client.core;

import io.godwit.client.Credentials;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.OfflineBuffer;
import io.godwit.client.Reconnect;
import io.godwit.client.auth.EnhancedAuthentication;
import io.godwit.client.network.NetworkSettings;
import io.godwit.client.network.ServerAddress;
import io.godwit.client.store.DirectoryStore;
import io.godwit.client.store.MemoryStore;
import io.godwit.client.store.SessionStore;
import io.godwit.codec.PacketType;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a {@link io.godwit.client.MqttClientBuilder} has collected; it documents the components. */
public record ClientSettings(
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

    /** What the protocol can express (§2.1.4): a fixed header of 5 bytes and the longest rest. */
    static final long LARGEST_PACKET = 268_435_460;

    /** Bytes that a message has on disk beside topic, properties and payload, at most. */
    private static final int RECORD = 64;

    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    /** The properties of CONNECT that have a setting of their own. */
    private static final Map<Property<?>, String> OWN =
            Map.of(
                    Property.SESSION_EXPIRY_INTERVAL, "sessionExpiry",
                    Property.RECEIVE_MAXIMUM, "receiveMaximum",
                    Property.MAXIMUM_PACKET_SIZE, "maximumPacketSize",
                    Property.TOPIC_ALIAS_MAXIMUM, "topicAliasMaximum",
                    Property.AUTHENTICATION_METHOD, "authentication",
                    Property.AUTHENTICATION_DATA, "authentication");

    /** Refuses what is out of range or contradicts itself, with an IllegalArgumentException. */
    public ClientSettings {
        inRange("keepAlive", keepAlive, 0, 65_535);
        inRange("receiveMaximum", receiveMaximum, 1, 65_535);
        inRange("topicAliasMaximum", topicAliasMaximum, 0, 65_535);
        inRange("maximumPacketSize", maximumPacketSize, 16, 0xFFFF_FFFFL);
        inRange("sessionExpiry", sessionExpiry, 0, 0xFFFF_FFFFL);
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout is " + timeout + "; it has to be positive");
        }
        timeout = timeout.compareTo(LONGEST_TIMEOUT) > 0 ? LONGEST_TIMEOUT : timeout;
        checkProperties(connectProperties);
        if (authentication != null && !version.isV5()) {
            throw new IllegalArgumentException(
                    "authentication by AUTH is part of MQTT 5, and the version is " + version);
        }
        if (will != null) {
            checkWill(will);
        }
        if (directory != null) {
            checkDirectory(version, clientId, cleanStart, sessionExpiry);
        }
    }

    private static void inRange(String setting, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s is %d; it goes from %d to %d".formatted(setting, value, least, most));
        }
    }

    private static void checkProperties(Properties properties) {
        for (int i = 0; i < properties.size(); i++) {
            Property<?> property = properties.key(i);
            String setting = OWN.get(property);
            if (setting != null) {
                throw new IllegalArgumentException(
                        "%s is set by %s(...) of the builder".formatted(property, setting));
            }
            if (!property.isAllowedIn(PacketType.CONNECT)) {
                throw new IllegalArgumentException("CONNECT has no property " + property);
            }
        }
    }

    private static void checkWill(Message will) {
        for (int i = 0; i < will.properties().size(); i++) {
            Property<?> property = will.properties().key(i);
            if (!property.isAllowedInWill() || property == Property.WILL_DELAY_INTERVAL) {
                throw new IllegalArgumentException(
                        "the will message may not have the property "
                                + property
                                + (property == Property.WILL_DELAY_INTERVAL
                                        ? "; the delay is the second argument of will(...)"
                                        : ""));
            }
        }
    }

    private static void checkDirectory(
            ProtocolVersion version, String clientId, boolean cleanStart, long sessionExpiry) {
        if (clientId.isEmpty()) {
            throw new IllegalArgumentException(
                    "a directory belongs to one session, so it wants a clientId");
        }
        if (cleanStart) {
            throw new IllegalArgumentException(
                    "a directory keeps a session that cleanStart would end: set cleanStart(false)");
        }
        if (version.isV5() && sessionExpiry == 0) {
            throw new IllegalArgumentException(
                    "a directory keeps a session that the server would end with the connection:"
                            + " set sessionExpiry(...)");
        }
    }

    /** A client with these settings, not connected. */
    public MqttClient open() {
        return open(Surroundings.REAL);
    }

    MqttClient open(Surroundings surroundings) {
        Path folder = directory;
        SessionStore store = new MemoryStore();
        if (folder != null) {
            try {
                store = surroundings.stores().open(folder, clientId, roomOnDisk(offline));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Client(new Engine(this, surroundings, store));
    }

    /** What the buffer may hold is not what the disk has no room for. */
    private static long roomOnDisk(OfflineBuffer offline) {
        long around = (long) offline.messages() * RECORD;
        long all =
                offline.bytes() > Long.MAX_VALUE - around
                        ? Long.MAX_VALUE
                        : offline.bytes() + around;
        return Math.max(all, DirectoryStore.USUAL_BYTES);
    }

    /** Leaves out what may hold secrets. */
    @Override
    public String toString() {
        return "ClientSettings[servers=%s, version=%s, clientId=%s]"
                .formatted(servers, version, clientId);
    }
}

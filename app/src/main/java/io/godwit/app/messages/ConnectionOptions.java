package io.godwit.app.messages;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.OfflineBuffer;
import io.godwit.client.Reconnect;
import io.godwit.client.network.NetworkThreads;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where a command connects, as whom and how. */
final class ConnectionOptions {

    private static final Map<String, ProtocolVersion> VERSIONS =
            Map.of(
                    "31", ProtocolVersion.V3_1,
                    "311", ProtocolVersion.V3_1_1,
                    "5", ProtocolVersion.V5);

    private static final long NEVER = 0xFFFF_FFFFL;
    private static final int UNSET = -1;

    private final ServerOptions server = new ServerOptions();
    private final IdentityOptions identity = new IdentityOptions();
    private final WillOptions will = new WillOptions();
    private final PropertyOptions properties = new PropertyOptions();

    private int keepAlive = 60;
    private boolean cleanStart = true;
    private long sessionExpiry = UNSET;
    private ProtocolVersion version;

    /** A version where none is asked for. */
    ConnectionOptions(ProtocolVersion version) {
        this.version = version;
    }

    /**
     * Adds them.
     *
     * @param topic takes the topic of {@code -L}; null where there is none
     */
    void addTo(Flags flags, Flags.@Nullable Taker<String> topic) {
        server.addTo(flags, topic, identity);
        identity.addTo(flags, () -> version = ProtocolVersion.V5);
        addSession(flags);
        will.addTo(flags);
        server.addTlsTo(flags);
    }

    /** Adds those of a command that chooses versions, sessions and wills by itself. */
    void addPlaceTo(Flags flags) {
        server.addTo(flags, null, identity);
        identity.addTo(flags, () -> version = ProtocolVersion.V5);
        server.addTlsTo(flags);
    }

    private void addSession(Flags flags) {
        flags.number(
                "SECONDS",
                0,
                65_535,
                value -> keepAlive = value,
                "Keep alive; 60 by default.",
                "-k",
                "--keepalive");
        flags.on(
                () -> cleanStart = false,
                "Goes on with the session that the server has kept, and leaves it behind.",
                "-c",
                "--disable-clean-session");
        flags.text(
                "SECONDS",
                this::sessionExpiry,
                "How long the server keeps the session; -1 for ever. Version 5.",
                "-x",
                "--session-expiry-interval");
        flags.text("VERSION", this::version, "31, 311 or 5.", "-V", "--protocol-version");
        properties.addTo(flags, () -> version = ProtocolVersion.V5);
    }

    private void version(String value) throws WrongUsage {
        ProtocolVersion known =
                VERSIONS.get(value.startsWith("mqttv") ? value.substring("mqttv".length()) : value);
        if (known == null) {
            throw new WrongUsage("-V takes 31, 311 or 5, not " + value);
        }
        version = known;
    }

    private void sessionExpiry(String value) throws WrongUsage {
        try {
            sessionExpiry = value.equals("∞") ? NEVER : Long.decode(value);
        } catch (NumberFormatException notOne) {
            throw new WrongUsage("-x takes a number of seconds, or -1 for ever, not " + value);
        }
        if (sessionExpiry < -1 || sessionExpiry > NEVER) {
            throw new WrongUsage("-x takes seconds from 0 to 4294967295, or -1 for ever");
        }
        if (sessionExpiry == -1) {
            sessionExpiry = NEVER;
        }
        version = ProtocolVersion.V5;
    }

    /** The version that is spoken. */
    ProtocolVersion version() {
        return version;
    }

    /** Where it connects. */
    ServerOptions server() {
        return server;
    }

    /** As whom. */
    IdentityOptions identity() {
        return identity;
    }

    /** What {@code -D} says for a packet. */
    Properties properties(PropertyOptions.Carrier carrier) {
        return properties.of(carrier);
    }

    /**
     * A client of these options.
     *
     * @param receiveMaximum the most messages of QoS 1 and 2 that are on their way, where {@code
     *     -D} does not say so
     */
    MqttClient client(Reconnect reconnect, int receiveMaximum) throws WrongUsage {
        return built(
                builder(reconnect, receiveMaximum, UnaryOperator.identity())
                        .threads(NetworkThreads.PLATFORM));
    }

    /** What a builder has collected. */
    static MqttClient built(MqttClientBuilder builder) throws WrongUsage {
        try {
            return builder.build();
        } catch (IllegalArgumentException wrong) {
            throw new WrongUsage(String.valueOf(wrong.getMessage()));
        }
    }

    /**
     * The builder of such a client.
     *
     * @param named makes the client's own of client identifier and user name
     */
    MqttClientBuilder builder(Reconnect reconnect, int receiveMaximum, UnaryOperator<String> named)
            throws WrongUsage {
        MqttClientBuilder builder =
                MqttClient.builder()
                        .version(version)
                        .keepAlive(keepAlive)
                        .reconnect(reconnect)
                        // Commands bound what is under way themselves, by number; a message may be
                        // as large as MQTT allows.
                        .offline(
                                OfflineBuffer.DEFAULT.upTo(
                                        OfflineBuffer.DEFAULT.messages(), Long.MAX_VALUE))
                        .receiveMaximum(receiveMaximum)
                        .topicAliasMaximum(0)
                        .manualAcknowledgement(true);
        server.apply(builder);
        session(builder);
        identity.apply(builder, version, properties.of(PropertyOptions.Carrier.CONNECT), named);
        Properties ofWill = properties.of(PropertyOptions.Carrier.WILL);
        Message message = will.message(ofWill);
        if (message != null) {
            builder.will(message, WillOptions.delay(ofWill));
        }
        connectProperties(builder);
        return builder;
    }

    private void session(MqttClientBuilder builder) throws WrongUsage {
        long expiry = sessionExpiry == UNSET && !cleanStart ? NEVER : Math.max(0, sessionExpiry);
        boolean isKept = version.isV5() ? expiry == NEVER : !cleanStart;
        if (isKept && !identity.areFixed()) {
            throw new WrongUsage(
                    "A session that the server keeps for ever takes a client identifier: -i ID");
        }
        builder.cleanStart(cleanStart);
        if (version.isV5()) {
            builder.sessionExpiry(Duration.ofSeconds(expiry));
        }
    }

    private void connectProperties(MqttClientBuilder builder) {
        Properties connect = properties.of(PropertyOptions.Carrier.CONNECT);
        for (int i = 0; i < connect.size(); i++) {
            Property<?> property = connect.key(i);
            Object value = connect.value(i);
            if (property == Property.SESSION_EXPIRY_INTERVAL) {
                builder.sessionExpiry(Duration.ofSeconds((Long) value));
            } else if (property == Property.RECEIVE_MAXIMUM) {
                builder.receiveMaximum((Integer) value);
            } else if (property == Property.TOPIC_ALIAS_MAXIMUM) {
                builder.topicAliasMaximum((Integer) value);
            } else if (property == Property.MAXIMUM_PACKET_SIZE) {
                builder.maximumPacketSize((Long) value);
            } else if (property != Property.AUTHENTICATION_METHOD
                    && property != Property.AUTHENTICATION_DATA) {
                other(builder, property, value);
            }
        }
    }

    /** The value is known to be of the property's type: {@code -D} has made both. */
    @SuppressWarnings("unchecked")
    private static <T> void other(MqttClientBuilder builder, Property<T> property, Object value) {
        builder.connectProperty(property, (T) value);
    }
}

package io.godwit.app.messages;

import io.godwit.client.Credentials;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.OfflineBuffer;
import io.godwit.client.Reconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a command connects, as whom and how. */
final class ConnectionOptions {

    /** What a connection carries, with the port where none is named. */
    private enum Scheme {
        MQTT(1883, false, false),
        MQTTS(8883, true, false),
        WS(1883, false, true),
        WSS(8883, true, true);

        private final int port;
        private final boolean isSecure;
        private final boolean isWebSocket;

        Scheme(int port, boolean isSecure, boolean isWebSocket) {
            this.port = port;
            this.isSecure = isSecure;
            this.isWebSocket = isWebSocket;
        }
    }

    private static final Map<String, ProtocolVersion> VERSIONS =
            Map.of(
                    "31", ProtocolVersion.V3_1,
                    "311", ProtocolVersion.V3_1_1,
                    "5", ProtocolVersion.V5);

    private static final int TLS_PORT = 8883;
    private static final long NEVER = 0xFFFF_FFFFL;
    private static final int UNSET = -1;

    private final TlsOptions tls = new TlsOptions();
    private final WillOptions will = new WillOptions();
    private final PropertyOptions properties = new PropertyOptions();

    private String host = "localhost";
    private int port = UNSET;
    private boolean isSecure;
    private boolean isWebSocket;
    private @Nullable Path socket;
    private @Nullable String localAddress;
    private @Nullable String proxy;
    private @Nullable String userName;
    private @Nullable String password;
    private @Nullable String clientId;
    private @Nullable String clientIdPrefix;
    private int keepAlive = 60;
    private boolean cleanStart = true;
    private long sessionExpiry = UNSET;
    private ProtocolVersion version;

    /** Version 3.1.1 or 5 where none is asked for. */
    ConnectionOptions(ProtocolVersion version) {
        this.version = version;
    }

    /**
     * Adds them.
     *
     * @param topic takes the topic of {@code -L}
     */
    void addTo(Flags flags, Flags.Taker<String> topic) {
        addPlace(flags, topic);
        addIdentity(flags);
        addSession(flags);
        will.addTo(flags);
        tls.addTo(flags);
    }

    private void addPlace(Flags flags, Flags.Taker<String> topic) {
        flags.text(
                "HOST",
                value -> host = value,
                "Where the server is; localhost by default.",
                "-h",
                "--host");
        flags.number(
                "PORT",
                1,
                65_535,
                value -> port = value,
                "Its port: 1883, or 8883 with TLS.",
                "-p",
                "--port");
        flags.text(
                "URL",
                value -> url(value, topic),
                "All at once: mqtt(s)://[USER[:PASSWORD]@]HOST[:PORT]/TOPIC, or ws(s)://",
                "-L",
                "--url");
        flags.text(
                "PATH",
                value -> socket = Path.of(value),
                "A Unix domain socket instead.",
                "--unix");
        flags.on(() -> isWebSocket = true, "In WebSocket, at /mqtt.", "--ws");
        flags.text(
                "ADDRESS",
                value -> localAddress = value,
                "The address of this machine to use.",
                "-A");
        flags.text(
                "URL",
                value -> proxy = value,
                "Through socks5h://[USER:PASSWORD@]HOST[:PORT], or http://",
                "--proxy");
        flags.on(() -> {}, "As always here: what is sent leaves at once.", "--nodelay");
    }

    private void addIdentity(Flags flags) {
        flags.text("NAME", value -> userName = value, "User name.", "-u", "--username");
        flags.text(
                "TEXT",
                value -> password = value,
                "Password. Others see it in the list of processes; an options file hides it.",
                "-P",
                "--pw");
        flags.text("ID", value -> clientId = value, "Client identifier.", "-i", "--id");
        flags.text(
                "TEXT",
                value -> clientIdPrefix = value,
                "The same, with the process's number behind it.",
                "-I",
                "--id-prefix");
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

    private void url(String url, Flags.Taker<String> topic) throws WrongUsage {
        int colon = url.indexOf("://");
        Scheme scheme = null;
        for (Scheme each : Scheme.values()) {
            if (colon > 0 && each.name().equalsIgnoreCase(url.substring(0, colon))) {
                scheme = each;
            }
        }
        if (scheme == null) {
            throw new WrongUsage("-L takes mqtt://, mqtts://, ws:// or wss://");
        }
        String rest = url.substring(colon + 3);
        int slash = rest.indexOf('/');
        if (slash < 0) {
            throw new WrongUsage(
                    "-L takes a topic as well: %s://HOST/TOPIC"
                            .formatted(scheme.name().toLowerCase(Locale.ROOT)));
        }
        topic.take(rest.substring(slash + 1));
        String authority = rest.substring(0, slash);
        int at = authority.lastIndexOf('@');
        if (at >= 0) {
            String[] credentials = authority.substring(0, at).split(":", 2);
            userName = credentials[0];
            password = credentials.length == 2 ? credentials[1] : null;
        }
        address(authority.substring(at + 1), scheme);
    }

    private void address(String address, Scheme scheme) throws WrongUsage {
        isSecure = scheme.isSecure;
        isWebSocket = scheme.isWebSocket;
        port = scheme.port;
        int bracket = address.indexOf(']');
        int colon = address.indexOf(':', bracket + 1);
        host = colon < 0 ? address : address.substring(0, colon);
        if (host.startsWith("[") && bracket > 0) {
            host = host.substring(1, bracket);
        }
        if (colon >= 0) {
            try {
                port = Integer.parseInt(address, colon + 1, address.length(), 10);
            } catch (NumberFormatException notOne) {
                throw new WrongUsage("-L has no port behind its colon: " + address);
            }
        }
        if (port < 1 || port > 65_535) {
            throw new WrongUsage("-L takes a port from 1 to 65535, not " + port);
        }
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
        server(builder);
        session(builder);
        credentials(builder);
        Properties ofWill = properties.of(PropertyOptions.Carrier.WILL);
        Message message = will.message(ofWill);
        if (message != null) {
            builder.will(message, WillOptions.delay(ofWill));
        }
        connectProperties(builder);
        try {
            return builder.build();
        } catch (IllegalArgumentException wrong) {
            throw new WrongUsage(String.valueOf(wrong.getMessage()));
        }
    }

    private void server(MqttClientBuilder builder) throws WrongUsage {
        try {
            if (socket != null) {
                builder.server("unix:" + socket.toAbsolutePath().toString().replace("%", "%25"));
            } else {
                boolean encrypted = isSecure || tls.areGiven() || port == TLS_PORT;
                builder.server(uri(encrypted));
                if (encrypted) {
                    var settings = tls.settings(io.godwit.client.network.TlsSettings.DEFAULT);
                    builder.tls(_ -> settings);
                }
            }
            if (proxy != null) {
                builder.proxy(proxy);
            }
        } catch (IllegalArgumentException wrong) {
            throw new WrongUsage(String.valueOf(wrong.getMessage()));
        }
        if (localAddress != null) {
            builder.localAddress(localAddress);
        }
    }

    private String uri(boolean encrypted) {
        String scheme = (isWebSocket ? "ws" : "mqtt") + (encrypted ? "s" : "");
        int where = port == UNSET ? (encrypted ? TLS_PORT : Scheme.MQTT.port) : port;
        String bracketed = host.contains(":") ? "[" + host + "]" : host;
        return "%s://%s:%d%s".formatted(scheme, bracketed, where, isWebSocket ? "/mqtt" : "");
    }

    private void session(MqttClientBuilder builder) throws WrongUsage {
        if (clientId != null && clientIdPrefix != null) {
            throw new WrongUsage("-i or -I, not both");
        }
        long expiry = sessionExpiry == UNSET && !cleanStart ? NEVER : Math.max(0, sessionExpiry);
        boolean isKept = version.isV5() ? expiry == NEVER : !cleanStart;
        if (isKept && clientId == null) {
            throw new WrongUsage(
                    "A session that the server keeps for ever takes a client identifier: -i ID");
        }
        builder.cleanStart(cleanStart);
        if (version.isV5()) {
            builder.sessionExpiry(Duration.ofSeconds(expiry));
        }
        if (clientId != null) {
            builder.clientId(clientId);
        } else if (clientIdPrefix != null) {
            builder.clientId(clientIdPrefix + ProcessHandle.current().pid());
        }
    }

    private void credentials(MqttClientBuilder builder) throws WrongUsage {
        if (userName == null && password == null) {
            return;
        }
        if (userName == null && !version.isV5()) {
            throw new WrongUsage("Before version 5 a password takes a user name: -u NAME");
        }
        byte[] secret = password == null ? null : password.getBytes(StandardCharsets.UTF_8);
        Credentials credentials = new Credentials(userName, secret);
        builder.credentials(() -> credentials);
    }

    private void connectProperties(MqttClientBuilder builder) throws WrongUsage {
        Properties connect = properties.of(PropertyOptions.Carrier.CONNECT);
        String method = connect.get(Property.AUTHENTICATION_METHOD);
        if (method != null) {
            builder.authentication(
                    new GivenAuthentication(method, connect.get(Property.AUTHENTICATION_DATA)));
        } else if (connect.has(Property.AUTHENTICATION_DATA)) {
            throw new WrongUsage("authentication-data takes an authentication-method as well");
        }
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

package io.godwit.app.messages;

import io.godwit.client.MqttClientBuilder;
import io.godwit.client.network.NetworkSettings;
import io.godwit.client.network.NetworkThreads;
import io.godwit.client.network.ProxySettings;
import io.godwit.client.network.ServerAddress;
import io.godwit.client.network.TlsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a command connects, and through what. */
final class ServerOptions {

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

    private static final int TLS_PORT = 8883;
    private static final int UNSET = -1;

    private final TlsOptions tls = new TlsOptions();

    private String host = "localhost";
    private int port = UNSET;
    private boolean isSecure;
    private boolean isWebSocket;
    private @Nullable Path socket;
    private @Nullable String localAddress;
    private @Nullable String proxy;

    /**
     * Adds them, but for those of TLS.
     *
     * @param topic takes the topic of {@code -L}; null where there is none, and then {@code -L} may
     *     end behind the server
     * @param identity takes user name and password of {@code -L}
     */
    void addTo(Flags flags, Flags.@Nullable Taker<String> topic, IdentityOptions identity) {
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
                value -> url(value, topic, identity),
                "All at once: mqtt(s)://[USER[:PASSWORD]@]HOST[:PORT]"
                        + (topic == null ? "" : "/TOPIC")
                        + ", or ws(s)://",
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

    /** Adds those of TLS. */
    void addTlsTo(Flags flags) {
        tls.addTo(flags);
    }

    private void url(String url, Flags.@Nullable Taker<String> topic, IdentityOptions identity)
            throws WrongUsage {
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
        if (topic != null) {
            if (slash < 0) {
                throw new WrongUsage(
                        "-L takes a topic as well: %s://HOST/TOPIC"
                                .formatted(scheme.name().toLowerCase(Locale.ROOT)));
            }
            topic.take(rest.substring(slash + 1));
        }
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        int at = authority.lastIndexOf('@');
        if (at >= 0) {
            String[] credentials = authority.substring(0, at).split(":", 2);
            identity.are(credentials[0], credentials.length == 2 ? credentials[1] : null);
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

    private boolean isEncrypted() {
        return socket == null && (isSecure || tls.areGiven() || port == TLS_PORT);
    }

    private String uri() {
        if (socket != null) {
            return "unix:" + socket.toAbsolutePath().toString().replace("%", "%25");
        }
        boolean encrypted = isEncrypted();
        String scheme = (isWebSocket ? "ws" : "mqtt") + (encrypted ? "s" : "");
        int where = port == UNSET ? (encrypted ? TLS_PORT : Scheme.MQTT.port) : port;
        String bracketed = host.contains(":") ? "[" + host + "]" : host;
        return scheme + "://" + bracketed + ":" + where + (isWebSocket ? "/mqtt" : "");
    }

    private TlsSettings tls() throws WrongUsage {
        return isEncrypted() ? tls.settings(TlsSettings.DEFAULT) : TlsSettings.DEFAULT;
    }

    /** The server. */
    ServerAddress address() throws WrongUsage {
        try {
            return ServerAddress.parse(uri());
        } catch (IllegalArgumentException wrong) {
            throw new WrongUsage(String.valueOf(wrong.getMessage()));
        }
    }

    /** How a connection to it is made. */
    NetworkSettings network(Duration timeout) throws WrongUsage {
        try {
            return new NetworkSettings(
                    timeout,
                    tls(),
                    proxy == null ? null : ProxySettings.parse(proxy),
                    localAddress,
                    Map.of(),
                    NetworkThreads.VIRTUAL);
        } catch (IllegalArgumentException wrong) {
            throw new WrongUsage(String.valueOf(wrong.getMessage()));
        }
    }

    /** Tells a client. */
    void apply(MqttClientBuilder builder) throws WrongUsage {
        TlsSettings settings = tls();
        try {
            builder.server(uri()).tls(_ -> settings);
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
}

package io.godwit.client;

import io.godwit.client.auth.EnhancedAuthentication;
import io.godwit.client.core.ClientSettings;
import io.godwit.client.network.NetworkSettings;
import io.godwit.client.network.NetworkThreads;
import io.godwit.client.network.ProxySettings;
import io.godwit.client.network.ServerAddress;
import io.godwit.client.network.TlsSettings;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Collects what a client is to be; one thread at a time. Every setting has a default. */
public final class MqttClientBuilder {

    private final List<ServerAddress> servers = new ArrayList<>();
    private ProtocolVersion version = ProtocolVersion.V5;
    private String clientId = "";
    private boolean cleanStart = true;
    private long sessionExpiry;
    private int keepAlive = 60;
    private Supplier<@Nullable Credentials> credentials = () -> null;
    private @Nullable EnhancedAuthentication authentication;
    private @Nullable Message will;
    private Duration willDelay = Duration.ZERO;
    private Properties connectProperties = Properties.NONE;
    private Reconnect reconnect = Reconnect.DEFAULT;
    private boolean resubscribe = true;
    private boolean redirect = true;
    private OfflineBuffer offline = OfflineBuffer.DEFAULT;
    private @Nullable Path directory;
    private Duration timeout = Duration.ofSeconds(30);
    private int receiveMaximum = 100;
    private int topicAliasMaximum = 16;
    private long maximumPacketSize = 268_435_460;
    private boolean manualAcknowledgement;
    private TlsSettings tls = TlsSettings.DEFAULT;
    private @Nullable ProxySettings proxy;
    private @Nullable String localAddress;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private NetworkThreads threads = NetworkThreads.VIRTUAL;
    private @Nullable Executor callbacks;

    MqttClientBuilder() {}

    /**
     * One more server, such as {@code mqtt://localhost}, {@code mqtts://broker.example.org:8883},
     * {@code ws://localhost:8083/mqtt}, {@code wss://...} or {@code unix:///run/mqtt.sock}. With
     * several the next one is tried when one cannot be reached. User name and password in it count
     * if {@link #credentials} is not set. The default is {@code mqtt://localhost:1883}.
     *
     * @throws IllegalArgumentException if it is none; says why
     */
    public MqttClientBuilder server(String uri) {
        servers.add(ServerAddress.parse(uri));
        return this;
    }

    /** MQTT 5, which is the default, or 3.1.1 (or 3.1). */
    public MqttClientBuilder version(ProtocolVersion value) {
        version = value;
        return this;
    }

    /**
     * The Client Identifier; empty, which is the default, lets the server assign one (before
     * version 5 the client makes one).
     */
    public MqttClientBuilder clientId(String value) {
        clientId = value;
        return this;
    }

    /**
     * Whether the first CONNECT of a {@link MqttClient#connect} ends an old session. True by
     * default; reconnects never ask for it. Before version 5 it is Clean Session, the same for each
     * CONNECT: a session that ends with its connection, or one that is kept.
     */
    public MqttClientBuilder cleanStart(boolean value) {
        cleanStart = value;
        return this;
    }

    /**
     * How long the server keeps the session without a connection, in whole seconds. The default is
     * zero, and then a reconnect begins a new session, in which what was subscribed to is
     * subscribed to again. Before version 5 a session without end is kept where {@link #cleanStart}
     * is false.
     */
    public MqttClientBuilder sessionExpiry(Duration value) {
        sessionExpiry = Math.min(value.toSeconds(), 0xFFFF_FFFFL);
        return this;
    }

    /** Seconds, 0 to 65,535; 60 by default, 0 turns it off. */
    public MqttClientBuilder keepAlive(int seconds) {
        keepAlive = seconds;
        return this;
    }

    /** User name and password. */
    public MqttClientBuilder credentials(String userName, String password) {
        Credentials fixed = Credentials.of(userName, password);
        return credentials(() -> fixed);
    }

    /** Asked anew for each CONNECT, on a thread that may block. */
    public MqttClientBuilder credentials(Supplier<@Nullable Credentials> source) {
        credentials = source;
        return this;
    }

    /** Authenticates by AUTH (§4.12), as {@link io.godwit.client.auth.Scram} does. */
    public MqttClientBuilder authentication(EnhancedAuthentication value) {
        authentication = value;
        return this;
    }

    /** The Will Message. */
    public MqttClientBuilder will(Message value) {
        return will(value, Duration.ZERO);
    }

    /** The Will Message, published that long after the connection was lost (version 5). */
    public MqttClientBuilder will(Message value, Duration delay) {
        will = value;
        willDelay = delay;
        return this;
    }

    /** One more property of CONNECT, such as a User Property. */
    public <T> MqttClientBuilder connectProperty(Property<T> property, T value) {
        connectProperties = connectProperties.with(property, value);
        return this;
    }

    /** When it connects again. */
    public MqttClientBuilder reconnect(Reconnect value) {
        reconnect = value;
        return this;
    }

    /** Whether it subscribes again when the server has lost the session; true by default. */
    public MqttClientBuilder resubscribe(boolean value) {
        resubscribe = value;
        return this;
    }

    /**
     * Whether it follows a Server Reference (0x9C Use another server for this attempt, 0x9D Server
     * moved for good); true by default.
     */
    public MqttClientBuilder redirect(boolean value) {
        redirect = value;
        return this;
    }

    /** Bounds and policy of what is published and not yet acknowledged. */
    public MqttClientBuilder offline(OfflineBuffer value) {
        offline = value;
        return this;
    }

    /**
     * Keeps what is published and not yet acknowledged, and what QoS 2 needs, in a directory, so
     * that it survives the process, also one that is killed: without a connection a message is in
     * the files when {@link MqttClient#publish} returns, with one before anything of it is sent and
     * as soon as the client has nothing else to send. It is for one client identifier, and one
     * client at a time; it wants a {@link #clientId}, {@link #cleanStart} false and a session that
     * the server keeps.
     */
    public MqttClientBuilder directory(Path value) {
        directory = value;
        return this;
    }

    /**
     * How long it waits for a socket, CONNACK, SUBACK, UNSUBACK, and at its end; 30 s by default, a
     * day at most.
     */
    public MqttClientBuilder timeout(Duration value) {
        timeout = value;
        return this;
    }

    /**
     * Receive Maximum (version 5): messages of QoS 1 and 2 that handlers have not finished, 1 to
     * 65,535; 100 by default.
     */
    public MqttClientBuilder receiveMaximum(int value) {
        receiveMaximum = value;
        return this;
    }

    /**
     * Topic Alias Maximum (version 5): aliases that the server may use, 0 to 65,535; 16 by default.
     */
    public MqttClientBuilder topicAliasMaximum(int value) {
        topicAliasMaximum = value;
        return this;
    }

    /**
     * Bytes of the largest packet that it takes (version 5 tells the server); what the protocol can
     * express by default.
     */
    public MqttClientBuilder maximumPacketSize(long value) {
        maximumPacketSize = value;
        return this;
    }

    /**
     * Whether messages of {@link MqttClient#onMessage} are acknowledged by {@link
     * ReceivedMessage#acknowledge} only.
     */
    public MqttClientBuilder manualAcknowledgement(boolean value) {
        manualAcknowledgement = value;
        return this;
    }

    /** Changes how TLS is done, as in {@code .tls(tls -> tls.ca(Path.of("ca.pem")))}. */
    public MqttClientBuilder tls(UnaryOperator<TlsSettings> change) {
        tls = change.apply(tls);
        return this;
    }

    /**
     * Connects through a proxy, such as {@code socks5h://localhost:1080} or {@code
     * http://user:password@proxy:3128}.
     */
    public MqttClientBuilder proxy(String uri) {
        proxy = ProxySettings.parse(uri);
        return this;
    }

    /** Binds its sockets to an address of this machine. */
    public MqttClientBuilder localAddress(String value) {
        localAddress = value;
        return this;
    }

    /** One more header of the WebSocket request. */
    public MqttClientBuilder header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** The kind of threads that wait for the network; virtual ones by default. */
    public MqttClientBuilder threads(NetworkThreads value) {
        threads = value;
        return this;
    }

    /**
     * Runs message handlers and listeners; a virtual thread of the client's own by default. It must
     * run one after the other what it is given. Futures complete on threads of the client's own all
     * the same: {@code thenAcceptAsync} and its like take an executor.
     */
    public MqttClientBuilder callbacks(Executor value) {
        callbacks = value;
        return this;
    }

    /**
     * A client with these settings, not connected.
     *
     * @throws IllegalArgumentException if they contradict each other; says how
     * @throws java.io.UncheckedIOException if the {@link #directory} cannot be used
     */
    public MqttClient build() {
        return settings().open();
    }

    ClientSettings settings() {
        return new ClientSettings(
                servers.isEmpty()
                        ? List.of(ServerAddress.parse("mqtt://localhost"))
                        : List.copyOf(servers),
                version,
                clientId,
                cleanStart,
                sessionExpiry,
                keepAlive,
                credentials,
                authentication,
                will,
                willDelay,
                connectProperties,
                reconnect,
                resubscribe,
                redirect,
                offline,
                directory,
                timeout,
                receiveMaximum,
                topicAliasMaximum,
                maximumPacketSize,
                manualAcknowledgement,
                new NetworkSettings(
                        timeout, tls, proxy, localAddress, Map.copyOf(headers), threads),
                callbacks);
    }
}

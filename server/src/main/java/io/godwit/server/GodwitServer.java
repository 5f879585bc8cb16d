package io.godwit.server;

import io.godwit.access.authentication.AuthenticatorChain;
import io.godwit.admin.AdminApi;
import io.godwit.admin.AdminSocket;
import io.godwit.admin.Audit;
import io.godwit.admin.dashboard.Dashboard;
import io.godwit.admin.http.Routes;
import io.godwit.broker.Broker;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.control.BrokerMetrics;
import io.godwit.broker.control.Instance.Health;
import io.godwit.broker.control.Logs;
import io.godwit.broker.control.ReloadPlan;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.protection.Protection;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.gateway.sn.SnListener;
import io.godwit.server.configuration.AdminSettings;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.configuration.LoadedConfiguration;
import io.godwit.server.configuration.Persistence;
import io.godwit.server.reload.ConfigurationSource;
import io.godwit.server.reload.Reloader;
import io.godwit.server.reload.Reloads;
import io.godwit.server.reload.Snapshot;
import io.godwit.transport.Endpoint;
import io.godwit.transport.Listener;
import io.godwit.transport.NettyTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running broker: the core, its loops and its listeners, put together from a configuration. Also
 * the way to embed one:
 *
 * <pre>{@code
 * try (GodwitServer server = GodwitServer.start(Configuration.defaults())) {
 *     InetSocketAddress address = server.addresses().get("tcp");
 *     ...
 * }
 * }</pre>
 *
 * <p>Safe from any thread, but {@link #close} must not be called on one of its loops.
 */
public final class GodwitServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GodwitServer.class);

    /** How long clients have to take their DISCONNECT when the server closes. */
    private static final Duration DRAIN = Duration.ofSeconds(3);

    private static final Duration STOP = Duration.ofSeconds(3);

    /** Where in the data directory the durable store is. */
    public static final String STORE = "store";

    /** Where in the data directory records are that could not be read. */
    public static final String QUARANTINE = "quarantine";

    /** The file in the data directory that holds the bans. */
    public static final String BANS = "bans.json";

    /** Where in the data directory topic identifiers of MQTT-SN are. */
    public static final String MQTT_SN = "mqtt-sn";

    /** The admin socket's file in the data directory. */
    public static final String ADMIN_SOCKET = "godwit.sock";

    private final DataDirectory data;
    private final NettyTransport transport;
    private final Broker broker;
    private final Reloads reloads;
    private final AccessControl access;
    private final ServerControl control;
    private final ServerStore store;
    private final ServerBans bans;
    private @Nullable Recovered recovered;
    private @Nullable AdminSocket admin;
    private final AdminDoor door = new AdminDoor();
    private final ServerInstance instance;
    private final Listeners listeners;
    private final Gateways gateways;
    private boolean closed;

    private GodwitServer(
            Configuration configuration,
            Snapshot values,
            DataDirectory data,
            ServerStore store,
            NettyTransport transport,
            Broker broker,
            AccessControl access,
            Protection protection,
            Gateways gateways,
            Time time) {
        this.data = data;
        this.access = access;
        this.store = store;
        this.bans = new ServerBans(data.path().resolve(BANS), broker, time);
        this.transport = transport;
        this.broker = broker;
        this.gateways = gateways;
        this.listeners = new Listeners(transport, broker, configuration.limits().packetSize());
        this.reloads =
                new Reloads(
                        new Reloader(
                                configuration,
                                values,
                                List.of( // who may do what first, then where clients come in
                                        new AccessPart(access, store::secret),
                                        new AuthorizationPart(access, broker),
                                        new ProtectionPart(protection),
                                        listeners,
                                        door,
                                        gateways,
                                        new RecorderPart(broker.tracing()),
                                        new ReloadPart())));
        this.instance = new ServerInstance(broker, listeners, gateways, reloads);
        this.control =
                new ServerControl(
                        bans,
                        new ServerMetrics(broker, store.durable(), listeners, gateways, time),
                        ServerSessions.of(broker),
                        new ServerControl.Views(
                                new ServerClients(broker.directory()),
                                new ServerMessages(
                                        broker.messages(),
                                        time,
                                        configuration.limits().packetSize()),
                                instance,
                                new ServerTraces(broker.tracing())),
                        store.checkpoint(),
                        new AccessExplanations(access, broker)::explain,
                        reloads);
    }

    /**
     * Begins to load what every broker needs, beside what the caller does until it starts one, such
     * as to read the configuration. A broker starts without it too, only later. SLF4J is set up
     * before this returns, on the caller's thread, since this class has a logger.
     */
    public static void prepare() {
        EarlyTransport.load();
    }

    /**
     * Starts a broker; when this returns its listeners accept connections.
     *
     * @throws IOException if the data directory, a port or a file that the configuration names
     *     cannot be used; says why and what to do
     */
    public static GodwitServer start(Configuration configuration) throws IOException {
        return start(configuration, Time.SYSTEM, true);
    }

    /**
     * As {@link #start}, for a test that the broker is part of: it has no admin socket, whose path
     * would be too long in some temporary directories, and no port of the HTTP API.
     *
     * @param time its clocks, which may jump forward
     */
    public static GodwitServer startInTest(Configuration configuration, Time time)
            throws IOException {
        return start(configuration, time, false);
    }

    private static GodwitServer start(
            Configuration configuration, Time time, boolean isAdministered) throws IOException {
        EarlyTransport transport = EarlyTransport.begin(configuration);
        try {
            return start(configuration, transport, time, isAdministered);
        } catch (IOException | RuntimeException failure) {
            transport.stop(STOP);
            throw failure;
        }
    }

    private static GodwitServer start(
            Configuration configuration,
            EarlyTransport transport,
            Time time,
            boolean isAdministered)
            throws IOException {
        Snapshot values = Snapshot.of(configuration);
        AuthenticatorChain authenticators;
        CompletableFuture<Long> secret = new CompletableFuture<>(); // known when the store is open
        try {
            authenticators = Authenticators.build(configuration.authentication(), secret::join);
        } catch (ConfigurationProblems problems) {
            throw new IOException(problems.getMessage(), problems);
        }
        try {
            return assemble(
                    configuration,
                    values,
                    new AccessControl(authenticators, configuration.authorization().authorizer()),
                    secret,
                    transport,
                    time,
                    isAdministered);
        } catch (IOException | RuntimeException failure) {
            authenticators.close();
            throw failure;
        }
    }

    private static GodwitServer assemble(
            Configuration configuration,
            Snapshot values,
            AccessControl access,
            CompletableFuture<Long> secret,
            EarlyTransport early,
            Time time,
            boolean isAdministered)
            throws IOException {
        DataDirectory data = DataDirectory.open(configuration.dataDir());
        Limits limits = configuration.limits();
        SecureRandom secrets = new SecureRandom();
        ServerStore store;
        try {
            store =
                    ServerStore.open(
                            data.path(), configuration.persistence(), limits, time, secrets);
            secret.complete(store.secret());
        } catch (IOException | RuntimeException failure) {
            release(data);
            throw failure;
        }
        NettyTransport transport = made(early, store, data);
        List<Shard> shards = shards(transport, time, secrets);
        Protection protection = new Protection(configuration.protection());
        Broker broker =
                new Broker(
                        shards,
                        limits,
                        store.sessions(),
                        store.retained(),
                        access,
                        protection,
                        "Godwit " + Version.current(),
                        store.secret());
        broker.tracing().recordPackets(configuration.flightRecorder());
        transport.attach(shards);
        GodwitServer server =
                new GodwitServer(
                        configuration,
                        values,
                        data,
                        store,
                        transport,
                        broker,
                        access,
                        protection,
                        new Gateways(
                                broker, shards, time, secrets, keptByGateways(configuration, data)),
                        time);
        try {
            server.bans.load();
            server.recovered = store.recover(broker, configuration.persistence().restartGrace());
            broker.start();
            if (isAdministered) {
                server.administer(configuration.admin());
            }
            server.open(configuration);
        } catch (IOException | RuntimeException failure) {
            server.close();
            throw failure;
        }
        return server;
    }

    private static NettyTransport made(EarlyTransport early, ServerStore store, DataDirectory data)
            throws IOException {
        try {
            return early.get();
        } catch (IOException failure) {
            store.close();
            release(data);
            throw failure;
        }
    }

    /** Where gateways keep what outlives the process; null if nothing does. */
    private static @Nullable Path keptByGateways(Configuration configuration, DataDirectory data) {
        return configuration.persistence().mode() == Persistence.Mode.DURABLE
                ? data.path().resolve(MQTT_SN)
                : null;
    }

    private void open(Configuration configuration) throws IOException {
        for (var listener : configuration.listeners()) {
            listeners.open(listener, configuration);
        }
        for (var gateway : configuration.gateways()) {
            gateways.open(gateway);
        }
        instance.phase(Health.OK);
    }

    /** Opens the admin socket, and the port of the HTTP API if there is to be one. */
    private void administer(AdminSettings settings) throws IOException {
        Audit audit = Audit.to(settings.audit().file().map(data.path()::resolve).orElse(null));
        Routes routes = AdminApi.of(control);
        Dashboard.addTo(routes, control);
        admin = AdminSocket.open(data.path().resolve(ADMIN_SOCKET), routes, audit);
        door.open(settings, routes, audit);
    }

    private static List<Shard> shards(NettyTransport transport, Time time, SecureRandom secrets) {
        List<Shard> shards = new ArrayList<>();
        for (EventLoop loop : transport.loops()) {
            shards.add(new Shard(shards.size(), loop, time, secrets));
        }
        return shards;
    }

    /**
     * Where each listener with a port listens, by its name, with the ports that the system chose.
     */
    public Map<String, InetSocketAddress> addresses() {
        Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
        listeners
                .open()
                .forEach((name, listener) -> {
                    if (listener.settings().endpoint() instanceof Endpoint.Tcp) {
                        addresses.put(name, listener.address());
                    }
                });
        gateways.open().forEach((name, gateway) -> addresses.put(name, gateway.address()));
        return addresses;
    }

    /** Where the HTTP API listens, with the port that the system chose; null if it has no port. */
    public @Nullable InetSocketAddress adminAddress() {
        return door.address();
    }

    /**
     * Reads the files that the settings of the HTTP API name, to see whether it could be opened.
     *
     * @throws IOException if one can't be used; says all that is wrong
     */
    public static void check(AdminSettings settings) throws IOException {
        AdminDoor.check(settings);
    }

    /** Has this log shown to administrators; before it they are told that there is none. */
    public void show(Logs logs) {
        instance.logs(logs);
    }

    /** The listeners, in the order of the configuration. */
    public List<Listener> listeners() {
        return List.copyOf(listeners.open().values());
    }

    /** The gateways for MQTT-SN, in the order of the configuration. */
    public List<SnListener> gateways() {
        return List.copyOf(gateways.open().values());
    }

    /** What it has found of those before it; null if everything is in memory. */
    public @Nullable Recovered recovered() {
        return recovered;
    }

    /**
     * Reads the configuration from there from now on, when it is asked to {@link #reload(String)},
     * and watches its files if {@code reload.watch} says so; what of them has changed since they
     * were read for the start is applied before this returns. Not to be called on a loop.
     *
     * @param loaded what this server was started with
     */
    public void follow(ConfigurationSource source, LoadedConfiguration loaded) {
        reloads.follow(source, loaded);
    }

    /**
     * Reads the configuration again, with all files that it names, and applies what differs. All or
     * nothing: if anything is wrong nothing changes. Not to be called on a loop.
     *
     * @param by what asked for it, for the log
     * @return what has changed, and what needs a restart
     * @throws IOException if it can't be used or applied, with all that is wrong
     */
    public ReloadPlan reload(String by) throws IOException {
        return reloads.reload(by);
    }

    /** As {@link #reload(String)}, with a configuration that was made or read elsewhere. */
    public ReloadPlan reload(Configuration configuration) throws IOException {
        return reloads.reload(configuration);
    }

    /** What {@link #reload(Configuration)} would change; changes nothing. */
    public ReloadPlan plan(Configuration configuration) throws IOException {
        return reloads.plan(configuration);
    }

    /** What it counts and measures. */
    public BrokerMetrics metrics() {
        return control.metrics();
    }

    /** The broker core, to look at its counts. */
    public Broker broker() {
        return broker;
    }

    /**
     * Stops: accepts nothing more, disconnects all clients (version 5 with reason code 0x8B), sends
     * what is on its way within 3 s, and gives the data directory free. Does nothing the second
     * time.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        instance.phase(Health.DRAINING);
        reloads.close();
        if (admin != null) {
            admin.close();
        }
        control.close();
        listeners.close();
        gateways.close(); // says good-bye to its clients itself
        try {
            broker.disconnectAll().get(DRAIN.toMillis(), TimeUnit.MILLISECONDS);
            transport.awaitClosed(DRAIN);
        } catch (TimeoutException | ExecutionException late) {
            LOG.warn("not all clients could be told that the broker stops", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            door.close();
            if (access.authenticator() instanceof AuthenticatorChain authenticators) {
                authenticators.close();
            }
            transport.stop(STOP);
            bans.close();
            store.close();
            release(data);
        }
    }

    private static void release(DataDirectory data) {
        try {
            data.close();
        } catch (IOException failure) {
            LOG.warn("the data directory could not be given free", failure);
        }
    }
}

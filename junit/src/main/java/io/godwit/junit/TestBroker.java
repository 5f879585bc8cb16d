package io.godwit.junit;

import io.godwit.broker.Inspection.SessionView;
import io.godwit.broker.spi.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.Reconnect;
import io.godwit.codec.PacketException;
import io.godwit.codec.PacketType;
import io.godwit.codec.Properties;
import io.godwit.codec.TopicName;
import io.godwit.junit.Fault.Rule;
import io.godwit.junit.Fault.Verdict;
import io.godwit.server.GodwitServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a test does with a broker: clients, what the broker was told, virtual time and faults.
 * {@link MqttBroker} injects it; {@link #start()} makes one where there is no JUnit Jupiter.
 *
 * <p>Each test has its own view of a broker that several tests share: it sees the messages that
 * came since the test began, and what it opened and what it broke is closed and mended at its end.
 * A view in a static field is that of all tests of the class; it begins anew when a test begins and
 * no other runs. Faults, stops and jumps of the clock are the same for all who use the broker.
 *
 * <p>Safe from any thread. What is awaited and does not come in time ({@link MqttBroker#patience})
 * fails with an {@link AssertionError} that says what came instead.
 */
public final class TestBroker implements AutoCloseable {

    /** How many messages are remembered at most; the oldest are forgotten. */
    public static final int KEPT_MESSAGES = 10_000;

    /** Bytes of payloads that are remembered at most; the oldest are forgotten. */
    public static final long KEPT_BYTES = 64L << 20;

    /** Clients come back quickly, since a test waits for them. */
    private static final Reconnect RECONNECT =
            Reconnect.DEFAULT.between(Duration.ofMillis(20), Duration.ofMillis(500));

    private final RunningBroker broker;
    private final boolean isOwner;
    private final List<MqttClient> clients = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private final MessageView messages;
    private final SessionWatch sessions;

    /** Tests that run, of those that share a view; and what was there before they began. */
    private int tests;

    private int clientsBefore;
    private int faultsBefore;

    TestBroker(RunningBroker broker, boolean isOwner) {
        this.broker = broker;
        this.isOwner = isOwner;
        this.messages = new MessageView(broker.log());
        this.sessions = new SessionWatch(broker);
    }

    /** Starts a broker with its store in memory, which {@link #close} stops. */
    public static TestBroker start() {
        return new TestBroker(new RunningBroker(BrokerSettings.DEFAULTS), true);
    }

    /** Starts a broker with a store, which {@link #close} stops. */
    public static TestBroker start(MqttBroker.Store store) {
        return new TestBroker(new RunningBroker(BrokerSettings.DEFAULTS.withStore(store)), true);
    }

    // --- where it is ----------------------------------------------------------------------------

    /** Where clients connect, such as {@code mqtt://127.0.0.1:40123}; the same after a restart. */
    public String uri() {
        return "mqtt://%s:%d".formatted(host(), port());
    }

    /** The address of {@link #uri}: 127.0.0.1. */
    public String host() {
        return "127.0.0.1";
    }

    /** The port of {@link #uri}; the same after a restart. */
    public int port() {
        return broker.proxy().port();
    }

    /**
     * Where the listeners are that {@link MqttBroker#config} has, by their names: another port
     * after a restart, and without faults on the way.
     */
    public Map<String, InetSocketAddress> listeners() {
        return broker.otherListeners();
    }

    /** The broker itself; another one after a restart. */
    public GodwitServer server() {
        return broker.server();
    }

    // --- clients --------------------------------------------------------------------------------

    /** A client that is connected. It is closed after the test. */
    public MqttClient client(String clientId) {
        return client(clientId, builder -> builder);
    }

    /**
     * A client that is connected, with settings of its own, as in {@code client("pump", it ->
     * it.cleanStart(false))}. It is closed after the test.
     */
    public MqttClient client(String clientId, UnaryOperator<MqttClientBuilder> settings) {
        MqttClient client = settings.apply(clientBuilder(clientId)).build();
        synchronized (this) {
            clients.add(client);
        }
        client.blocking().connect();
        return client;
    }

    /** A client with an identifier of its own. */
    MqttClient anyClient() {
        return client(broker.nextClientId());
    }

    /** A builder that knows the broker, for a client that the test itself connects and closes. */
    public MqttClientBuilder clientBuilder(String clientId) {
        return MqttClient.builder()
                .server(uri())
                .clientId(clientId)
                .reconnect(RECONNECT)
                .timeout(broker.settings().patience());
    }

    // --- what the broker was told ---------------------------------------------------------------

    /** Publishes at QoS 1, as nobody's client: rules do not keep it from it. */
    public void publish(String topic, String payload) {
        publish(topic, payload.getBytes(StandardCharsets.UTF_8), 1, false);
    }

    /**
     * Publishes as nobody's client. When this returns the sessions that are to get the message have
     * it.
     *
     * @param payload not copied, and not to be changed any more
     * @param qos 0 to 2
     * @throws IllegalArgumentException if it is no Topic Name
     */
    public void publish(String topic, byte[] payload, int qos, boolean retain) {
        Message message =
                new Message(
                        name(topic),
                        payload,
                        qos,
                        retain,
                        Properties.NONE,
                        Message.NEVER,
                        RunningBroker.PUBLISHER);
        broker.answer(broker.inspection().publish(message));
    }

    /**
     * The next message on a topic, or on one that a filter matches, of those that this has not
     * returned yet: waits until the broker has accepted one, whoever published it and whoever gets
     * it. {@code $SYS} is left out.
     */
    public RecordedMessage awaitMessage(String filter) {
        return awaitMessage(filter, broker.settings().patience());
    }

    /** The same with another patience. */
    public RecordedMessage awaitMessage(String filter, Duration patience) {
        Filter wanted = Filter.of(filter);
        try {
            RecordedMessage found = messages.await(wanted, patience);
            if (found != null) {
                return found;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while this was awaited: " + filter, interrupted);
        }
        throw new AssertionError(
                "no %smessage came on %s within %d ms\n%s\n%s"
                        .formatted(
                                messages.all(wanted).isEmpty() ? "" : "further ",
                                filter,
                                patience.toMillis(),
                                messages.whatCame(),
                                sessions.whoIsThere()));
    }

    /**
     * The messages that came since the test began, in their order, also those that {@link
     * #awaitMessage} has returned.
     *
     * @param filter such as {@code a/#}
     */
    public List<RecordedMessage> messages(String filter) {
        return messages.all(Filter.of(filter));
    }

    /** The message that is retained for a topic, or null. */
    public @Nullable RecordedMessage retained(String topic) {
        Message message = broker.inspection().retained(name(topic));
        return message == null ? null : RecordedMessage.of(message);
    }

    static TopicName name(String topic) {
        try {
            return TopicName.of(topic);
        } catch (PacketException invalid) {
            throw new IllegalArgumentException(invalid.getMessage(), invalid);
        }
    }

    // --- sessions -------------------------------------------------------------------------------

    /** The Client Identifiers of the clients that are connected, in the order of the alphabet. */
    public List<String> clients() {
        return sessions.clientIds(SessionView::isConnected);
    }

    /**
     * The Client Identifiers of all sessions, also of clients that are away; in the order of the
     * alphabet.
     */
    public List<String> sessions() {
        return sessions.clientIds(_ -> true);
    }

    /**
     * How many messages wait in the queue of a client's session.
     *
     * @throws AssertionError if it has none
     */
    public int queued(String clientId) {
        SessionView session = sessions.find(clientId);
        if (session == null) {
            throw new AssertionError(
                    "there is no session of %s; there are those of %s"
                            .formatted(clientId, sessions()));
        }
        return session.queued();
    }

    /** Waits until a client is connected. */
    public void awaitConnected(String clientId) {
        sessions.await(
                () -> sessions.isConnected(clientId),
                () -> "%s has not connected".formatted(clientId));
    }

    /** Waits until a client is not connected, whether its session is kept or not. */
    public void awaitDisconnected(String clientId) {
        sessions.await(
                () -> !sessions.isConnected(clientId),
                () -> "%s is still connected".formatted(clientId));
    }

    /**
     * Waits until a client's session has a subscription.
     *
     * @param filter as it was subscribed to, {@code $share/NAME/} included
     */
    public void awaitSubscription(String clientId, String filter) {
        sessions.await(
                () -> sessions.hasSubscribed(clientId, filter),
                () -> sessions.instead(clientId, filter));
    }

    // --- time -----------------------------------------------------------------------------------

    /**
     * Moves the broker's clocks forward. When this returns has happened what was due: sessions have
     * ended and wills were published, each at its time; messages have expired. Connections feel
     * nothing of it: a client that is connected does not seem to have been silent. Clients' own
     * clocks are not touched.
     *
     * @param duration whole milliseconds, not negative
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time only goes forward, not by " + duration);
        }
        broker.advance(duration);
    }

    // --- faults ---------------------------------------------------------------------------------

    /**
     * Loses the next packet of a type, of any client and in any direction, as in {@code
     * dropNext(PUBACK)}. The connection goes on; clients send again what was not acknowledged when
     * they come back (§4.4): {@link #cut} it to see that.
     */
    public Fault dropNext(PacketType type) {
        return drop(type, null, null);
    }

    /** Loses the next packet of a type that a client sends or is sent. */
    public Fault dropNext(PacketType type, String clientId) {
        return drop(type, clientId, null);
    }

    /** Loses the next packet of a type that a client sends, or the next that it is sent. */
    public Fault dropNext(PacketType type, String clientId, Direction direction) {
        return drop(type, clientId, direction);
    }

    private Fault drop(PacketType type, @Nullable String clientId, @Nullable Direction only) {
        return add(
                "drop the next %s%s".formatted(type, of(clientId)),
                clientId,
                false,
                (direction, packet) ->
                        packet == type && (only == null || direction == only)
                                ? Verdict.DROP
                                : Verdict.PASS);
    }

    /**
     * Cuts a connection when this many packets have passed from now on, in both directions together
     * and over all clients: the one that the last of them passes on.
     *
     * @param packets 1 or more
     */
    public Fault cutAfter(int packets) {
        return cutAfter(packets, null, "");
    }

    /**
     * Cuts the connection of a client when this many packets of it have passed from now on, in both
     * directions.
     */
    public Fault cutAfter(int packets, String clientId) {
        return cutAfter(packets, clientId, of(clientId));
    }

    private Fault cutAfter(int packets, @Nullable String clientId, String of) {
        if (packets < 1) {
            throw new IllegalArgumentException("1 packet or more must pass, not " + packets);
        }
        AtomicInteger left = new AtomicInteger(packets);
        return add(
                "cut the connection after %d packets%s".formatted(packets, of),
                clientId,
                false,
                (_, _) -> left.decrementAndGet() == 0 ? Verdict.CUT : Verdict.PASS);
    }

    /**
     * Cuts the connection of a client now, without DISCONNECT.
     *
     * @throws IllegalStateException if it has none
     */
    public void cut(String clientId) {
        List<ProxyConnection> connections = broker.proxy().of(clientId);
        if (connections.isEmpty()) {
            throw new IllegalStateException(
                    "%s has no connection to cut; %s".formatted(clientId, sessions.whoIsThere()));
        }
        connections.forEach(ProxyConnection::close);
    }

    /**
     * Lets a client read nothing from now on but CONNACK, until the fault is closed: what comes for
     * it fills the buffers of the system, a few hundred kilobytes or more, and then waits in the
     * broker, as it does for a client that is stuck. What it sends passes.
     */
    public Fault slowConsumer(String clientId) {
        return add("let %s read nothing".formatted(clientId), clientId, true, Rule.PASS_ALL);
    }

    private Fault add(String what, @Nullable String clientId, boolean stopsReading, Rule rule) {
        Faults all = broker.faults();
        Fault fault =
                new Fault(what, clientId, stopsReading, rule, all, broker.settings().patience());
        all.add(fault);
        synchronized (this) {
            faults.add(fault);
        }
        return fault;
    }

    private static String of(@Nullable String clientId) {
        return clientId == null ? "" : " of " + clientId;
    }

    /**
     * Stops the broker as an operator would: clients are told, wills are published. Who comes then
     * is turned away until {@link #startAgain}.
     */
    public void stop() {
        broker.stop();
    }

    /** Starts the broker after {@link #stop}: with its data if its store is durable. */
    public void startAgain() {
        broker.start();
    }

    /**
     * Stops the broker and starts it again with its data.
     *
     * @throws IllegalStateException if its store is in memory, so that nothing would be left
     */
    public void restart() {
        if (!broker.settings().isDurable()) {
            throw new IllegalStateException(
                    "a store in memory keeps nothing: start the broker with @MqttBroker(store ="
                            + " DURABLE), or call restartWithoutData()");
        }
        broker.stop();
        broker.start();
    }

    /** Stops the broker and starts it again as one that has never run; the clock goes on. */
    public void restartWithoutData() {
        broker.wipe();
        broker.start();
    }

    // --- its life -------------------------------------------------------------------------------

    /** One of the tests that share this view begins. */
    synchronized void testBegins() {
        if (tests++ == 0) {
            messages.beginAnew();
            clientsBefore = clients.size();
            faultsBefore = faults.size();
        }
    }

    /** One of the tests that share this view has ended. */
    synchronized void testEnds() {
        if (--tests == 0) {
            closeBehind(clientsBefore, faultsBefore);
        }
    }

    /**
     * Closes its clients and ends its faults; stops the broker if {@link #start} has started it.
     */
    @Override
    public synchronized void close() {
        try {
            closeBehind(0, 0);
        } finally {
            if (isOwner) {
                broker.close();
            }
        }
    }

    /** What is broken is mended first, so that clients can say goodbye. */
    private void closeBehind(int keptClients, int keptFaults) {
        while (faults.size() > keptFaults) {
            faults.removeLast().close();
        }
        while (clients.size() > keptClients) {
            clients.removeLast().close();
        }
    }
}

package io.godwit.client.core;

import io.godwit.client.ClientState;
import io.godwit.client.Connected;
import io.godwit.client.ConnectionListener;
import io.godwit.client.ConnectionLost;
import io.godwit.client.DisconnectedByServer;
import io.godwit.client.MqttException;
import io.godwit.client.network.Link;
import io.godwit.client.network.ServerAddress;
import io.godwit.client.store.SessionStore;
import io.godwit.client.store.SessionStore.Recovered;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Property;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The state of a client, and when it connects. Everything in it is under {@link #lock}. */
final class Engine {

    private static final String ID_CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

    final ReentrantLock lock = new ReentrantLock();

    /** There may be something to send. */
    final Condition work = lock.newCondition();

    /** There may be a reason to read on. */
    final Condition room = lock.newCondition();

    final ClientSettings settings;
    final Surroundings surroundings;
    final Timing timing;
    final Completions completions = new Completions();
    final Callbacks callbacks;
    final Tally tally = new Tally();
    final PacketIds ids = new PacketIds();
    final Journal journal;
    final Servers servers;
    final Subscriptions subscriptions = new Subscriptions();
    final Requests requests;
    final Outbox outbox;
    final Inbound inbound;
    final Reauthentication reauthentication;

    private final List<ConnectionListener> listeners = new ArrayList<>();
    private final Backoff backoff;
    private ClientState state = ClientState.DISCONNECTED;
    private String clientId;
    private @Nullable Attempt attempt;
    private @Nullable Connection connection;
    private @Nullable Connected lastConnected;
    private @Nullable CompletableFuture<Connected> connecting;
    private @Nullable CompletableFuture<Void> leaving;
    private Timing.@Nullable Alarm retry;
    private long deadlineWatched = Outgoing.NONE;

    /** Whether the next CONNECT asks for a new session. */
    private boolean fresh;

    /** Whether this {@link #connect} has been successful, so that it is repeated. */
    private boolean established;

    private boolean everConnected;

    Engine(ClientSettings settings, Surroundings surroundings, SessionStore store) {
        this.settings = settings;
        this.surroundings = surroundings;
        this.timing = surroundings.timing();
        this.callbacks = new Callbacks(settings.callbacks());
        this.journal = new Journal(store, timing);
        this.servers = new Servers(settings.servers());
        this.requests = new Requests(this, ids);
        this.outbox = new Outbox(settings.offline(), journal, ids, completions, tally);
        this.inbound = new Inbound(this, journal, tally);
        this.reauthentication = new Reauthentication(this);
        this.backoff = new Backoff(settings.reconnect(), timing, surroundings.random());
        this.clientId = settings.clientId();
        if (clientId.isEmpty() && !settings.version().isV5()) { // [v3 MQTT-3.1.3-7]
            clientId = randomId();
        }
        Recovered recovered = journal.recovered();
        outbox.recover(recovered.outgoing());
        inbound.recover(recovered.incoming());
    }

    private String randomId() {
        StringBuilder id = new StringBuilder("godwit");
        for (int i = 0; i < 16; i++) {
            id.append(ID_CHARACTERS.charAt(surroundings.random().nextInt(ID_CHARACTERS.length())));
        }
        return id.toString();
    }

    void locked(Runnable task) {
        lock.lock();
        try {
            task.run();
        } finally {
            lock.unlock();
        }
    }

    /** Runs what waits for the network. */
    void startNetworkThread(String name, Runnable task) {
        settings.network().threads().start(name, task);
    }

    /** Runs a task under the lock after a wait. */
    Timing.Alarm after(Duration wait, Runnable task) {
        return timing.after(wait, () -> locked(task));
    }

    ClientState state() {
        return state;
    }

    @Nullable Connection connection() {
        return connection;
    }

    boolean isClosed() {
        return state == ClientState.CLOSED;
    }

    /** Whether the server owes an answer, for which reading goes on. */
    boolean isAwaiting() {
        Connection now = connection;
        return requests.isUnanswered()
                || outbox.isUnderWay()
                || reauthentication.isUnderWay()
                || now != null && now.sender().isLeaving();
    }

    void addListener(ConnectionListener listener) {
        listeners.add(listener);
    }

    void removeListener(ConnectionListener listener) {
        listeners.remove(listener);
    }

    /** Connects if it does not already; the future is the caller's own. */
    CompletableFuture<Connected> connect() {
        Connected now = lastConnected;
        boolean stays = state == ClientState.CONNECTED && leaving == null;
        if (stays && now != null) {
            return CompletableFuture.completedFuture(now);
        }
        CompletableFuture<Connected> future = connecting;
        if (future == null) {
            future = new CompletableFuture<>();
            connecting = future;
        }
        if (state == ClientState.DISCONNECTED) {
            begin();
        }
        return future.copy();
    }

    private void begin() {
        fresh = settings.cleanStart();
        established = false;
        backoff.begin();
        attempt();
    }

    private void attempt() {
        state = ClientState.CONNECTING;
        retry = null;
        // Before version 5 it is a property of the session, and the same for each CONNECT.
        boolean clean = settings.version().isV5() ? fresh : settings.cleanStart();
        Attempt next = new Attempt(this, servers.turn(), clean, clientId);
        attempt = next;
        startNetworkThread("connection", next);
    }

    /** The wait is over, unless it was given up while this waited for the lock. */
    private void retry() {
        if (state == ClientState.WAITING) {
            attempt();
        }
    }

    /** An attempt has come to nothing; any thread. */
    void failed(Attempt by, MqttException failure) {
        lock.lock();
        try {
            if (attempt != by) {
                return;
            }
            attempt = null;
            boolean wanted = established || settings.reconnect().first();
            boolean useful = established || !Refusals.isFinal(failure);
            Duration wait = wanted && useful ? backoff.failed() : null;
            again(failure, wait);
        } finally {
            lock.unlock();
        }
    }

    /** Waits and tries again, or gives up where there is nothing to wait for. */
    private void again(@Nullable MqttException cause, @Nullable Duration wait) {
        if (wait == null) {
            state = ClientState.DISCONNECTED;
            failConnecting(
                    cause != null
                            ? cause
                            : new ConnectionLost("it was disconnected meanwhile", null));
        } else {
            state = ClientState.WAITING;
            retry = after(wait, this::retry);
        }
        for (ConnectionListener listener : listeners) {
            callbacks.execute("a connection listener", () -> listener.disconnected(cause, wait));
        }
    }

    private void failConnecting(Exception cause) {
        CompletableFuture<Connected> future = connecting;
        connecting = null;
        if (future != null) {
            completions.fail(future, cause);
        }
    }

    /**
     * The server has accepted; any thread.
     *
     * @return null if nobody wants it any more
     */
    @Nullable Connection connected(
            Attempt by, ServerAddress server, Link link, PacketReader reader, ConnAck connAck) {
        lock.lock();
        try {
            if (attempt != by) {
                return null;
            }
            attempt = null;
            fresh = false;
            established = true;
            backoff.connected();
            servers.reached(server);
            clientId =
                    connAck.properties()
                            .getOrDefault(Property.ASSIGNED_CLIENT_IDENTIFIER, clientId);
            ServerLimits limits =
                    ServerLimits.of(connAck, settings.version(), settings.keepAlive());
            Connection now = new Connection(this, server, link, reader, limits);
            connection = now;
            state = ClientState.CONNECTED;
            tally.reconnects += everConnected ? 1 : 0;
            everConnected = true;
            resume(now, connAck.sessionPresent());
            now.keepAlive().start();
            startNetworkThread("sender", now.sender());
            announce(new Connected(now.peer(), settings.version(), clientId, connAck));
            return now;
        } finally {
            lock.unlock();
        }
    }

    private void announce(Connected connected) {
        lastConnected = connected;
        for (ConnectionListener listener : listeners) {
            callbacks.execute("a connection listener", () -> listener.connected(connected));
        }
        CompletableFuture<Connected> future = connecting;
        connecting = null;
        if (future != null) {
            completions.complete(future, connected);
        }
    }

    private void resume(Connection now, boolean sessionPresent) {
        List<Requests.Request> anew = new ArrayList<>();
        if (!sessionPresent) { // [v5 MQTT-3.2.2-5]
            outbox.sessionLost();
            inbound.sessionLost();
            journal.sessionLost();
            if (!settings.resubscribe()) {
                subscriptions.forgetGranted();
            }
        }
        // One that ends with its connection is sometimes said to be there and has lost them.
        boolean kept = !settings.version().isV5() || settings.sessionExpiry() > 0;
        if (settings.resubscribe() && !(sessionPresent && kept)) {
            for (List<Subscriptions.Entry> entries : subscriptions.granted()) {
                anew.add(new Requests.SubscribeRequest(this, entries, null));
            }
        }
        inbound.online(now);
        now.sender().resume();
        requests.online(now, anew);
    }

    /** A connection has ended; any thread. */
    void ended(Connection by) {
        lock.lock();
        try {
            if (connection != by) {
                return;
            }
            by.keepAlive().stop();
            connection = null;
            lastConnected = null;
            inbound.offline();
            requests.offline();
            reauthentication.offline();
            outbox.offline();
            MqttException cause = by.cause();
            CompletableFuture<Void> end = leaving;
            if (end != null) {
                leaving = null;
                CompletableFuture<Connected> next = connecting; // asked for meanwhile
                connecting = null;
                again(null, null);
                completions.done(end);
                if (next != null) {
                    connecting = next;
                    begin();
                }
            } else {
                again(cause, waitAfter(by, cause));
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Duration waitAfter(Connection by, @Nullable MqttException cause) {
        boolean elsewhere = false;
        if (cause instanceof DisconnectedByServer said) {
            if (said.reasonCode() == ReasonCode.SESSION_TAKEN_OVER) {
                return null; // two clients with one identifier would take turns for ever
            }
            List<ServerAddress> references =
                    Servers.references(by.server(), said.reasonCode(), said.properties());
            if (settings.redirect() && !references.isEmpty()) {
                elsewhere = true;
                servers.detour(references);
                if (said.reasonCode() == ReasonCode.SERVER_MOVED) {
                    servers.moved(by.server(), references);
                }
            }
        }
        return backoff.lost(elsewhere);
    }

    /** A message was published. */
    void published() {
        if (connection == null) {
            journal.flushQuietly();
        } else {
            work.signalAll();
        }
        watchDeadlines();
    }

    /** Messages that wait have deadlines. */
    void watchDeadlines() {
        long next = outbox.nextDeadline();
        if (next < deadlineWatched) {
            deadlineWatched = next;
            long wait = Math.max(0, next - timing.millis());
            after(
                    Duration.ofMillis(wait),
                    () -> {
                        deadlineWatched = Outgoing.NONE;
                        outbox.dropOverdue(timing.millis());
                        watchDeadlines();
                    });
        }
    }

    /** Ends the connection, or the attempts to make one. */
    CompletableFuture<Void> disconnect(Disconnect packet) {
        CompletableFuture<Void> end = leaving;
        if (end != null) {
            failConnecting(new ConnectionLost("it was disconnected meanwhile", null));
            return end.copy();
        }
        Connection now = connection;
        if (now != null) {
            end = new CompletableFuture<>();
            leaving = end;
            now.sender().leave(packet, outbox.lastSequence(), settings.timeout());
            return end.copy();
        }
        if (state == ClientState.CONNECTING || state == ClientState.WAITING) {
            stopTrying();
            again(null, null);
        }
        return CompletableFuture.completedFuture(null);
    }

    private void stopTrying() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
        if (attempt != null) {
            attempt.abandon();
            attempt = null;
        }
    }

    /** Frees everything. */
    void close() {
        if (isClosed()) {
            return;
        }
        IllegalStateException why = Client.closed();
        failConnecting(why);
        stopTrying();
        Connection now = connection;
        if (now != null) {
            leaving = leaving == null ? new CompletableFuture<>() : leaving;
            now.end(new ConnectionLost("the client was closed", null), null);
            ended(now);
        }
        state = ClientState.CLOSED;
        requests.close(why);
        outbox.close(why);
        reauthentication.fail(why);
        subscriptions.close();
        journal.close();
    }
}

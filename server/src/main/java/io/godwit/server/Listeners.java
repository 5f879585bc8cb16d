package io.godwit.server;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.protection.ListenerPolicy;
import io.godwit.codec.ReasonCode;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.reload.Effect;
import io.godwit.server.reload.Part;
import io.godwit.server.reload.Prepared;
import io.godwit.transport.Listener;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.NettyTransport;
import io.godwit.transport.TlsSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The places where clients connect, and how they change while the broker runs. */
final class Listeners implements Part {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    /** What {@link ProtectionPart} applies. */
    private static final Pattern LIMIT =
            Pattern.compile("listeners\\.[^.]+\\.(max-connections|connect-rate|limits\\..*)");

    /** A limit that is one of WebSocket's frames as well. */
    private static final Pattern PACKET_SIZE =
            Pattern.compile("listeners\\.[^.]+\\.limits\\.packet-size");

    /** How long the loops have to say who comes from where; a loop that is stuck says nothing. */
    private static final long PATIENCE_SECONDS = 30;

    private final NettyTransport transport;
    private final Broker broker;
    private final int packetSize;

    /** Guarded by this. */
    private final Map<String, Listener> open = new LinkedHashMap<>();

    /**
     * None yet.
     *
     * @param packetSize the most bytes of a packet, and so of a WebSocket frame, of a listener that
     *     has no limit of its own
     */
    Listeners(NettyTransport transport, Broker broker, int packetSize) {
        this.transport = transport;
        this.packetSize = packetSize;
        this.broker = broker;
    }

    /** Those that are open, by their names. */
    synchronized Map<String, Listener> open() {
        return new LinkedHashMap<>(open);
    }

    /** Opens one of a configuration, which accepts at once. */
    synchronized void open(ListenerSettings listener, Configuration configuration)
            throws IOException {
        open(framed(listener, configuration));
    }

    private synchronized void open(ListenerSettings listener) throws IOException {
        Listener opened = bind(listener);
        open.put(listener.name(), opened);
        opened.accept();
    }

    private Listener bind(ListenerSettings listener) throws IOException {
        return transport.bind(listener, broker);
    }

    /** A listener whose frames are as long as its packets. */
    private ListenerSettings framed(ListenerSettings listener, Configuration configuration) {
        ListenerPolicy policy =
                configuration
                        .protection()
                        .listeners()
                        .getOrDefault(listener.name(), ListenerPolicy.OPEN);
        return listener.withFramesUpTo(policy.limits().packetSize().orElse(packetSize));
    }

    private List<ListenerSettings> framed(Configuration configuration) {
        return configuration.listeners().stream().map(it -> framed(it, configuration)).toList();
    }

    /** Closes all. */
    synchronized void close() {
        open.values().forEach(Listener::close);
    }

    @Override
    public boolean takes(String key) {
        return key.startsWith("listeners.")
                && (!LIMIT.matcher(key).matches() || PACKET_SIZE.matcher(key).matches());
    }

    @Override
    public Prepared prepare(Configuration from, Configuration to, Set<String> keys)
            throws IOException {
        Change change = new Change();
        List<ListenerSettings> before = framed(from);
        List<ListenerSettings> after = framed(to);
        for (ListenerSettings old : before) {
            if (after.stream().noneMatch(it -> goesOn(old, it))) {
                change.gone.add(old);
            }
        }
        try {
            for (ListenerSettings next : after) {
                prepare(change, before, next, keys);
            }
        } catch (IOException | RuntimeException failure) {
            change.close();
            throw failure;
        }
        return change;
    }

    private void prepare(
            Change change, List<ListenerSettings> before, ListenerSettings next, Set<String> keys)
            throws IOException {
        TlsSettings tls = next.tls();
        if (before.stream().noneMatch(it -> goesOn(it, next))) {
            change.come.add(next);
        } else if (tls != null && keys.stream().anyMatch(key -> isOf(next, key))) {
            Listener listener = open().get(next.name());
            if (listener != null) {
                change.encryptions.add(new Encryption(broker, listener, tls));
            }
        }
    }

    /** Whether a listener need not be opened anew: all but its TLS is the same. */
    private static boolean goesOn(ListenerSettings old, ListenerSettings next) {
        return (old.tls() == null) == (next.tls() == null)
                && old.withTls(null).equals(next.withTls(null));
    }

    private static boolean isOf(ListenerSettings listener, String key) {
        return key.startsWith("listeners." + listener.name() + ".");
    }

    /** Listeners that go, those that come, and TLS. One that moves elsewhere goes and comes. */
    private final class Change implements Prepared {

        private final List<ListenerSettings> gone = new ArrayList<>();
        private final List<ListenerSettings> come = new ArrayList<>();
        private final List<Encryption> encryptions = new ArrayList<>();
        private final List<ListenerSettings> closed = new ArrayList<>();
        private final Map<String, Listener> opened = new LinkedHashMap<>();
        private boolean applied;

        @Override
        public Effect effect() {
            int disconnected = inTime(broker.clients(this::isFromGone));
            for (Encryption encryption : encryptions) {
                disconnected += encryption.refused();
            }
            return new Effect(disconnected, 0);
        }

        private boolean isFromGone(Origin origin) {
            return gone.stream().anyMatch(it -> it.name().equals(origin.listener()));
        }

        /**
         * A place can be opened anew only when it has been closed. What comes to a new one waits in
         * the system's queue until what decides about it is in force as well.
         */
        @Override
        public void begin() throws IOException {
            synchronized (Listeners.this) {
                for (ListenerSettings listener : gone) {
                    if (come.stream().anyMatch(it -> it.collidesWith(listener))) {
                        close(listener);
                        closed.add(listener);
                    }
                }
                for (ListenerSettings listener : come) {
                    opened.put(listener.name(), bind(listener));
                }
            }
        }

        @Override
        public Effect apply() {
            applied = true;
            List<Listener> left = new ArrayList<>();
            synchronized (Listeners.this) {
                for (ListenerSettings listener : gone) {
                    if (!closed.contains(listener)) {
                        close(listener);
                    }
                    Listener old = open.remove(listener.name());
                    if (old != null) {
                        left.add(old);
                    }
                }
                open.putAll(opened);
            }
            opened.values().forEach(Listener::accept);
            int disconnected =
                    inTime(
                            broker.disconnect(
                                    this::isFromGone,
                                    ReasonCode.ADMINISTRATIVE_ACTION,
                                    "its listener was removed or changed by a reload"));
            for (Listener listener : left) { // who has not sent CONNECT yet
                inTime(listener.closeConnections().thenApply(_ -> 0));
            }
            for (Encryption encryption : encryptions) {
                disconnected += encryption.apply();
            }
            return new Effect(disconnected, 0);
        }

        private void close(ListenerSettings listener) {
            Listener old = open.get(listener.name());
            if (old != null) {
                old.close();
            }
        }

        @Override
        public void close() {
            encryptions.forEach(Encryption::close);
            if (applied) {
                return;
            }
            synchronized (Listeners.this) {
                opened.values().forEach(Listener::close);
                for (ListenerSettings listener : closed) {
                    try {
                        open(listener);
                    } catch (IOException lost) {
                        LOG.error("the listener could not be opened again", lost);
                    }
                }
            }
        }
    }

    /** A count, when all loops have told theirs; 0 if they don't in time. */
    static int inTime(CompletableFuture<Integer> count) {
        try {
            return count.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOG.warn("not all clients of a listener could be counted", late);
            return 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}

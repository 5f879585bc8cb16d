package io.godwit.server;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.codec.ReasonCode;
import io.godwit.gateway.sn.DtlsKeys;
import io.godwit.gateway.sn.SnListener;
import io.godwit.gateway.sn.SnSettings;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.GatewayKeys;
import io.godwit.server.reload.Effect;
import io.godwit.server.reload.Part;
import io.godwit.server.reload.Prepared;
import io.godwit.transport.ServedCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The places where clients of MQTT-SN connect, and how they change while the broker runs. */
final class Gateways implements Part {

    private static final Logger LOG = LoggerFactory.getLogger(Gateways.class);

    private final Broker broker;
    private final List<Shard> shards;
    private final Time time;
    private final RandomGenerator random;
    private final @Nullable Path directory;

    /** Guarded by this. */
    private final Map<String, SnListener> open = new LinkedHashMap<>();

    /**
     * None yet.
     *
     * @param directory where they keep what outlives the process; null if nothing does
     */
    Gateways(
            Broker broker,
            List<Shard> shards,
            Time time,
            RandomGenerator random,
            @Nullable Path directory) {
        this.broker = broker;
        this.shards = List.copyOf(shards);
        this.time = time;
        this.random = random;
        this.directory = directory;
    }

    /** Those that are open, by their names. */
    synchronized Map<String, SnListener> open() {
        return new LinkedHashMap<>(open);
    }

    /** The certificate that a gateway shows its clients, if it has one. */
    static Optional<ServedCertificate> certificate(SnListener gateway) {
        SnSettings.Dtls dtls = gateway.settings().dtls();
        DtlsKeys keys = gateway.keys();
        Path file = dtls == null ? null : dtls.certificate();
        return file == null || keys == null || keys.chain().isEmpty()
                ? Optional.empty()
                : Optional.of(ServedCertificate.of(file, keys.chain().getFirst()));
    }

    /** Opens one, which accepts at once. */
    synchronized void open(SnSettings settings) throws IOException {
        SnListener opened = bind(settings);
        open.put(settings.name(), opened);
        opened.accept();
    }

    private SnListener bind(SnSettings settings) throws IOException {
        return SnListener.bind(
                settings,
                GatewayKeys.read(settings),
                broker.forGateways(),
                shards,
                time,
                random,
                directory);
    }

    /** Closes all. */
    synchronized void close() {
        open.values().forEach(SnListener::close);
        open.clear();
    }

    @Override
    public boolean takes(String key) {
        return key.startsWith("listeners.");
    }

    @Override
    public Prepared prepare(Configuration from, Configuration to, Set<String> keys)
            throws IOException {
        Change change = new Change();
        from.gateways().stream()
                .filter(it -> !to.gateways().contains(it) || isOpenedAnew(it, keys))
                .forEach(change.gone::add);
        to.gateways().stream()
                .filter(it -> !from.gateways().contains(it) || isOpenedAnew(it, keys))
                .forEach(change.come::add);
        for (SnListener gateway : open().values()) {
            SnSettings settings = gateway.settings();
            String prefix = "listeners." + settings.name() + ".";
            if (settings.dtls() != null
                    && to.gateways().contains(settings)
                    && keys.stream().anyMatch(key -> key.startsWith(prefix))) {
                change.rekeyings.add(new Rekeying(broker, gateway));
            }
        }
        return change;
    }

    /** Whether the keys are other ones by which clients protect what they send. */
    private static boolean isOpenedAnew(SnSettings settings, Set<String> keys) {
        return settings.protectionFile() != null
                && keys.contains("listeners." + settings.name() + ".protection-file");
    }

    /** Gateways that go, and those that come. One that is changed goes and comes. */
    private final class Change implements Prepared {

        private final List<SnSettings> gone = new ArrayList<>();
        private final List<SnSettings> come = new ArrayList<>();
        private final List<Rekeying> rekeyings = new ArrayList<>();
        private final List<SnSettings> closed = new ArrayList<>();
        private final Map<String, SnListener> opened = new LinkedHashMap<>();
        private boolean applied;

        @Override
        public Effect effect() {
            int disconnected =
                    gone.isEmpty() ? 0 : Listeners.inTime(broker.clients(this::isFromGone));
            for (Rekeying rekeying : rekeyings) {
                disconnected += rekeying.refused();
            }
            return new Effect(disconnected, 0);
        }

        private boolean isFromGone(Origin origin) {
            return gone.stream().anyMatch(it -> it.name().equals(origin.listener()));
        }

        @Override
        public void begin() throws IOException {
            synchronized (Gateways.this) {
                for (SnSettings settings : gone) {
                    boolean isInTheWay =
                            come.stream()
                                    .anyMatch(it -> it.port() == settings.port() && it.port() != 0);
                    if (isInTheWay) {
                        close(settings);
                        closed.add(settings);
                    }
                }
                for (SnSettings settings : come) {
                    opened.put(settings.name(), bind(settings));
                }
            }
        }

        @Override
        public Effect apply() {
            applied = true;
            // Before their sockets close, by which they are told.
            int disconnected =
                    gone.isEmpty()
                            ? 0
                            : Listeners.inTime(
                                    broker.disconnect(
                                            this::isFromGone,
                                            ReasonCode.ADMINISTRATIVE_ACTION,
                                            "its listener was removed or changed by a reload"));
            synchronized (Gateways.this) {
                gone.forEach(this::close);
                open.putAll(opened);
            }
            opened.values().forEach(SnListener::accept);
            for (Rekeying rekeying : rekeyings) {
                disconnected += rekeying.apply();
            }
            return new Effect(disconnected, 0);
        }

        private void close(SnSettings settings) {
            SnListener old = open.remove(settings.name());
            if (old != null) {
                old.close();
            }
        }

        @Override
        public void close() {
            if (applied) {
                return;
            }
            synchronized (Gateways.this) {
                opened.values().forEach(SnListener::close);
                for (SnSettings settings : closed) {
                    try {
                        open(settings);
                    } catch (IOException lost) {
                        LOG.error("the listener could not be opened again", lost);
                    }
                }
            }
        }
    }
}

package io.godwit.server;

import io.godwit.broker.Broker;
import io.godwit.broker.control.Instance;
import io.godwit.broker.control.Logs;
import io.godwit.broker.control.Refusal;
import io.godwit.gateway.sn.SnListener;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.LoadedConfiguration;
import io.godwit.server.reload.Reloads;
import io.godwit.transport.Endpoint;
import io.godwit.transport.Listener;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.ServedCertificate;
import io.godwit.transport.WebSocketSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What there is to know of a server itself. Safe from any thread but a loop's. */
final class ServerInstance implements Instance {

    /** How long a loop has to say that it is there. */
    private static final long HEALTH_SECONDS = 2;

    private final Broker broker;
    private final Listeners listeners;
    private final Gateways gateways;
    private final Reloads reloads;
    private volatile Health phase = Health.STARTING;
    private volatile @Nullable Logs logs;

    ServerInstance(Broker broker, Listeners listeners, Gateways gateways, Reloads reloads) {
        this.broker = broker;
        this.listeners = listeners;
        this.gateways = gateways;
        this.reloads = reloads;
    }

    /** It has come to another phase of its life. */
    void phase(Health other) {
        phase = other;
    }

    /** Has this log shown. */
    void logs(Logs shown) {
        logs = shown;
    }

    @Override
    public Health health() {
        Health known = phase;
        if (!known.isReady()) {
            return known;
        }
        try {
            Optional<String> failure = InTime.get(broker.messages().storeFailure(), HEALTH_SECONDS);
            return failure.map(why -> new Health(false, "store failed: " + why)).orElse(known);
        } catch (IOException silent) {
            return new Health(false, "not answering: " + silent.getMessage());
        }
    }

    @Override
    public List<ListenerState> listeners() {
        return Stream.concat(
                        listeners.open().values().stream().map(this::state),
                        gateways.open().values().stream().map(this::state))
                .toList();
    }

    private ListenerState state(SnListener gateway) {
        String name = gateway.settings().name();
        return new ListenerState(
                name,
                "mqtt-sn",
                gateway.address().getAddress().getHostAddress(),
                gateway.address().getPort(),
                broker.protection().listener(name).connected(),
                null);
    }

    private ListenerState state(Listener listener) {
        ListenerSettings settings = listener.settings();
        WebSocketSettings webSocket = settings.webSocket();
        boolean isUnix = settings.endpoint() instanceof Endpoint.Unix;
        String type = settings.type();
        return new ListenerState(
                listener.name(),
                type.equals("websocket") ? settings.tls() == null ? "ws" : "wss" : type,
                isUnix
                        ? settings.endpoint().toString()
                        : listener.address().getAddress().getHostAddress(),
                isUnix ? 0 : listener.address().getPort(),
                broker.protection().listener(listener.name()).connected(),
                webSocket == null ? null : webSocket.path());
    }

    @Override
    public List<CertificateState> certificates() {
        List<CertificateState> states = new ArrayList<>();
        for (Listener listener : listeners.open().values()) {
            listener.certificates().forEach(it -> states.add(state(listener.name(), it)));
        }
        for (SnListener gateway : gateways.open().values()) {
            Gateways.certificate(gateway)
                    .ifPresent(it -> states.add(state(gateway.settings().name(), it)));
        }
        return states;
    }

    private static CertificateState state(String listener, ServedCertificate certificate) {
        return new CertificateState(
                listener,
                certificate.subject(),
                certificate.issuer(),
                certificate.names(),
                certificate.validFrom(),
                certificate.validUntil());
    }

    @Override
    public ConfigurationState configuration() throws Refusal {
        LoadedConfiguration loaded = reloads.loaded();
        if (loaded == null) {
            throw new Refusal(
                    "this broker was started by a program, which alone knows its configuration");
        }
        String source = loaded.configuration().sources().getFirst();
        return new ConfigurationState(
                source.equals(Configuration.BUILT_IN) ? null : source, loaded.text().masked());
    }

    @Override
    public Logs logs() throws Refusal {
        Logs shown = logs;
        if (shown == null) {
            throw new Refusal("the program that this broker runs in keeps its log to itself");
        }
        return shown;
    }
}

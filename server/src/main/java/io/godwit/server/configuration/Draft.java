package io.godwit.server.configuration;

import io.godwit.access.rules.AclFile;
import io.godwit.access.rules.Rule;
import io.godwit.broker.auth.Network;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.LimitsBuilder;
import io.godwit.gateway.sn.SnSettings;
import io.godwit.transport.Endpoint;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.ProxySettings;
import io.godwit.transport.TlsSettings;
import io.godwit.transport.TlsSettings.ClientCertificates;
import io.godwit.transport.TlsSettings.KeyFiles;
import io.godwit.transport.WebSocketSettings;
import io.godwit.transport.websocket.WebOrigin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A configuration that is being put together; starts from the defaults. For one thread. */
final class Draft {

    /** A listener that is being put together. */
    static final class Listener {
        @Nullable String type;
        String bind;
        @Nullable Integer port;
        @Nullable String path;
        String mode = "rw-rw----";
        @Nullable String owner;
        @Nullable String group;
        List<WebOrigin> allowedOrigins = List.of();
        boolean subprotocolRequired = true;
        Duration pingInterval = WebSocketSettings.PING_INTERVAL;
        List<Network> forwardedTrusted = List.of();
        @Nullable Path certificate;
        @Nullable Path key;
        List<Path> sniCertificates = List.of();
        List<Path> sniKeys = List.of();
        ClientCertificates clientCertificate = ClientCertificates.NONE;
        List<Path> clientCa = List.of();
        List<Path> crl = List.of();
        List<String> tlsVersions = TlsSettings.ALL_VERSIONS;
        List<String> ciphers = List.of();
        int handshakes = TlsSettings.HANDSHAKES;
        Duration handshakeTimeout = TlsSettings.HANDSHAKE_TIMEOUT;
        boolean proxyProtocol;
        List<Network> proxyTrusted = List.of();
        final SnDraft sn = new SnDraft();
        final AuthenticationDraft.OfListener authentication;
        final ListenerLimitsDraft limits = new ListenerLimitsDraft();

        private Listener(String bind, AuthenticationDraft.OfListener authentication) {
            this.bind = bind;
            this.authentication = authentication;
        }

        String type() {
            return type == null ? "tcp" : type;
        }

        /** The port, or the usual one of its type. */
        int port() {
            return port != null
                    ? port
                    : switch (type()) {
                        case "tls" -> 8883;
                        case "websocket" -> isEncrypted() ? 8084 : 8083;
                        case "mqtt-sn" -> isEncrypted() ? SnSettings.DTLS_PORT : SnSettings.PORT;
                        default -> 1883;
                    };
        }

        /** Whether what it carries is encrypted, by TLS or DTLS. */
        boolean isEncrypted() {
            return certificate != null || authentication.pskFile.isPresent();
        }

        /** Whether it is for MQTT-SN, which no transport listens for. */
        boolean isGateway() {
            return type().equals("mqtt-sn");
        }

        /** What is taken by it alone: a port of an address, or a path. */
        String place() {
            if (type().equals("unix")) {
                return String.valueOf(path);
            }
            return (isGateway() ? "udp " : "") + bind + " " + port();
        }

        /** What it is to be, once it was checked. */
        ListenerSettings settings(String name, Path workingDirectory) {
            Endpoint endpoint =
                    type().equals("unix")
                            ? new Endpoint.Unix(
                                    workingDirectory.resolve(String.valueOf(path)),
                                    mode,
                                    owner,
                                    group)
                            : new Endpoint.Tcp(bind, port());
            WebSocketSettings webSocket =
                    type().equals("websocket")
                            ? new WebSocketSettings(
                                    path == null ? WebSocketSettings.PATH : path,
                                    allowedOrigins,
                                    subprotocolRequired,
                                    pingInterval,
                                    forwardedTrusted,
                                    WebSocketSettings.MAXIMUM_FRAME)
                            : null;
            return new ListenerSettings(
                    name,
                    endpoint,
                    certificate == null || key == null
                            ? null
                            : tls(certificate, key, workingDirectory),
                    webSocket,
                    proxyProtocol ? new ProxySettings(proxyTrusted) : null);
        }

        /** What it is to be if it is for MQTT-SN, once it was checked. */
        SnSettings gateway(String name, Path workingDirectory) {
            return sn.settings(
                    name,
                    bind,
                    port(),
                    dtls(workingDirectory),
                    authentication.protectionFile.map(workingDirectory::resolve).orElse(null));
        }

        private SnSettings.@Nullable Dtls dtls(Path workingDirectory) {
            if (!isEncrypted()) {
                return null;
            }
            return new SnSettings.Dtls(
                    authentication.pskFile.map(workingDirectory::resolve).orElse(null),
                    certificate == null ? null : workingDirectory.resolve(certificate),
                    key == null ? null : workingDirectory.resolve(key),
                    SnSettings.ClientCertificates.valueOf(clientCertificate.name()),
                    clientCa.stream().map(workingDirectory::resolve).toList(),
                    crl.stream().map(workingDirectory::resolve).toList(),
                    sn.dtlsSessions);
        }

        private TlsSettings tls(Path first, Path firstKey, Path workingDirectory) {
            List<KeyFiles> certificates = new ArrayList<>();
            certificates.add(
                    new KeyFiles(
                            workingDirectory.resolve(first), workingDirectory.resolve(firstKey)));
            for (int i = 0; i < sniCertificates.size(); i++) {
                certificates.add(
                        new KeyFiles(
                                workingDirectory.resolve(sniCertificates.get(i)),
                                workingDirectory.resolve(sniKeys.get(i))));
            }
            return new TlsSettings(
                    certificates,
                    clientCertificate,
                    clientCa.stream().map(workingDirectory::resolve).toList(),
                    crl.stream().map(workingDirectory::resolve).toList(),
                    tlsVersions,
                    ciphers,
                    handshakes,
                    handshakeTimeout);
        }
    }

    final long heap;
    private final boolean isFromFile;
    final LimitsBuilder limits;
    final ProtectionDraft protection = new ProtectionDraft();
    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    Path dataDir = Path.of("data");
    int eventLoops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    boolean flightRecorder = true;
    Persistence persistence = Persistence.defaults();
    final AuthenticationDraft authentication = new AuthenticationDraft();
    Optional<Path> aclFile = Optional.empty();
    final List<Rule> rules = new ArrayList<>();
    Optional<Boolean> allowsOtherwise = Optional.empty();
    boolean mosquittoSemantics;
    private Optional<AclFile> acl = Optional.empty();
    Reload reload = new Reload(false);
    final AdminDraft admin = new AdminDraft();

    /**
     * What nothing is said about depends on whether there is a file: without one, only this machine
     * is served, and anonymous clients are allowed.
     */
    Draft(long heap, boolean isFromFile) {
        this.heap = heap;
        this.isFromFile = isFromFile;
        this.limits = Limits.defaults(heap).toBuilder();
    }

    /** Adds a listener with the defaults. */
    Listener listener(String name) {
        Listener listener =
                new Listener(isFromFile ? "0.0.0.0" : "127.0.0.1", authentication.listener(name));
        listeners.put(name, listener);
        return listener;
    }

    /** Where nothing is said of listeners, clients of this machine come in, by MQTT and MQTT-SN. */
    void listenForThisMachine() {
        if (!isFromFile && listeners.isEmpty()) {
            listener("tcp");
            listener("sn").type = "mqtt-sn";
        }
    }

    /**
     * Reads the ACL file, if there is to be one; what is wrong with it is added to the problems.
     */
    void readAclFile(Path workingDirectory, List<Problem> problems) {
        aclFile = aclFile.map(path -> workingDirectory.resolve(path).toAbsolutePath().normalize());
        aclFile.ifPresent(path -> {
            List<AclFile.Problem> wrong = new ArrayList<>();
            acl = Optional.of(AclFile.read(path, wrong));
            wrong.forEach(it -> problems.add(new Problem(path.toString(), it.line(), it.text())));
        });
    }

    /** The configuration. */
    Configuration finish(Path workingDirectory, List<String> sources) {
        if (listeners.isEmpty()) {
            listener("tcp");
        }
        List<ListenerSettings> settings = new ArrayList<>();
        List<SnSettings> gateways = new ArrayList<>();
        listeners.forEach((name, it) -> {
            if (it.isGateway()) {
                gateways.add(it.gateway(name, workingDirectory));
            } else {
                settings.add(it.settings(name, workingDirectory));
            }
        });
        listeners.forEach((name, it) -> protection.listener(name, it.limits.finish()));
        // An override alone can open a port to the network; that must not let everybody in.
        boolean isPrivate =
                !isFromFile
                        && settings.stream().allMatch(ListenerSettings::isLoopback)
                        && gateways.stream().allMatch(SnSettings::isLoopback);
        return new Configuration(
                workingDirectory.resolve(dataDir).toAbsolutePath().normalize(),
                settings,
                gateways,
                authentication.finish(workingDirectory, isPrivate),
                new Authorization(aclFile, acl, rules, allowsOtherwise, mosquittoSemantics),
                persistence,
                limits.build(),
                protection.finish(),
                reload,
                admin.finish(workingDirectory),
                eventLoops,
                flightRecorder,
                sources);
    }
}

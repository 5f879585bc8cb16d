package io.godwit.app;

import io.godwit.gateway.sn.SnSettings;
import io.godwit.gateway.sn.codec.SnVersion;
import io.godwit.server.GodwitServer;
import io.godwit.server.Recovered;
import io.godwit.server.Version;
import io.godwit.server.configuration.AdminSettings;
import io.godwit.server.configuration.Authentication;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.Persistence;
import io.godwit.transport.Endpoint;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.NettyTransport;
import io.godwit.transport.TlsSettings;
import io.godwit.transport.TlsSettings.ClientCertificates;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the broker says when it has started: what listens where, what it keeps and has found, who
 * may connect, how to try it.
 */
final class StartupLines {

    /** How {@code ./godwit} was called, so that what it says to try can be pasted. */
    private static final String COMMAND = "godwit.command";

    private StartupLines() {}

    /**
     * The lines, in order.
     *
     * @param addresses where each listener listens, by its name
     * @param admin where the HTTP API listens; null if it has no port
     * @param recovered what was found in the store; null if everything is in memory
     */
    static List<String> of(
            Configuration configuration,
            Map<String, InetSocketAddress> addresses,
            @Nullable InetSocketAddress admin,
            @Nullable Recovered recovered) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "Godwit %s is ready (configuration: %s; data: %s; %s)."
                        .formatted(
                                Version.current(),
                                String.join(", ", configuration.sources()),
                                configuration.dataDir(),
                                loops(configuration.eventLoops())));
        configuration
                .listeners()
                .forEach(it -> lines.add("  " + listener(it, addresses.get(it.name()))));
        configuration
                .gateways()
                .forEach(it -> lines.add("  " + gateway(it, addresses.get(it.name()))));
        if (admin != null) {
            lines.add("  " + admin(configuration.admin(), admin));
        }
        lines.add("  persistence: " + kept(configuration));
        if (recovered != null) {
            lines.addAll(found(recovered, configuration.dataDir()));
        }
        lines.add("  " + admitted(configuration.authentication(), addresses.keySet()));
        configuration.notices().forEach(notice -> lines.add("  " + notice));
        configuration.listeners().stream()
                .filter(it -> canBeTried(it, configuration.authentication()))
                .min(Comparator.comparing(ListenerSettings::type))
                .ifPresent(it -> {
                    InetSocketAddress address = addresses.get(it.name());
                    if (address != null) {
                        lines.add(
                                "  "
                                        + howToTry(
                                                address.getPort(),
                                                it,
                                                configuration.authentication()));
                    }
                });
        return lines;
    }

    /** Whether our commands can connect to it: not where a proxy has to say where they are. */
    private static boolean canBeTried(ListenerSettings it, Authentication authentication) {
        return it.proxy() == null
                && (it.type().equals("tcp") || it.type().equals("tls"))
                && (authentication.allowsAnonymous(it.name()) || !authentication.ways().isEmpty());
    }

    private static String admitted(Authentication authentication, Set<String> listeners) {
        String ways = String.join(", ", authentication.ways());
        List<String> open =
                listeners.stream().filter(authentication::allowsAnonymous).sorted().toList();
        if (open.isEmpty()) {
            return ways.isEmpty() ? "Nobody may connect yet." : "Who may connect: " + ways + ".";
        }
        String where =
                open.size() == listeners.size()
                        ? "these ports"
                        : "listener " + String.join(", ", open);
        String anyone = "Anyone who reaches %s may connect".formatted(where);
        return ways.isEmpty()
                ? anyone + ", with or without a user name."
                : anyone + " as nobody in particular; as somebody: " + ways + ".";
    }

    private static String listener(ListenerSettings it, @Nullable InetSocketAddress address) {
        StringBuilder line = new StringBuilder(it.name() + ": MQTT 3.1, 3.1.1 and 5.0 on ");
        line.append(address == null ? it.endpoint() : text(address));
        if (it.endpoint() instanceof Endpoint.Unix unix) {
            line.append(" (").append(unix.mode()).append(')');
        }
        if (it.webSocket() != null) {
            line.append(", in WebSocket at ").append(it.webSocket().path());
        }
        TlsSettings tls = it.tls();
        if (tls != null) {
            line.append(", with TLS ").append(String.join(" and ", tls.versions()));
            line.append(" by ").append(NettyTransport.tlsProvider());
            if (tls.clientCertificates() != ClientCertificates.NONE) {
                line.append(", clients' certificates ").append(tls.clientCertificates().word());
            }
        }
        if (it.proxy() != null) {
            line.append(", behind a proxy that says where clients are");
        }
        return line.toString();
    }

    private static String admin(AdminSettings settings, InetSocketAddress address) {
        return "admin: %s://%s (%s)"
                .formatted(
                        settings.tls().isPresent() ? "https" : "http",
                        text(address),
                        settings.isOpen()
                                ? "open to this machine"
                                : "for %d users and %d tokens"
                                        .formatted(
                                                settings.users().size(), settings.tokens().size()));
    }

    private static String gateway(SnSettings it, @Nullable InetSocketAddress address) {
        String where = address == null ? it.bind() + ":" + it.port() : text(address);
        SnSettings.Dtls dtls = it.dtls();
        String how =
                dtls == null
                        ? ""
                        : ", with DTLS 1.2 by "
                                + (dtls.certificate() == null
                                        ? "pre-shared keys"
                                        : dtls.pskFile() == null
                                                ? "certificate"
                                                : "certificate and pre-shared keys");
        return "%s: MQTT-SN %s on udp %s%s"
                .formatted(
                        it.name(),
                        it.versions().stream()
                                .sorted()
                                .map(SnVersion::toString)
                                .collect(Collectors.joining(" and ")),
                        where,
                        how);
    }

    private static String loops(int count) {
        return count == 1 ? "1 event loop" : count + " event loops";
    }

    private static String kept(Configuration configuration) {
        Persistence persistence = configuration.persistence();
        if (persistence.mode() == Persistence.Mode.MEMORY) {
            return "memory (a restart loses sessions, queues and retained messages)";
        }
        String survived =
                switch (persistence.durability()) {
                    case PROCESS -> "a crash of the process";
                    case POWER -> "a crash of the process and a loss of power";
                };
        return "durable (%s: survives %s) in %s"
                .formatted(
                        persistence.durability().word(),
                        survived,
                        configuration.dataDir().resolve(GodwitServer.STORE));
    }

    private static List<String> found(Recovered recovered, Path dataDir) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "  recovered %d sessions, %d queued and %d retained messages in %d ms"
                        .formatted(
                                recovered.sessions(),
                                recovered.queuedMessages(),
                                recovered.retainedMessages(),
                                recovered.time().toMillis()));
        if (recovered.damaged() > 0) {
            lines.add(
                    "  DAMAGED: %d records could not be read. What they held is lost; they are kept in %s."
                            .formatted(
                                    recovered.damaged(), dataDir.resolve(GodwitServer.QUARANTINE)));
        }
        return lines;
    }

    private static String howToTry(int port, ListenerSettings it, Authentication authentication) {
        StringBuilder where = new StringBuilder(port == 1883 ? "" : " -p " + port);
        TlsSettings tls = it.tls();
        if (tls != null) {
            where.append(" --cafile CA_CERTIFICATE");
            if (tls.clientCertificates() == ClientCertificates.REQUIRED) {
                where.append(" --cert CERTIFICATE --key KEY");
            }
        }
        if (!authentication.allowsAnonymous(it.name()) && authentication.passwords().isPresent()) {
            where.append(" -u USER -P PASSWORD");
        }
        String godwit = System.getProperty(COMMAND, "godwit");
        return "Try it: %s sub%s -t 'hello/#' -v    and    %s pub%s -t hello/world -m hi"
                .formatted(godwit, where, godwit, where);
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return address.getAddress() instanceof Inet6Address
                ? "[%s]:%d".formatted(host, address.getPort())
                : "%s:%d".formatted(host, address.getPort());
    }
}

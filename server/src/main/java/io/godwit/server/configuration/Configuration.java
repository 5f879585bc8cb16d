package io.godwit.server.configuration;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.gateway.sn.SnSettings;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.TlsSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a broker. Immutable and safe for every thread. {@code docs/configuration.md}
 * is the reference of all keys.
 *
 * @param dataDir where the broker keeps its data; absolute
 * @param listeners where clients connect; at least one unless built in code
 * @param gateways where clients of MQTT-SN connect
 * @param authentication who may connect
 * @param authorization what clients may do
 * @param persistence where sessions and messages are kept
 * @param limits every limit, each with its outcome
 * @param protection what keeps clients from wearing the broker down
 * @param reload when it is read again by itself
 * @param admin the port of the HTTP API
 * @param eventLoops how many event loops, 1 to 1,024
 * @param flightRecorder whether the last packet headers of each connection are kept
 * @param sources where it comes from: a file or {@link #BUILT_IN}, then the environment variables
 *     that override it
 */
public record Configuration(
        Path dataDir,
        List<ListenerSettings> listeners,
        List<SnSettings> gateways,
        Authentication authentication,
        Authorization authorization,
        Persistence persistence,
        Limits limits,
        ProtectionSettings protection,
        Reload reload,
        AdminSettings admin,
        int eventLoops,
        boolean flightRecorder,
        List<String> sources) {

    /** The source of a configuration that has no file. */
    public static final String BUILT_IN = "built-in defaults";

    /** Copies the lists. */
    public Configuration {
        listeners = List.copyOf(listeners);
        gateways = List.copyOf(gateways);
        sources = List.copyOf(sources);
    }

    /**
     * The built-in defaults for an embedded broker: port 1883 on loopback, anonymous clients
     * allowed. The port of the HTTP API, which the program {@code godwit} has as well, is not open:
     * {@link #withAdmin} opens it.
     */
    public static Configuration defaults() {
        Draft draft = new Draft(Runtime.getRuntime().maxMemory(), false);
        draft.admin.enabled = false;
        return draft.finish(Path.of(""), List.of(BUILT_IN));
    }

    /**
     * Loads the configuration: the file if given, or else {@code $GODWIT_CONFIG}, {@code
     * ./godwit.conf} or {@code /etc/godwit/godwit.conf}, whichever comes first, or else the
     * built-in defaults; then the overrides {@code GODWIT_...} of the environment.
     *
     * @param file the file named by {@code --config}, or null
     * @param environment the environment variables
     * @throws ConfigurationProblems with all problems, if there are any
     */
    public static Configuration load(@Nullable Path file, Map<String, String> environment)
            throws ConfigurationProblems {
        return LoadedConfiguration.load(file, environment).configuration();
    }

    /** This configuration with its data in another directory. */
    public Configuration withDataDir(Path directory) {
        return with(it -> it.dataDir = directory.toAbsolutePath().normalize());
    }

    /** This configuration with other listeners. */
    public Configuration withListeners(List<ListenerSettings> others) {
        return with(it -> it.listeners = others);
    }

    /** This configuration with other gateways for MQTT-SN. */
    public Configuration withGateways(List<SnSettings> others) {
        return with(it -> it.gateways = others);
    }

    /**
     * This configuration with one more listener, a plain TCP port.
     *
     * @param port 0 (any free port, which {@link io.godwit.server.GodwitServer#addresses} tells) to
     *     65,535
     */
    public Configuration withListener(String name, String bind, int port) {
        List<ListenerSettings> more = new ArrayList<>(listeners);
        more.add(ListenerSettings.tcp(name, bind, port));
        return withListeners(more);
    }

    /** This configuration with other limits. */
    public Configuration withLimits(Limits others) {
        return with(it -> it.limits = others);
    }

    /** This configuration with other protection. */
    public Configuration withProtection(ProtectionSettings other) {
        return with(it -> it.protection = other);
    }

    /** This configuration with its sessions and messages kept otherwise. */
    public Configuration withPersistence(Persistence other) {
        return with(it -> it.persistence = other);
    }

    /** This configuration read again by itself, or not. */
    public Configuration withReload(Reload other) {
        return with(it -> it.reload = other);
    }

    /** This configuration with another port of the HTTP API, or none. */
    public Configuration withAdmin(AdminSettings other) {
        return with(it -> it.admin = other);
    }

    /** This configuration with so many event loops. */
    public Configuration withEventLoops(int count) {
        return with(it -> it.eventLoops = count);
    }

    /** This configuration with the last packet headers of each connection kept, or not. */
    public Configuration withFlightRecorder(boolean isOn) {
        return with(it -> it.flightRecorder = isOn);
    }

    private Configuration with(Consumer<Parts> change) {
        Parts parts = new Parts(this);
        change.accept(parts);
        return parts.together();
    }

    /** A configuration taken apart, to change some of it. */
    private static final class Parts {
        private final Configuration from;
        private Path dataDir;
        private List<ListenerSettings> listeners;
        private List<SnSettings> gateways;
        private Persistence persistence;
        private Limits limits;
        private ProtectionSettings protection;
        private Reload reload;
        private AdminSettings admin;
        private int eventLoops;
        private boolean flightRecorder;

        Parts(Configuration from) {
            this.from = from;
            this.dataDir = from.dataDir;
            this.listeners = from.listeners;
            this.gateways = from.gateways;
            this.persistence = from.persistence;
            this.limits = from.limits;
            this.protection = from.protection;
            this.reload = from.reload;
            this.admin = from.admin;
            this.eventLoops = from.eventLoops;
            this.flightRecorder = from.flightRecorder;
        }

        Configuration together() {
            return new Configuration(
                    dataDir,
                    listeners,
                    gateways,
                    from.authentication,
                    from.authorization,
                    persistence,
                    limits,
                    protection,
                    reload,
                    admin,
                    eventLoops,
                    flightRecorder,
                    from.sources);
        }
    }

    /** What somebody who starts the broker has to know, a sentence or two each. */
    public List<String> notices() {
        List<String> notices = new ArrayList<>();
        List<ListenerSettings> open =
                listeners.stream().filter(it -> authentication.allowsAnonymous(it.name())).toList();
        List<SnSettings> openGateways =
                gateways.stream().filter(it -> authentication.allowsAnonymous(it.name())).toList();
        if (open.isEmpty() && openGateways.isEmpty() && authentication.ways().isEmpty()) {
            notices.add(
                    "Nobody can connect: anonymous clients are refused (authentication.anonymous ="
                            + " false, the default with a configuration file or a port open to the"
                            + " network), and there is no other authentication. For passwords set"
                            + " authentication.password-file (godwit passwd writes the file); to"
                            + " allow anonymous clients set authentication.anonymous = true, or"
                            + " GODWIT_AUTHENTICATION__ANONYMOUS=true.");
        } else if (!open.stream().allMatch(ListenerSettings::isLoopback)
                || !openGateways.stream().allMatch(SnSettings::isLoopback)) {
            notices.add(
                    "Anonymous clients are allowed from the network (authentication.anonymous ="
                            + " true): everybody who reaches a port can "
                            + (authorization.isOpen()
                                    ? "read and write everything."
                                    : "do what the rules (authorization) allow them."));
        }
        notices.addAll(authentication.notices());
        if (admin.enabled() && !admin.isLoopback() && admin.tls().isEmpty()) {
            notices.add(
                    "Logins to the HTTP API come over the network without encryption (admin.bind = "
                            + admin.bind()
                            + "): set admin.tls.certificate and admin.tls.key.");
        }
        gateways.stream()
                .filter(it ->
                        !it.isLoopback() && it.isUnproved() && authentication.hasUsers(it.name()))
                .forEach(it ->
                        notices.add(
                                "Whoever reaches listener %s can say any client identifier, and is then the user that listeners.%s.users has for it."
                                        .formatted(it.name(), it.name())));
        listeners.forEach(listener -> crowded(listener).ifPresent(notices::add));
        return notices;
    }

    /** Whether one address could have all handshakes of a listener under way, in words. */
    private Optional<String> crowded(ListenerSettings listener) {
        TlsSettings tls = listener.tls();
        int undecided = protection.undecidedPerAddress();
        if (tls == null || undecided > 0 && undecided < tls.handshakes()) {
            return Optional.empty();
        }
        return Optional.of(
                ("One address alone can make all others wait for their handshakes with listener %s:"
                                + " limits.undecided-per-address = %d does not keep it below"
                                + " listeners.%s.handshakes = %d.")
                        .formatted(listener.name(), undecided, listener.name(), tls.handshakes()));
    }
}

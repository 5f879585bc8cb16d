package io.godwit.server.configuration;

import io.godwit.access.authentication.CertificateLink;
import io.godwit.access.authentication.CertificatePart;
import io.godwit.access.authentication.ClientIdRule;
import io.godwit.access.authentication.PasswordLink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The authentication of a configuration that is being put together. For one thread. */
final class AuthenticationDraft {

    /** What is said of one listener. */
    static final class OfListener {
        Optional<Boolean> anonymous = Optional.empty();
        Optional<CertificatePart> userName = Optional.empty();
        Optional<CertificatePart> clientId = Optional.empty();
        List<Device> users = List.of();
        Optional<Path> pskFile = Optional.empty();
        Optional<Path> protectionFile = Optional.empty();

        private Authentication.OfListener finish(Path workingDirectory, boolean others) {
            Map<String, String> byClients = new LinkedHashMap<>();
            users.forEach(it -> byClients.put(it.clients, it.userName));
            return new Authentication.OfListener(
                    anonymous.orElse(others),
                    new CertificateLink.Mapping(userName, clientId),
                    byClients,
                    pskFile.map(workingDirectory::resolve),
                    protectionFile.map(workingDirectory::resolve));
        }
    }

    /** A user of the system, and the user name that it has here. */
    record UnixPeer(String user, String userName) {}

    /** Whose client identifier is that, or begins so, and the user name that they have here. */
    record Device(String clients, String userName) {}

    private final Map<String, OfListener> listeners = new HashMap<>();
    @Nullable Boolean anonymous;
    List<String> order = Authentication.ORDER;
    ClientIdRule clientIdRule = ClientIdRule.ANY;
    List<UnixPeer> unixPeers = List.of();
    Optional<Path> passwordFile = Optional.empty();
    Duration passwordCache = Duration.ofHours(1);
    int passwordWaiting = 1_000;
    Duration passwordWait = Duration.ofSeconds(5);
    final JwtKeys.Said jwt = new JwtKeys.Said();
    final HttpHookKeys.Said http = new HttpHookKeys.Said();

    /** What is said of a listener. */
    OfListener listener(String name) {
        return listeners.computeIfAbsent(name, _ -> new OfListener());
    }

    /**
     * The settings.
     *
     * @param workingDirectory what paths are relative to
     * @param isPrivate whether only this machine is served, so that anonymous clients may connect
     *     unless something else is said
     */
    Authentication finish(Path workingDirectory, boolean isPrivate) {
        boolean others = anonymous == null ? isPrivate : anonymous;
        Map<String, Authentication.OfListener> own = new HashMap<>();
        listeners.forEach((name, it) -> own.put(name, it.finish(workingDirectory, others)));
        Map<String, String> peers = new LinkedHashMap<>();
        unixPeers.forEach(peer -> peers.put(peer.user, peer.userName));
        return new Authentication(
                others,
                order,
                clientIdRule,
                passwordFile.map(file ->
                        new PasswordLink.Settings(
                                workingDirectory.resolve(file).toAbsolutePath().normalize(),
                                passwordCache,
                                passwordWaiting,
                                passwordWait)),
                jwt.finish(workingDirectory),
                http.finish(workingDirectory),
                peers,
                own);
    }
}

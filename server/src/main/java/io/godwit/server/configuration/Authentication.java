package io.godwit.server.configuration;

import io.godwit.access.authentication.CertificateLink;
import io.godwit.access.authentication.ClientIdRule;
import io.godwit.access.authentication.DeviceLink;
import io.godwit.access.authentication.PasswordLink;
import io.godwit.access.authentication.UnixPeerLink;
import io.godwit.access.authentication.http.HookSettings;
import io.godwit.access.authentication.http.HttpLink;
import io.godwit.access.authentication.jwt.JwtLink;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who may connect; configured under {@code authentication}, and for each listener.
 *
 * @param anonymous whether clients that nothing else has accepted may connect, on listeners that
 *     don't say. Default: only when there is no configuration file and every listener is on
 *     loopback
 * @param order the names of the links of the chain, the first to be asked first
 * @param clientIdRule how the Client Identifier is bound to the user name
 * @param passwords the password file, if there is one
 * @param tokens which tokens let clients in, if any do
 * @param hook the service that is asked, if there is one
 * @param unixPeers from the name or number of a user of the system to a user name
 * @param listeners what listeners say about it, by their names
 */
public record Authentication(
        boolean anonymous,
        List<String> order,
        ClientIdRule clientIdRule,
        Optional<PasswordLink.Settings> passwords,
        Optional<TokenSettings> tokens,
        Optional<HookSettings> hook,
        Map<String, String> unixPeers,
        Map<String, OfListener> listeners) {

    /** The links that there are, in the order in which they are asked by default. */
    public static final List<String> ORDER =
            List.of(
                    CertificateLink.NAME,
                    UnixPeerLink.NAME,
                    DeviceLink.NAME,
                    JwtLink.NAME,
                    HttpLink.NAME,
                    PasswordLink.NAME);

    /**
     * What one listener says.
     *
     * @param anonymous whether clients that nothing else has accepted may connect
     * @param certificate what it takes from client certificates
     * @param users from the client identifier of a device, or its beginning and *, to a user name
     * @param pskFile the identities and pre-shared keys of devices, if it has any
     * @param protectionFile the identities of devices and the keys by which they protect packets
     */
    public record OfListener(
            boolean anonymous,
            CertificateLink.Mapping certificate,
            Map<String, String> users,
            Optional<Path> pskFile,
            Optional<Path> protectionFile) {

        /** Copies the map. */
        public OfListener {
            users = Map.copyOf(users);
        }

        /** Whether devices prove who they are by keys that they share with the broker. */
        public boolean hasKeys() {
            return pskFile.isPresent() || protectionFile.isPresent();
        }
    }

    /** Copies the collections. */
    public Authentication {
        order = List.copyOf(order);
        unixPeers = Map.copyOf(unixPeers);
        listeners = Map.copyOf(listeners);
    }

    /** Whether clients that nothing else has accepted may connect through a listener. */
    public boolean allowsAnonymous(String listener) {
        OfListener own = listeners.get(listener);
        return own == null ? anonymous : own.anonymous();
    }

    /** Whether a listener has users for the client identifiers of devices. */
    boolean hasUsers(String listener) {
        OfListener own = listeners.get(listener);
        return own != null && !own.users().isEmpty();
    }

    /** The ways to be accepted as somebody, in words. */
    public List<String> ways() {
        List<String> ways = new ArrayList<>();
        List<String> byCertificate = namesOf(it -> !it.certificate().isNone());
        if (!byCertificate.isEmpty()) {
            ways.add("client certificates (listener " + String.join(", ", byCertificate) + ")");
        }
        if (!unixPeers.isEmpty()) {
            ways.add("users of this machine (authentication.unix-peers)");
        }
        List<String> byKey = namesOf(OfListener::hasKeys);
        if (!byKey.isEmpty()) {
            ways.add("pre-shared keys (listener " + String.join(", ", byKey) + ")");
        }
        List<String> ofDevices = namesOf(it -> !it.users().isEmpty());
        if (!ofDevices.isEmpty()) {
            ways.add("users of devices (listener " + String.join(", ", ofDevices) + ")");
        }
        tokens.ifPresent(_ -> ways.add("tokens (authentication.jwt)"));
        hook.ifPresent(
                it -> ways.add("who " + it.url().getHost() + " allows (authentication.http)"));
        passwords.ifPresent(it -> ways.add("passwords (" + it.file() + ")"));
        return ways;
    }

    private List<String> namesOf(Predicate<OfListener> which) {
        return listeners.entrySet().stream()
                .filter(it -> which.test(it.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** What somebody who starts the broker has to know of it, a sentence or two each. */
    List<String> notices() {
        List<String> notices = new ArrayList<>();
        hook.map(HookSettings::url)
                .filter(Authentication::isPlain)
                .ifPresent(it ->
                        notices.add(
                                "authentication.http.url is no https:// URL: everybody on the way to "
                                        + it.getHost()
                                        + " can read passwords and let anybody in."));
        tokens.flatMap(TokenSettings::jwksUrl)
                .filter(Authentication::isPlain)
                .ifPresent(it ->
                        notices.add(
                                "authentication.jwt.jwks is no https:// URL: everybody on the way to "
                                        + it.getHost()
                                        + " can put in other keys, and let anybody in."));
        return notices;
    }

    private static boolean isPlain(URI url) {
        return url.getScheme().equals("http")
                && !Set.of("localhost", "127.0.0.1", "[::1]").contains(url.getHost());
    }
}

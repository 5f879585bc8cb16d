package io.godwit.server.configuration;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import io.godwit.access.authentication.CertificatePart;
import io.godwit.access.authentication.ClientIdRule;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys of {@code authentication}. */
final class AccessKeys {

    private static final KeyBlock<AuthenticationDraft> AUTHENTICATION =
            new KeyBlock<>("authentication.", it -> it.authentication);

    private static final Pattern UNIX_PEER = Pattern.compile("([^=\\s]+)\\s*=\\s*(\\P{Cntrl}+)");

    private static final Kind<AuthenticationDraft.UnixPeer> PEER =
            new Kind<>(
                    "a user of this machine, by name or number, and the user name that it has here",
                    "such as \"collectd=metrics\" or \"1000=anna\"",
                    false,
                    AccessKeys::unixPeer);

    private static final Kind<ClientIdRule> CLIENT_ID_RULE =
            Kind.words(
                    Map.of(
                            "any", ClientIdRule.ANY,
                            "user-name", ClientIdRule.USER_NAME,
                            "starts-with-user-name", ClientIdRule.STARTS_WITH_USER_NAME));

    private static final Kind<Optional<CertificatePart>> CERTIFICATE_PART =
            Kind.optional(
                    Kind.words(
                            Arrays.stream(CertificatePart.values())
                                    .collect(toMap(CertificatePart::word, identity()))));

    private AccessKeys() {}

    static List<Key<Draft, ?>> keys() {
        return List.of(
                AUTHENTICATION.key(
                        "anonymous", Kind.truth(), "false", (it, is) -> it.anonymous = is),
                AUTHENTICATION.key(
                        "order",
                        Kind.many(
                                Kind.words(
                                        Authentication.ORDER.stream()
                                                .collect(toMap(identity(), identity())))),
                        "[certificate, unix, device, jwt, http, password]",
                        (it, order) -> it.order = order),
                AUTHENTICATION.key(
                        "client-id", CLIENT_ID_RULE, "any", (it, rule) -> it.clientIdRule = rule),
                AUTHENTICATION.key(
                        "unix-peers", Kind.many(PEER), "[]", (it, peers) -> it.unixPeers = peers),
                AUTHENTICATION.key(
                        "password-file",
                        Kind.optional(Kind.path()),
                        "none",
                        (it, file) -> it.passwordFile = file),
                AUTHENTICATION.key(
                        "password-cache",
                        Kind.time(Duration.ZERO, Duration.ofDays(1)),
                        "1 h",
                        (it, time) -> it.passwordCache = time),
                AUTHENTICATION.key(
                        "password-waiting",
                        Kind.integer(1, 1_000_000),
                        "1000",
                        (it, count) -> it.passwordWaiting = count),
                AUTHENTICATION.key(
                        "password-wait",
                        Kind.time(Duration.ofMillis(1), Duration.ofMinutes(5)),
                        "5 s",
                        (it, time) -> it.passwordWait = time));
    }

    /** Those of a listener. */
    static List<Key<Draft.Listener, ?>> keysOfListeners() {
        return List.of(
                new Key<>(
                        "anonymous",
                        Kind.truth(),
                        "as authentication.anonymous",
                        (it, is) -> it.authentication.anonymous = Optional.of(is)),
                new Key<>(
                        "identity-as-user-name",
                        CERTIFICATE_PART,
                        "none",
                        (it, part) -> it.authentication.userName = part),
                new Key<>(
                        "identity-as-client-id",
                        CERTIFICATE_PART,
                        "none",
                        (it, part) -> it.authentication.clientId = part));
    }

    private static Optional<AuthenticationDraft.UnixPeer> unixPeer(String text) {
        Matcher peer = UNIX_PEER.matcher(text);
        return peer.matches()
                ? Optional.of(new AuthenticationDraft.UnixPeer(peer.group(1), peer.group(2)))
                : Optional.empty();
    }
}

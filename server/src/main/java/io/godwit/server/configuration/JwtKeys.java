package io.godwit.server.configuration;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import io.godwit.access.authentication.jwt.JwksUrl;
import io.godwit.access.authentication.jwt.JwtSettings;
import io.godwit.access.authentication.jwt.SignatureAlgorithm;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The keys of {@code authentication.jwt}. */
final class JwtKeys {

    private static final KeyBlock<Said> JWT =
            new KeyBlock<>("authentication.jwt.", it -> it.authentication.jwt);

    /** What they say. For one thread. */
    static final class Said {
        private Optional<FileOrUrl> jwks = Optional.empty();
        private Duration refresh = Duration.ofMinutes(10);
        private Duration pause = Duration.ofSeconds(30);
        private Duration timeout = Duration.ofSeconds(5);
        private Optional<Path> caFile = Optional.empty();
        private Optional<String> secret = Optional.empty();
        private Optional<Path> publicKey = Optional.empty();
        private List<SignatureAlgorithm> algorithms = List.of(SignatureAlgorithm.values());
        private Optional<String> issuer = Optional.empty();
        private List<String> audience = List.of();
        private long leeway = 10;
        private boolean requireExpiry = true;
        private String userNameClaim = "sub";
        private Optional<String> clientIdClaim = Optional.empty();
        private boolean setClientId;
        private Optional<String> groupsClaim = Optional.of("groups");
        private Optional<String> aclClaim = Optional.of("acl");
        private boolean inQuery;
        private int cache = 10_000;

        private JwtSettings claims() {
            return new JwtSettings(
                    inQuery,
                    Set.copyOf(algorithms),
                    issuer.orElse(null),
                    audience,
                    Duration.ofSeconds(leeway),
                    requireExpiry,
                    userNameClaim,
                    clientIdClaim.orElse(null),
                    setClientId,
                    groupsClaim.orElse(null),
                    aclClaim.orElse(null),
                    cache);
        }

        /** The settings; empty if nothing but defaults is said. */
        Optional<TokenSettings> finish(Path workingDirectory) {
            JwtSettings claims = claims();
            if (jwks.isEmpty()
                    && secret.isEmpty()
                    && publicKey.isEmpty()
                    && claims.equals(new Said().claims())) {
                return Optional.empty();
            }
            return Optional.of(
                    new TokenSettings(
                            claims,
                            jwks.flatMap(it -> it.file(workingDirectory)),
                            jwks.flatMap(FileOrUrl::url),
                            new JwksUrl.Fetching(
                                    timeout,
                                    refresh,
                                    pause,
                                    caFile.map(workingDirectory::resolve).orElse(null)),
                            secret,
                            publicKey.map(workingDirectory::resolve)));
        }
    }

    /** What is a URL if it begins like one, and a path otherwise. */
    record FileOrUrl(String text) {

        private static final Kind<FileOrUrl> KIND =
                new Kind<>(
                        "a file or a URL",
                        "a path, or http:// or https://, a host and a path",
                        false,
                        text -> {
                            boolean isValid =
                                    isUrl(text)
                                            ? Kind.url().read(text).isPresent()
                                            : Kind.path().read(text).isPresent();
                            return isValid ? Optional.of(new FileOrUrl(text)) : Optional.empty();
                        });

        private static boolean isUrl(String text) {
            return text.startsWith("http://") || text.startsWith("https://");
        }

        Optional<URI> url() {
            return isUrl(text) ? Kind.url().read(text) : Optional.empty();
        }

        Optional<Path> file(Path workingDirectory) {
            return isUrl(text) ? Optional.empty() : Optional.of(workingDirectory.resolve(text));
        }
    }

    private static final Kind<List<SignatureAlgorithm>> ALGORITHMS =
            Kind.many(
                    Kind.words(
                            Arrays.stream(SignatureAlgorithm.values())
                                    .collect(toMap(SignatureAlgorithm::id, identity()))));

    private static final String EVERY_ALGORITHM =
            Arrays.stream(SignatureAlgorithm.values())
                    .map(SignatureAlgorithm::id)
                    .collect(joining(", ", "[", "]"));

    private static final Kind<Optional<String>> CLAIM = Kind.optional(Kind.text());

    private JwtKeys() {}

    static List<Key<Draft, ?>> keys() {
        Duration second = Duration.ofSeconds(1);
        return List.of(
                JWT.key(
                        "jwks",
                        Kind.optional(FileOrUrl.KIND),
                        "none",
                        (it, jwks) -> it.jwks = jwks),
                JWT.key(
                        "jwks-refresh",
                        Kind.time(second, Duration.ofDays(7)),
                        "10 m",
                        (it, time) -> it.refresh = time),
                JWT.key(
                        "jwks-pause",
                        Kind.time(second, Duration.ofDays(1)),
                        "30 s",
                        (it, time) -> it.pause = time),
                JWT.key(
                        "jwks-timeout",
                        Kind.time(Duration.ofMillis(100), Duration.ofMinutes(1)),
                        "5 s",
                        (it, time) -> it.timeout = time),
                JWT.key(
                        "jwks-ca",
                        Kind.optional(Kind.path()),
                        "none",
                        (it, file) -> it.caFile = file),
                JWT.key(
                        "secret",
                        Kind.optional(Kind.text()),
                        "none",
                        (it, secret) -> it.secret = secret),
                JWT.key(
                        "public-key",
                        Kind.optional(Kind.path()),
                        "none",
                        (it, file) -> it.publicKey = file),
                JWT.key(
                        "algorithms",
                        ALGORITHMS,
                        EVERY_ALGORITHM,
                        (it, all) -> it.algorithms = all),
                JWT.key("issuer", CLAIM, "none", (it, issuer) -> it.issuer = issuer),
                JWT.key("audience", Kind.many(Kind.text()), "[]", (it, all) -> it.audience = all),
                JWT.key("leeway", Kind.seconds(600), "10 s", (it, seconds) -> it.leeway = seconds),
                JWT.key("require-expiry", Kind.truth(), "true", (it, is) -> it.requireExpiry = is),
                JWT.key(
                        "user-name-claim",
                        Kind.text(),
                        "sub",
                        (it, claim) -> it.userNameClaim = claim),
                JWT.key("client-id-claim", CLAIM, "none", (it, claim) -> it.clientIdClaim = claim),
                JWT.key("set-client-id", Kind.truth(), "false", (it, is) -> it.setClientId = is),
                JWT.key("groups-claim", CLAIM, "groups", (it, claim) -> it.groupsClaim = claim),
                JWT.key("acl-claim", CLAIM, "acl", (it, claim) -> it.aclClaim = claim),
                JWT.key("in-query", Kind.truth(), "false", (it, is) -> it.inQuery = is),
                JWT.key(
                        "cache",
                        Kind.integer(0, 1_000_000),
                        "10000",
                        (it, count) -> it.cache = count));
    }
}

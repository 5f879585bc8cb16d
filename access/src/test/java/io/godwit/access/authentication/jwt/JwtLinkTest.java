package io.godwit.access.authentication.jwt;

import static io.godwit.access.authentication.http.Connecting.ask;
import static io.godwit.access.authentication.http.Connecting.by;
import static io.godwit.access.authentication.http.Connecting.query;
import static io.godwit.access.authentication.jwt.Keys.bob;
import static io.godwit.access.authentication.jwt.Keys.token;
import static io.godwit.access.authentication.jwt.Links.login;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.godwit.access.authentication.http.Connecting;
import io.godwit.access.authentication.http.SetClock;
import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Passed;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Permit;
import io.godwit.broker.auth.Permit.Action;
import io.godwit.codec.ReasonCode;
import java.security.Key;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtLinkTest {

    private static final Key SECRET = new SecretKeySpec(Keys.SECRET.getBytes(UTF_8), "HMAC");

    static Stream<Arguments> algorithms() {
        return Stream.of(
                arguments("RS256", Keys.RSA),
                arguments("RS384", Keys.RSA),
                arguments("RS512", Keys.RSA),
                arguments("PS256", Keys.RSA),
                arguments("PS384", Keys.RSA),
                arguments("PS512", Keys.RSA),
                arguments("ES256", Keys.P256),
                arguments("ES384", Keys.P384),
                arguments("ES512", Keys.P521),
                arguments("EdDSA", Keys.ED25519),
                arguments("EdDSA", Keys.ED448));
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void publicKeysVerify(String algorithm, KeyPair pair) throws Exception {
        String token = token(bob(), algorithm, pair.getPrivate(), "k");
        JwtLink byPem = Links.of(Links.settings(), TokenKeys.ofPem(Keys.pem(pair.getPublic())));
        assertThat(user(login(byPem, token))).isEqualTo("bob");
        String jwks = Keys.jwks(Keys.jwk(Keys.OTHER_RSA, "other"), Keys.jwk(pair, "k"));
        JwtLink byJwks = Links.of(Links.settings(), TokenKeys.ofJwks(jwks, false));
        assertThat(user(login(byJwks, token))).isEqualTo("bob");
        assertThat(user(login(byJwks, token))).as("from the cache").isEqualTo("bob");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void secretVerifies(String algorithm) throws Exception {
        String token = token(bob(), algorithm, SECRET, null);
        JwtLink link = Links.of(Links.settings(), TokenKeys.ofSecret(Keys.SECRET));
        assertThat(user(login(link, token))).isEqualTo("bob");
        JwtLink other = Links.of(Links.settings(), TokenKeys.ofSecret(Keys.SECRET + "!"));
        assertThat(refused(login(other, token)).reasonCode())
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "eyJ", "a.b.c", "eyJhbGciOiJub25lIn0", "....", "e30"})
    void whatIsNoTokenIsPassedOn(String password) throws Exception {
        assertThat(login(link(), password)).isInstanceOf(Passed.class);
    }

    @Test
    void clientsWithoutPasswordArePassedOn() throws Exception {
        assertThat(ask(link(), Connecting.with("bob", (byte[]) null))).isInstanceOf(Passed.class);
    }

    @Test
    void userNameIsTheTokensAndNotThatOfConnect() throws Exception {
        Decision decision = ask(link(), Connecting.with("admin", signed(bob())));
        assertThat(user(decision)).isEqualTo("bob");
    }

    @Test
    void claimsBecomeGroupsPermitsAndTheEnd() throws Exception {
        JwtClaims claims = bob();
        claims.setExpirationTime(NumericDate.fromSeconds(4_000_000_000L));
        claims.setStringListClaim("groups", "operators", "north");
        claims.setClaim("acl", Map.of("publish", List.of("up/%u/#"), "all", List.of("chat/+")));
        Accepted accepted = (Accepted) login(link(), signed(claims));
        assertThat(accepted.expiresAt()).isEqualTo(4_000_000_010_000L); // with the leeway
        assertThat(accepted.identity())
                .isEqualTo(
                        new Identity(
                                "client",
                                "bob",
                                Set.of("operators", "north"),
                                accepted.identity().permits()));
        assertThat(accepted.identity().permits())
                .containsExactlyInAnyOrder(
                        new Permit(true, Action.PUBLISH, "up/%u/#"),
                        new Permit(true, Action.ALL, "chat/+"));
    }

    @Test
    void claimsMayStandWithinOthers() throws Exception {
        JwtSettings plain = Links.settings();
        JwtSettings nested =
                new JwtSettings(
                        false,
                        plain.algorithms(),
                        null,
                        List.of(),
                        Duration.ZERO,
                        false,
                        "user.name",
                        null,
                        false,
                        "realm_access.roles",
                        null,
                        0);
        JwtClaims claims = new JwtClaims();
        claims.setClaim("user", Map.of("name", "ada"));
        claims.setClaim("realm_access", Map.of("roles", List.of("admin")));
        JwtLink link = Links.of(nested, TokenKeys.ofSecret(Keys.SECRET));
        Accepted accepted = (Accepted) login(link, signed(claims));
        assertThat(accepted.identity())
                .isEqualTo(new Identity("client", "ada", Set.of("admin"), List.of()));
        assertThat(accepted.expiresAt()).isEqualTo(Authenticator.NEVER);
    }

    @Test
    void clientIdentifierMustBeThatOfTheToken() throws Exception {
        TokenKeys keys = TokenKeys.ofSecret(Keys.SECRET);
        JwtClaims claims = bob();
        claims.setClaim("cid", "other");
        JwtLink checks = Links.of(Links.settings(null, List.of(), "cid", false), keys);
        assertThat(refused(login(checks, signed(claims))).why()).contains("claim cid");
        assertThat(user(login(checks, signed(bob())))).as("none in it").isEqualTo("bob");
        JwtLink sets = Links.of(Links.settings(null, List.of(), "cid", true), keys);
        Accepted accepted = (Accepted) login(sets, signed(claims));
        assertThat(accepted.identity().clientId()).isEqualTo("other");
        assertThat(accepted.identity().provesClientId()).isTrue();
        claims.setClaim("cid", "client");
        assertThat(user(login(checks, signed(claims)))).isEqualTo("bob");
    }

    static Stream<Arguments> unfit() {
        return Stream.of(
                arguments("exp", "expired", exp(-60)),
                arguments("exp", "no claim", without("exp")),
                arguments("nbf", "not reached", with("nbf", NumericDate.now().getValue() + 60)),
                arguments("iss", "no claim", without("iss")),
                arguments("iss", "another issuer", with("iss", "https://evil")),
                arguments("aud", "no claim", without("aud")),
                arguments("aud", "for others", with("aud", "mail")),
                arguments("sub", "no claim", without("sub")),
                arguments("sub", "malformed", with("sub", 5)),
                arguments("exp", "malformed", with("exp", "soon")),
                arguments("sub", "no name", with("sub", "a\nb")),
                arguments("sub", "no name", with("sub", "")),
                arguments("groups", "claim groups", with("groups", 7)),
                arguments("acl", "claim acl", with("acl", "all")),
                arguments("acl", "claim acl", with("acl", Map.of("publish", List.of("a/#/b")))));
    }

    private static JwtClaims complete() {
        JwtClaims claims = bob();
        claims.setIssuer("https://issuer");
        claims.setAudience("mqtt", "other");
        return claims;
    }

    private static JwtClaims exp(int seconds) {
        JwtClaims claims = complete();
        claims.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() + seconds));
        return claims;
    }

    private static JwtClaims without(String name) {
        JwtClaims claims = complete();
        claims.unsetClaim(name);
        return claims;
    }

    private static JwtClaims with(String name, Object value) {
        JwtClaims claims = complete();
        claims.setClaim(name, value);
        return claims;
    }

    @ParameterizedTest
    @MethodSource("unfit")
    void refusalNamesTheClaimAndNeverTheToken(String claim, String why, JwtClaims claims)
            throws Exception {
        JwtLink link =
                Links.of(
                        Links.settings("https://issuer", List.of("mqtt"), null, false),
                        TokenKeys.ofSecret(Keys.SECRET));
        assertThat(user(login(link, signed(complete())))).isEqualTo("bob");
        String token = signed(claims);
        Refused refused = refused(login(link, token));
        assertThat(refused.reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(refused.why()).contains(claim).contains(why);
        for (String part : token.split("\\.")) {
            assertThat(refused.why()).doesNotContain(part);
        }
    }

    @Test
    void smallDifferencesOfClocksAreTaken() throws Exception {
        assertThat(user(login(link(), signed(exp(-5))))).isEqualTo("bob");
        JwtClaims early = with("nbf", NumericDate.now().getValue() + 5);
        assertThat(user(login(link(), signed(early)))).isEqualTo("bob");
    }

    @Test
    void verifiedTokenIsRefusedWhenItHasExpiredMeanwhile() throws Exception {
        SetClock clock = new SetClock();
        JwtLink link =
                Links.of(Links.settings(), KeySource.of(TokenKeys.ofSecret(Keys.SECRET)), clock);
        String token = signed(bob());
        assertThat(user(login(link, token))).isEqualTo("bob");
        clock.pass(Duration.ofMinutes(61));
        assertThat(refused(login(link, token)).why()).contains("expired");
    }

    @Test
    void tokenInTheQueryComesBeforeThePassword() throws Exception {
        String token = signed(bob());
        assertThat(user(ask(link(), query(Map.of("token", token), "ignored")))).isEqualTo("bob");
        assertThat(ask(link(), query(Map.of("token", "junk"), token))).isInstanceOf(Refused.class);
        assertThat(user(ask(link(), query(Map.of("other", "x"), token)))).isEqualTo("bob");
    }

    @Test
    void methodJwtAuthenticatesAgainAsTheSameUserOnly() throws Exception {
        byte[] token = signed(bob()).getBytes(UTF_8);
        assertThat(link().isFor(by("JWT", token, null))).isTrue();
        assertThat(link().isFor(by("OTHER", token, null))).isFalse();
        assertThat(user(ask(link(), by("JWT", token, null)))).isEqualTo("bob");
        Identity bob = new Identity("client", "bob");
        assertThat(user(ask(link(), by("JWT", token, bob)))).isEqualTo("bob");
        Identity ada = new Identity("client", "ada");
        assertThat(refused(ask(link(), by("JWT", token, ada))).why()).contains("another user");
        Refused junk = refused(ask(link(), by("JWT", "junk".getBytes(UTF_8), null)));
        assertThat(junk.reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(ask(link(), by("JWT", null, null))).isInstanceOf(Refused.class);
    }

    private static JwtLink link() throws Exception {
        return Links.of(Links.settings(), TokenKeys.ofSecret(Keys.SECRET));
    }

    private static String signed(JwtClaims claims) {
        return token(claims, "HS256", SECRET, null);
    }

    private static Refused refused(Decision decision) {
        assertThat(decision).isInstanceOf(Refused.class);
        return (Refused) decision;
    }

    private static String user(Decision decision) {
        assertThat(decision).isInstanceOf(Accepted.class);
        return String.valueOf(((Accepted) decision).identity().userName());
    }
}

package io.godwit.access.authentication.jwt;

import static io.godwit.access.authentication.jwt.Keys.bob;
import static io.godwit.access.authentication.jwt.Keys.token;
import static io.godwit.access.authentication.jwt.Links.login;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.codec.ReasonCode;
import java.util.Base64;
import java.util.EnumSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that nobody signed who may. */
class HostileTokenTest {

    private static final String CLAIMS = "{\"sub\":\"bob\",\"exp\":4000000000}";

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE"})
    void algorithmNone(String none) throws Exception {
        for (String signature : new String[] {"", "AAAA"}) {
            String token =
                    part("{\"alg\":\"" + none + "\"}") + "." + part(CLAIMS) + "." + signature;
            assertThat(refused(token).why()).contains("alg");
        }
    }

    /** A public key is no secret for HMAC: neither its PEM nor its DER. */
    @Test
    void publicKeyAsSecret() throws Exception {
        String pem = Keys.pem(Keys.RSA.getPublic());
        for (byte[] key :
                new byte[][] {
                    pem.getBytes(UTF_8),
                    pem.strip().getBytes(UTF_8),
                    Keys.RSA.getPublic().getEncoded()
                }) {
            String signed = part("{\"alg\":\"HS256\"}") + "." + part(CLAIMS);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            String signature = base64(mac.doFinal(signed.getBytes(UTF_8)));
            assertThat(refused(signed + "." + signature).why()).contains("no key for alg HS256");
        }
    }

    /** The token brings its own key: jwk, jku and x5c count for nothing. */
    @Test
    void keyInTheHeader() throws Exception {
        String jwk = Keys.jwk(Keys.OTHER_RSA, null).toJson();
        String signed =
                part(
                                "{\"alg\":\"RS256\",\"jwk\":%s,\"jku\":\"http://127.0.0.1:1/k\","
                                                .formatted(jwk)
                                        + "\"x5u\":\"file:///etc/passwd\"}")
                        + "."
                        + part(CLAIMS);
        var signature = java.security.Signature.getInstance("SHA256withRSA");
        signature.initSign(Keys.OTHER_RSA.getPrivate());
        signature.update(signed.getBytes(UTF_8));
        assertThat(refused(signed + "." + base64(signature.sign())).why())
                .isEqualTo("the signature of the token is wrong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../etc/passwd",
                "/dev/null",
                "k' OR '1'='1",
                "http://127.0.0.1/",
                "\u0000"
            })
    void keyIdThatIsNoName(String id) throws Exception {
        String jwks = Keys.jwks(Keys.jwk(Keys.RSA, "k"));
        JwtLink link = Links.of(Links.settings(), TokenKeys.ofJwks(jwks, false));
        String token = token(bob(), "RS256", Keys.RSA.getPrivate(), id);
        Refused refused = (Refused) login(link, token);
        assertThat(refused.why()).contains("no key with kid");
        assertThat(refused.why()).doesNotContain("\u0000");
    }

    @Test
    void signatureOfAnotherKey() throws Exception {
        String token = token(bob(), "RS256", Keys.OTHER_RSA.getPrivate(), null);
        assertThat(refused(token).reasonCode()).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void claimsOfAnotherToken() throws Exception {
        String[] mine = token(bob(), "RS256", Keys.RSA.getPrivate(), null).split("\\.");
        String forged =
                mine[0] + "." + part("{\"sub\":\"admin\",\"exp\":4000000000}") + "." + mine[2];
        assertThat(refused(forged).why()).contains("signature");
    }

    /** A curve belongs to one algorithm; Ed25519 is not X25519. */
    @Test
    void wrongCurve() throws Exception {
        JwtLink link = Links.of(Links.settings(), TokenKeys.ofPem(Keys.pem(Keys.P384.getPublic())));
        String token = token(bob(), "ES256", Keys.P256.getPrivate(), null);
        assertThat(((Refused) login(link, token)).why()).contains("no key for alg ES256");
        String zeros =
                part("{\"alg\":\"ES384\"}") + "." + part(CLAIMS) + "." + base64(new byte[96]);
        assertThat(((Refused) login(link, zeros)).why()).contains("signature");
    }

    @Test
    void algorithmThatIsNotAllowed() throws Exception {
        JwtSettings all = Links.settings();
        JwtSettings strict =
                new JwtSettings(
                        false,
                        EnumSet.of(SignatureAlgorithm.PS256),
                        null,
                        all.audiences(),
                        all.leeway(),
                        true,
                        "sub",
                        null,
                        false,
                        null,
                        null,
                        10);
        JwtLink link = Links.of(strict, TokenKeys.ofPem(Keys.pem(Keys.RSA.getPublic())));
        String token = token(bob(), "RS256", Keys.RSA.getPrivate(), null);
        assertThat(((Refused) login(link, token)).why()).contains("alg RS256 is not allowed");
        String allowed = token(bob(), "PS256", Keys.RSA.getPrivate(), null);
        assertThat(login(link, allowed)).isInstanceOf(Accepted.class);
    }

    @Test
    void hugeToken() throws Exception {
        JwtClaims claims = bob();
        claims.setClaim("junk", "x".repeat(20_000));
        String token = token(claims, "RS256", Keys.RSA.getPrivate(), null);
        assertThat(refused(token).why()).contains("bytes, over 16384");
    }

    /** The payload nests as deep as a token is long. */
    @Test
    void deepToken() throws Exception {
        String deep =
                "{\"sub\":\"bob\",\"exp\":4000000000,\"x\":"
                        + "[".repeat(5_000)
                        + "]".repeat(5_000)
                        + "}";
        String token = token(deep, "RS256", Keys.RSA.getPrivate(), null);
        assertThat(login(link(), token)).isInstanceOfAny(Accepted.class, Refused.class);
    }

    @Test
    void critical() throws Exception {
        String signed =
                part("{\"alg\":\"RS256\",\"crit\":[\"exp\"],\"exp\":1}") + "." + part(CLAIMS);
        var signature = java.security.Signature.getInstance("SHA256withRSA");
        signature.initSign(Keys.RSA.getPrivate());
        signature.update(signed.getBytes(UTF_8));
        assertThat(refused(signed + "." + base64(signature.sign())).why()).contains("signature");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEADER.",
                "HEADER..",
                "HEADER.e30",
                "HEADER.e30.AAAA.AAAA",
                "HEADER.a.b.c.d",
                "HEADER.e30.A A",
                "HEADER.\u00e9.AAAA",
                "eyJ9.e30.AAAA",
                "e30.e30.AAAA",
                "eyJhbGciOjF9.e30.AAAA",
            })
    void malformed(String text) throws Exception {
        String token = text.replace("HEADER", part("{\"alg\":\"RS256\"}"));
        Refused refused = refused(token.replace("e30.e30", part("{}     ") + ".e30"));
        assertThat(refused.reasonCode()).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void payloadThatIsNoObject() throws Exception {
        for (String payload : new String[] {"", "[]", "5", "{", "{\"sub\":\"a\",\"sub\":\"b\"}"}) {
            String token = token(payload, "RS256", Keys.RSA.getPrivate(), null);
            assertThat(refused(token).why()).as(payload).contains("claim");
        }
    }

    private static JwtLink link() throws Exception {
        return Links.of(Links.settings(), TokenKeys.ofPem(Keys.pem(Keys.RSA.getPublic())));
    }

    private static Refused refused(String token) throws Exception {
        var decision = login(link(), token);
        assertThat(decision).isInstanceOf(Refused.class);
        return (Refused) decision;
    }

    private static String part(String json) {
        return base64(json.getBytes(UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

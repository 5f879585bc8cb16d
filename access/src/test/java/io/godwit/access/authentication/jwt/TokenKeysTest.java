package io.godwit.access.authentication.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.Test;

class TokenKeysTest {

    private static final String OCT =
            "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"s\",\"k\":\"%s\"}]}"
                    .formatted(Base64.getUrlEncoder().encodeToString(new byte[64]));

    @Test
    void setsLeaveOutWhatIsNotForSignatures() throws Exception {
        PublicJsonWebKey forEncryption = Keys.jwk(Keys.RSA, "enc");
        forEncryption.setUse("enc");
        PublicJsonWebKey good = Keys.jwk(Keys.P256, "sig");
        good.setUse("sig");
        String jwks =
                Keys.jwks(
                        forEncryption,
                        good,
                        Keys.jwk(Keys.WEAK_RSA, "weak"),
                        Keys.jwk(Keys.X25519, "exchange"));
        TokenKeys keys = TokenKeys.ofJwks(jwks, true);
        assertThat(keys.know("sig")).isTrue();
        assertThat(keys.know("enc") || keys.know("weak") || keys.know("exchange")).isFalse();
        assertThat(keys.candidates("sig", SignatureAlgorithm.ES256)).hasSize(1);
        assertThat(keys.candidates("sig", SignatureAlgorithm.ES384)).isEmpty();
    }

    @Test
    void aKeyThatNamesItsAlgorithmIsForNoOther() throws Exception {
        PublicJsonWebKey jwk = Keys.jwk(Keys.RSA, "k");
        jwk.setAlgorithm("PS256");
        TokenKeys keys = TokenKeys.ofJwks(Keys.jwks(jwk), false);
        assertThat(keys.candidates("k", SignatureAlgorithm.PS256)).hasSize(1);
        assertThat(keys.candidates("k", SignatureAlgorithm.RS256)).isEmpty();
    }

    @Test
    void secretsCountOnlyWhereNobodyElseReadsThem() throws Exception {
        assertThat(TokenKeys.ofJwks(OCT, true).candidates("s", SignatureAlgorithm.HS256))
                .hasSize(1);
        assertThatThrownBy(() -> TokenKeys.ofJwks(OCT, false)).hasMessageContaining("0 keys");
    }

    @Test
    void unusableKeysAreSaidInWords() {
        assertThatThrownBy(() -> TokenKeys.ofJwks("no", true)).hasMessageContaining("JWK Set");
        assertThatThrownBy(() -> TokenKeys.ofJwks("{\"keys\":[]}", true))
                .hasMessageContaining("0 keys");
        assertThatThrownBy(() -> TokenKeys.ofPem("no")).hasMessageContaining("0 public keys");
        assertThatThrownBy(() -> TokenKeys.ofPem(Keys.pem(Keys.WEAK_RSA.getPublic())))
                .hasMessageContaining("2048");
        assertThatThrownBy(() -> TokenKeys.ofPem(Keys.pem(Keys.X25519.getPublic())))
                .hasMessageContaining("neither");
        assertThatThrownBy(() ->
                        TokenKeys.ofPem(
                                Keys.pem(Keys.RSA.getPublic())
                                        .replace("PUBLIC KEY", "RSA PRIVATE KEY")))
                .hasMessageContaining("RSA PRIVATE KEY");
        assertThatThrownBy(() -> TokenKeys.ofSecret("too-short-a-secret"))
                .hasMessageContaining("18 bytes")
                .hasMessageNotContaining("too-short");
        assertThatThrownBy(() -> TokenKeys.ofSecret("base64:!")).hasMessageContaining("Base64");
    }

    @Test
    void secretsMayBeInBase64() throws Exception {
        String text = "base64:" + Base64.getEncoder().encodeToString(new byte[32]);
        TokenKeys keys = TokenKeys.ofSecret(text);
        assertThat(keys.candidates(null, SignatureAlgorithm.HS256)).hasSize(1);
        assertThat(keys.candidates(null, SignatureAlgorithm.HS512)).as("too short").isEmpty();
    }

    @Test
    void aFileMayHoldSeveralKeys() throws Exception {
        String pem = Keys.pem(Keys.RSA.getPublic()) + Keys.pem(Keys.ED25519.getPublic());
        TokenKeys keys = TokenKeys.ofPem(pem);
        assertThat(keys.candidates("any", SignatureAlgorithm.RS256)).hasSize(1);
        assertThat(keys.candidates(null, SignatureAlgorithm.EDDSA)).hasSize(1);
        assertThat(keys.candidates(null, SignatureAlgorithm.HS256)).isEmpty();
    }
}

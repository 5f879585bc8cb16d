package io.godwit.access.authentication.jwt;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Keys and tokens for tests. */
final class Keys {

    static final KeyPair RSA = pair("RSA", 2_048);
    static final KeyPair OTHER_RSA = pair("RSA", 2_048);
    static final KeyPair WEAK_RSA = pair("RSA", 1_024);
    static final KeyPair P256 = curve("secp256r1");
    static final KeyPair P384 = curve("secp384r1");
    static final KeyPair P521 = curve("secp521r1");
    static final KeyPair ED25519 = named("Ed25519");
    static final KeyPair ED448 = named("Ed448");
    static final KeyPair X25519 = named("X25519");
    static final String SECRET =
            "a secret that has sixty-four bytes, as HMAC with SHA-512 takes it";

    private Keys() {}

    private static KeyPair pair(String kind, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair curve(String name) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(name));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair named(String name) {
        try {
            return KeyPairGenerator.getInstance(name).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A public key in PEM. */
    static String pem(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
                .formatted(Base64.getMimeEncoder().encodeToString(key.getEncoded()));
    }

    /** A JWK with the public key of a pair. */
    static PublicJsonWebKey jwk(KeyPair pair, @Nullable String id) throws JoseException {
        PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic());
        if (id != null) {
            jwk.setKeyId(id);
        }
        return jwk;
    }

    /** A JWK Set. */
    static String jwks(PublicJsonWebKey... keys) {
        return new JsonWebKeySet(List.of(keys)).toJson();
    }

    /** Claims that let bob in for an hour. */
    static JwtClaims bob() {
        JwtClaims claims = new JwtClaims();
        claims.setSubject("bob");
        claims.setExpirationTimeMinutesInTheFuture(60);
        return claims;
    }

    /** A signed token. */
    static String token(JwtClaims claims, String algorithm, Key key, @Nullable String id) {
        return token(claims.toJson(), algorithm, key, id);
    }

    /** A signed token with any payload. */
    static String token(String payload, String algorithm, Key key, @Nullable String id) {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(payload);
        jws.setAlgorithmHeaderValue(algorithm);
        jws.setKey(key);
        if (id != null) {
            jws.setKeyIdHeaderValue(id);
        }
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.godwit.access.authentication.jwt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The keys that tokens are verified with. Immutable. */
public final class TokenKeys {

    /** How many keys there may be. */
    public static final int MOST = 100;

    /** No keys. */
    public static final TokenKeys NONE = new TokenKeys(List.of());

    private static final int LEAST_SECRET = 32;

    private static final Pattern PEM =
            Pattern.compile(
                    "-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    /**
     * @param id the {@code kid} that tokens name it by, or null
     * @param algorithm the only one that it is for, or null
     */
    private record TokenKey(@Nullable String id, @Nullable String algorithm, Key key) {}

    private final List<TokenKey> keys;

    private TokenKeys(List<TokenKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * The keys of a JWK Set (RFC 7517). Those that are not for signatures, or of a kind that no
     * algorithm here takes, are left out.
     *
     * @param hasSecrets whether symmetric keys count; they must not when anybody can read the set
     * @throws IOException if it is no JWK Set or holds no or too many keys; says why
     */
    public static TokenKeys ofJwks(String json, boolean hasSecrets) throws IOException {
        List<JsonWebKey> all;
        try {
            all = new JsonWebKeySet(json).getJsonWebKeys();
        } catch (JoseException e) {
            throw new IOException("it is no JWK Set in JSON", e);
        }
        List<TokenKey> keys = new ArrayList<>();
        for (JsonWebKey jwk : all) {
            Key key =
                    jwk instanceof PublicJsonWebKey isPublic
                            ? isPublic.getPublicKey()
                            : jwk.getKey();
            boolean isForSignatures = jwk.getUse() == null || jwk.getUse().equals("sig");
            boolean verifies = jwk.getKeyOps() == null || jwk.getKeyOps().contains("verify");
            boolean counts = hasSecrets || !(key instanceof SecretKey);
            if (key != null && isForSignatures && verifies && counts && isTaken(key)) {
                keys.add(new TokenKey(jwk.getKeyId(), jwk.getAlgorithm(), key));
            }
        }
        if (keys.isEmpty() || keys.size() > MOST) {
            throw new IOException(
                    "it holds %d keys for signatures, not 1 to %d".formatted(keys.size(), MOST));
        }
        return new TokenKeys(keys);
    }

    private static boolean isTaken(Key key) {
        return Stream.of(SignatureAlgorithm.values()).anyMatch(algorithm -> algorithm.takes(key));
    }

    /**
     * A secret for HMAC: a text, or {@code base64:} and bytes in Base64.
     *
     * @throws IOException if it is shorter than 32 bytes or not well-formed; does not tell it
     */
    public static TokenKeys ofSecret(String text) throws IOException {
        byte[] secret;
        try {
            secret =
                    text.startsWith("base64:")
                            ? Base64.getDecoder().decode(text.substring("base64:".length()))
                            : text.getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException("what follows base64: is not in Base64", e);
        }
        if (secret.length < LEAST_SECRET) {
            throw new IOException(
                    "it has %d bytes; HMAC with SHA-256 takes %d or more (RFC 7518 §3.2)"
                            .formatted(secret.length, LEAST_SECRET));
        }
        return new TokenKeys(List.of(new TokenKey(null, null, new SecretKeySpec(secret, "HMAC"))));
    }

    /**
     * The public keys of a PEM text: {@code PUBLIC KEY} or {@code CERTIFICATE}.
     *
     * @throws IOException if there is none, or one that can't be used; says why
     */
    public static TokenKeys ofPem(String pem) throws IOException {
        List<TokenKey> keys = new ArrayList<>();
        Matcher matcher = PEM.matcher(pem);
        while (matcher.find()) {
            PublicKey key = publicKey(matcher.group(1), matcher.group(2));
            if (!isTaken(key)) {
                throw new IOException(
                        "it holds a key of %s that no algorithm takes; RSA needs 2048 bits or more"
                                .formatted(key.getAlgorithm()));
            }
            keys.add(new TokenKey(null, null, key));
        }
        if (keys.isEmpty() || keys.size() > MOST) {
            throw new IOException(
                    "it holds %d public keys in PEM, not 1 to %d".formatted(keys.size(), MOST));
        }
        return new TokenKeys(keys);
    }

    private static PublicKey publicKey(String kind, String base64) throws IOException {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IOException("its Base64 is not well-formed", e);
        }
        return switch (kind) {
            case "PUBLIC KEY" -> publicKey(der);
            case "CERTIFICATE" -> {
                try {
                    yield CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der))
                            .getPublicKey();
                } catch (CertificateException e) {
                    throw new IOException("its certificate is not well-formed", e);
                }
            }
            default ->
                    throw new IOException(
                            "it holds '%s'; public keys stand in 'PUBLIC KEY' or 'CERTIFICATE'"
                                    .formatted(kind));
        };
    }

    private static PublicKey publicKey(byte[] der) throws IOException {
        for (String kind : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der));
            } catch (InvalidKeySpecException another) {
                continue;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e); // every JDK has them
            }
        }
        throw new IOException("its public key is neither of RSA nor of EC nor of EdDSA");
    }

    /** These keys and others. */
    public TokenKeys and(TokenKeys others) {
        return new TokenKeys(Stream.concat(keys.stream(), others.keys.stream()).toList());
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /**
     * Whether a token's {@code kid} names one of them; one that names none can't lead to others.
     */
    boolean know(@Nullable String id) {
        return keys.stream().anyMatch(it -> id == null || id.equals(it.id()));
    }

    /**
     * The keys that may have signed a token: those with its {@code kid}, and those that have none.
     *
     * @param id the {@code kid} of the token; null for one that names no key
     */
    List<Key> candidates(@Nullable String id, SignatureAlgorithm algorithm) {
        return keys.stream()
                .filter(it -> id == null || it.id() == null || id.equals(it.id()))
                .filter(it -> it.algorithm() == null || it.algorithm().equals(algorithm.id()))
                .map(TokenKey::key)
                .filter(algorithm::takes)
                .toList();
    }
}

package io.godwit.access.authentication.jwt;

import io.godwit.codec.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.HeaderParameterNames;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * A token in its compact form (RFC 7515 §7.1), which nobody has verified.
 *
 * @param keyId its {@code kid}, or null
 */
record Token(String text, SignatureAlgorithm algorithm, @Nullable String keyId) {

    /** How long a token may be, in bytes. */
    static final int LONGEST = 16 << 10;

    private static final int PARTS = 3;

    /**
     * Whether bytes look like a token: a part in Base64 that begins an object in JSON, and a dot.
     */
    static boolean isLike(byte[] bytes) {
        int dot = 0;
        while (dot < bytes.length && bytes[dot] != '.') {
            dot++;
        }
        if (dot < 4 || dot == bytes.length) {
            return false;
        }
        try {
            byte[] start = Arrays.copyOf(bytes, 4);
            return Base64.getUrlDecoder().decode(start)[0] == '{';
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** Reads its header. */
    static Token parse(byte[] bytes) throws TokenProblem {
        if (bytes.length > LONGEST) {
            throw TokenProblem.forged(
                    "the token is %d bytes, over %d".formatted(bytes.length, LONGEST));
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.matches("[A-Za-z0-9_.-]+")) {
            throw TokenProblem.forged("the token is malformed");
        }
        int parts = text.split("\\.", -1).length;
        if (parts != PARTS) {
            throw TokenProblem.forged(
                    parts == 5
                            ? "the token is encrypted, which is not supported"
                            : "the token has %d parts, not %d".formatted(parts, PARTS));
        }
        JsonWebSignature jws = new JsonWebSignature();
        String algorithm;
        String keyId;
        try {
            jws.setCompactSerialization(text);
            algorithm = jws.getHeaders().getStringHeaderValue(HeaderParameterNames.ALGORITHM);
            keyId = jws.getHeaders().getStringHeaderValue(HeaderParameterNames.KEY_ID);
        } catch (JoseException | RuntimeException malformed) {
            throw TokenProblem.forged("the header of the token is malformed");
        }
        if (algorithm == null) {
            throw TokenProblem.forged("the header of the token has no alg");
        }
        SignatureAlgorithm known =
                SignatureAlgorithm.of(algorithm)
                        .orElseThrow(() ->
                                TokenProblem.forged(
                                        "alg " + Utf8.quote(algorithm) + " is not allowed"));
        return new Token(text, known, keyId);
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
        return "Token[" + algorithm + "]";
    }
}

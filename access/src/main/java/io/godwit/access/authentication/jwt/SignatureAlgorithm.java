package io.godwit.access.authentication.jwt;

import java.security.Key;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import javax.crypto.SecretKey;

/** How a token may be signed (RFC 7518 §3, RFC 8037). There is no {@code none} among them. */
public enum SignatureAlgorithm {
    HS256,
    HS384,
    HS512,
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    ES512,
    EDDSA;

    private static final int LEAST_RSA_BITS = 2_048;

    /** Its name in a token's header and in a configuration. */
    public String id() {
        return this == EDDSA ? "EdDSA" : name();
    }

    /** The algorithm with this name; empty if there is none. */
    public static Optional<SignatureAlgorithm> of(String id) {
        for (SignatureAlgorithm algorithm : values()) {
            if (algorithm.id().equals(id)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /**
     * Whether a key is of the kind that it takes, and strong enough for it: a public key is never a
     * secret, and a curve belongs to one algorithm.
     */
    boolean takes(Key key) {
        return switch (this) {
            case HS256, HS384, HS512 ->
                    key instanceof SecretKey && key.getEncoded().length * 8 >= bits();
            case RS256, RS384, RS512, PS256, PS384, PS512 ->
                    key instanceof RSAPublicKey rsa
                            && rsa.getModulus().bitLength() >= LEAST_RSA_BITS;
            case ES256, ES384 -> key instanceof ECPublicKey ec && orderBits(ec) == bits();
            case ES512 -> key instanceof ECPublicKey ec && orderBits(ec) == 521;
            case EDDSA -> key instanceof EdECPublicKey;
        };
    }

    private int bits() {
        return Integer.parseInt(name().substring(2));
    }

    private static int orderBits(ECPublicKey key) {
        return key.getParams().getOrder().bitLength();
    }
}

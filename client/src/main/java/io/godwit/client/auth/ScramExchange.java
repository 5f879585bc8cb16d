package io.godwit.client.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.client.MqttException;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One exchange of SCRAM (RFC 5802 §3, §7), the client's side. */
final class ScramExchange implements EnhancedAuthentication.Exchange {

    /** No channel binding, and nobody else to act as; in Base64 it is {@code biws}. */
    private static final String HEADER = "n,,";

    private static final int LONGEST_SALT = 1_024;

    private final ScramHash hash;
    private final String password;
    private final String nonce;
    private final String bare;

    private boolean hasAnswered;
    private byte @Nullable [] serverSignature;

    /** With texts that SASLprep has prepared. */
    ScramExchange(ScramHash hash, String userName, String password, String nonce) {
        this.hash = hash;
        this.password = password;
        this.nonce = nonce;
        bare = "n=" + userName.replace("=", "=3D").replace(",", "=2C") + ",r=" + nonce;
    }

    @Override
    public byte[] first() {
        return (HEADER + bare).getBytes(UTF_8);
    }

    @Override
    public byte[] next(byte @Nullable [] data) {
        if (hasAnswered) {
            throw problem("goes on after it was given the proof");
        }
        hasAnswered = true;
        String challenge = text(data);
        String[] fields = challenge.split(",");
        if (fields.length < 3
                || !fields[0].startsWith("r=")
                || !fields[1].startsWith("s=")
                || !fields[2].startsWith("i=")) { // m= before r= is an extension that has to be known
            throw problem("sends a challenge that is none of SCRAM's");
        }
        String both = fields[0].substring(2);
        if (!both.startsWith(nonce) || both.length() == nonce.length()) {
            throw problem("does not add to this client's nonce: somebody may be repeating an old answer");
        }
        byte[] salt = base64(fields[1].substring(2));
        if (salt.length == 0 || salt.length > LONGEST_SALT) {
            throw problem("sends no salt, or one that is too long");
        }
        byte[] salted = hash.iterated(password, salt, iterations(fields[2].substring(2)));
        byte[] clientKey = hash.hmac(salted, "Client Key".getBytes(UTF_8));
        String withoutProof =
                "c=" + Base64.getEncoder().encodeToString(HEADER.getBytes(UTF_8)) + ",r=" + both;
        byte[] authMessage = (bare + "," + challenge + "," + withoutProof).getBytes(UTF_8);
        byte[] proof = hash.hmac(hash.hash(clientKey), authMessage);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= clientKey[i];
        }
        serverSignature = hash.hmac(hash.hmac(salted, "Server Key".getBytes(UTF_8)), authMessage);
        return (withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof)).getBytes(UTF_8);
    }

    private int iterations(String text) {
        int iterations;
        try {
            iterations = Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw problem("does not say how many iterations there are");
        }
        if (iterations < Scram.FEWEST) {
            throw problem(
                    "asks for %d iterations: with fewer than %d the password is not safe"
                            .formatted(iterations, Scram.FEWEST));
        }
        if (iterations > Scram.MOST) {
            throw problem(
                    "asks for %d iterations: more than %d are not done"
                            .formatted(iterations, Scram.MOST));
        }
        return iterations;
    }

    @Override
    public void succeeded(byte @Nullable [] data) {
        byte[] expected = serverSignature;
        if (expected == null) {
            throw problem("says that it has succeeded before it was given the proof");
        }
        String last = text(data);
        if (last.startsWith("e=")) {
            throw problem("reports an error: " + printable(last.substring(2)));
        }
        if (!last.startsWith("v=")) {
            throw problem("has not proven that it knows the password");
        }
        String signature = last.substring(2).split(",", 2)[0];
        if (!MessageDigest.isEqual(base64(signature), expected)) {
            throw problem("does not know the password: it may not be the server that is meant");
        }
    }

    private static String text(byte @Nullable [] data) {
        return data == null ? "" : new String(data, UTF_8);
    }

    private byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            throw problem("sends something that is not Base64");
        }
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(text.length(), 100)).replaceAll("\\p{Cntrl}", "?");
    }

    private MqttException problem(String what) {
        return new MqttException(hash.method() + ": the server " + what, null);
    }
}

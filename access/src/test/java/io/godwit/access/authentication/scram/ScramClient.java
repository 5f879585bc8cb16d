package io.godwit.access.authentication.scram;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.Base64;

/** The client's side of an exchange, step by step as RFC 5802 §3 has it. */
final class ScramClient {

    private final ScramHash hash;
    private final String password;
    private final String header;
    private final String bare;
    private byte[] expected = new byte[0];

    ScramClient(ScramHash hash, String user, String password) {
        this(hash, user, password, "n,,");
    }

    ScramClient(ScramHash hash, String user, String password, String header) {
        this.hash = hash;
        this.password = password;
        this.header = header;
        byte[] nonce = new byte[12];
        new SecureRandom().nextBytes(nonce);
        String name = user.replace("=", "=3D").replace(",", "=2C");
        this.bare = "n=" + name + ",r=" + Base64.getEncoder().encodeToString(nonce);
    }

    String method() {
        return hash.method();
    }

    byte[] first() {
        return (header + bare).getBytes(UTF_8);
    }

    byte[] last(byte[] challenge) {
        String message = new String(challenge, UTF_8);
        String[] fields = message.split(",");
        byte[] salt = Base64.getDecoder().decode(fields[1].substring(2));
        int iterations = Integer.parseInt(fields[2].substring(2));
        byte[] salted = hash.iterate(password, salt, iterations);
        byte[] clientKey = hash.hmac(salted, "Client Key".getBytes(UTF_8));
        String withoutProof =
                "c=" + Base64.getEncoder().encodeToString(header.getBytes(UTF_8)) + "," + fields[0];
        byte[] authMessage = (bare + "," + message + "," + withoutProof).getBytes(UTF_8);
        byte[] proof = hash.hmac(hash.hash(clientKey), authMessage);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= clientKey[i];
        }
        expected = hash.hmac(hash.hmac(salted, "Server Key".getBytes(UTF_8)), authMessage);
        return (withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof)).getBytes(UTF_8);
    }

    /** Whether the server has shown that it knows the keys. */
    boolean trusts(byte[] last) {
        return new String(last, UTF_8).equals("v=" + Base64.getEncoder().encodeToString(expected));
    }
}

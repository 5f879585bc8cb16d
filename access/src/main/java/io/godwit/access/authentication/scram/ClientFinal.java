package io.godwit.access.authentication.scram;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The client-final-message (RFC 5802 §7).
 *
 * @param binding what it says of the gs2-header and of channel binding, decoded
 * @param nonce both parts of it
 * @param withoutProof the client-final-message-without-proof
 * @param proof the ClientProof, decoded
 */
record ClientFinal(byte[] binding, String nonce, String withoutProof, byte[] proof) {

    private static final Pattern MESSAGE =
            Pattern.compile(
                    "(?<bare>c=(?<binding>[A-Za-z0-9+/]+={0,2}),r=(?<nonce>[\\x21-\\x2B\\x2D-\\x7E]+)"
                            + "(,[A-Za-oq-z]=[^,]+)*+),p=(?<proof>[A-Za-z0-9+/]+={0,2})");

    /** Reads one. */
    static ClientFinal parse(byte[] data) throws ScramProblem {
        String text = data.length <= ClientFirst.LONGEST ? SaslText.utf8(data) : null;
        if (text == null) {
            throw new ScramProblem("its final SCRAM message is too long or not UTF-8");
        }
        Matcher matcher = MESSAGE.matcher(text);
        if (!matcher.matches()) {
            throw new ScramProblem("its final SCRAM message is malformed");
        }
        try {
            Base64.Decoder base64 = Base64.getDecoder();
            return new ClientFinal(
                    base64.decode(matcher.group("binding")),
                    matcher.group("nonce"),
                    matcher.group("bare"),
                    base64.decode(matcher.group("proof")));
        } catch (IllegalArgumentException e) {
            throw new ScramProblem("its final SCRAM message is not in Base64");
        }
    }

    /** Leaves the proof out. */
    @Override
    public String toString() {
        return "ClientFinal[nonce=" + nonce + "]";
    }
}

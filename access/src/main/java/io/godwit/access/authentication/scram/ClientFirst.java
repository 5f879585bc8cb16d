package io.godwit.access.authentication.scram;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The client-first-message (RFC 5802 §7).
 *
 * @param header the gs2-header, up to and with its last comma
 * @param bare the client-first-message-bare
 * @param userName as SASLprep makes it
 * @param nonce the client's part of it
 */
record ClientFirst(String header, String bare, String userName, String nonce) {

    /** How long a client's message may be, in bytes. */
    static final int LONGEST = 4_096;

    private static final Pattern MESSAGE =
            Pattern.compile(
                    "(?<header>(?<flag>n|y|p=[A-Za-z0-9.-]+),(a=(?<authzid>[^,]+))?,)"
                            + "(?<bare>n=(?<name>[^,]+),r=(?<nonce>[\\x21-\\x2B\\x2D-\\x7E]+)"
                            + "(,[A-Za-z]=[^,]+)*+)");

    /** Reads one. */
    static ClientFirst parse(byte[] data) throws ScramProblem {
        String text = data.length <= LONGEST ? SaslText.utf8(data) : null;
        if (text == null || text.indexOf('\0') >= 0) {
            throw new ScramProblem("its first SCRAM message is too long or not UTF-8");
        }
        Matcher matcher = MESSAGE.matcher(text);
        if (!matcher.matches()) {
            throw new ScramProblem(
                    text.contains(",m=")
                            ? "its first SCRAM message asks for an extension that is not known"
                            : "its first SCRAM message is malformed");
        }
        if (matcher.group("flag").startsWith("p")) {
            throw new ScramProblem("it asks for channel binding, which is not offered");
        }
        String userName = name(matcher.group("name"));
        String authzid = matcher.group("authzid");
        if (authzid != null && !name(authzid).equals(userName)) {
            throw new ScramProblem("it wants to act as another user, which SCRAM here can't");
        }
        return new ClientFirst(
                matcher.group("header"), matcher.group("bare"), userName, matcher.group("nonce"));
    }

    /** A saslname: {@code =2C} is a comma and {@code =3D} an equals sign, and nothing else is. */
    private static String name(String saslName) throws ScramProblem {
        String name = saslName.replace("=2C", ",");
        if (name.replace("=3D", "").indexOf('=') >= 0) {
            throw new ScramProblem("its SCRAM user name has '=' that is not written '=3D'");
        }
        try {
            return SaslText.prepared(name.replace("=3D", "="));
        } catch (IllegalArgumentException prohibited) {
            throw new ScramProblem(
                    "its SCRAM user name is not allowed: " + prohibited.getMessage());
        }
    }
}

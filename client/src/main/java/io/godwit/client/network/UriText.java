package io.godwit.client.network;

import io.godwit.client.Credentials;
import java.io.ByteArrayOutputStream;
import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A URI taken apart. Its reasons for refusing one quote nothing that may be of a password.
 *
 * @param scheme in small letters
 * @param host without brackets, as the network names it; may be empty
 * @param port 1 to 65,535, or {@link #NO_PORT}
 * @param rest path and query as they were written
 */
record UriText(
        String scheme, @Nullable Credentials credentials, String host, int port, String rest) {

    static final int NO_PORT = -1;

    private static final int LONGEST_NAME = 253;

    /**
     * Takes it apart.
     *
     * @throws IllegalArgumentException if it is none; says only why
     */
    static UriText parse(String uri) {
        int colon = uri.indexOf("://");
        if (colon < 1) {
            throw new IllegalArgumentException("it does not begin with a scheme and ://");
        }
        String after = uri.substring(colon + 3);
        int end = endOfAuthority(after);
        String authority = after.substring(0, end);
        String rest = after.substring(end);
        if (rest.indexOf('#') >= 0) {
            throw new IllegalArgumentException("a # in it is written %23");
        }
        int at = authority.lastIndexOf('@');
        String place = authority.substring(at + 1);
        int portAt = place.startsWith("[") ? place.indexOf("]:") + 1 : place.lastIndexOf(':');
        boolean hasPort = portAt > 0 || place.startsWith(":");
        return new UriText(
                uri.substring(0, colon).toLowerCase(Locale.ROOT),
                at < 0 ? null : credentials(authority.substring(0, at)),
                host(hasPort ? place.substring(0, portAt) : place),
                hasPort ? port(place.substring(portAt + 1), rest) : NO_PORT,
                rest);
    }

    /** A URI without what may be secret in it, for messages. */
    static String shown(String uri) {
        int colon = uri.indexOf("://");
        int begin = colon < 0 ? 0 : colon + 3;
        int at = uri.lastIndexOf('@');
        int query = uri.indexOf('?', begin);
        String place = uri.substring(at < begin ? begin : at + 1);
        String shown = uri.substring(0, begin) + (at < begin ? "" : "...@") + place;
        return "'" + (query < 0 ? shown : shown.replaceFirst("\\?.*", "?...")) + "'";
    }

    private static int endOfAuthority(String text) {
        for (int i = 0; i < text.length(); i++) {
            if ("/?#".indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }

    private static @Nullable Credentials credentials(String userInfo) {
        int colon = userInfo.indexOf(':');
        String user = text(decoded(colon < 0 ? userInfo : userInfo.substring(0, colon)));
        byte[] password = colon < 0 ? null : decoded(userInfo.substring(colon + 1));
        return user.isEmpty() && password == null
                ? null
                : new Credentials(user.isEmpty() ? null : user, password);
    }

    private static String host(String written) {
        if (written.startsWith("[")) {
            return address(written);
        }
        if (written.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "an IPv6 address stands in brackets, as in [::1] or [::1]:1883");
        }
        String host = text(decoded(written));
        if (!host.chars().allMatch(c -> c < 0x80)) {
            host = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
        }
        if (host.length() > LONGEST_NAME || !host.chars().allMatch(UriText::isOfName)) {
            throw new IllegalArgumentException("the host is no name and no address");
        }
        return host;
    }

    private static boolean isOfName(int c) {
        return c > ' ' && c < 0x7F && "/?#[]@\\\"<>^`{|}".indexOf(c) < 0;
    }

    private static String address(String bracketed) {
        if (bracketed.endsWith("]")) {
            String address = text(decoded(bracketed.substring(1, bracketed.length() - 1)));
            try {
                if (InetAddress.ofLiteral(address) instanceof Inet6Address) {
                    return address;
                }
            } catch (IllegalArgumentException _) {
                // said below
            }
        }
        throw new IllegalArgumentException("what stands in brackets is no IPv6 address");
    }

    private static int port(String written, String rest) {
        try {
            int port = Integer.parseInt(written);
            if (port >= 1 && port <= 65_535 && Character.isDigit(written.charAt(0))) {
                return port;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        if (rest.indexOf('@') >= 0) { // what seems to be a port is of a password
            throw new IllegalArgumentException(
                    "in a user name or password / is written %2F, ? %3F, # %23, @ %40 and % %25");
        }
        throw new IllegalArgumentException(
                "the port '%s' is no number from 1 to 65,535".formatted(written));
    }

    /** The bytes of a text in which bytes may be written as % and two hexadecimal digits. */
    static byte[] decoded(String text) {
        byte[] written = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(written.length);
        for (int i = 0; i < written.length; i++) {
            if (written[i] != '%') {
                bytes.write(written[i]);
                continue;
            }
            int high = i + 2 < written.length ? Character.digit(written[i + 1], 16) : -1;
            int low = i + 2 < written.length ? Character.digit(written[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new IllegalArgumentException(
                        "a % is not followed by two hexadecimal digits; % itself is written %25");
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        return bytes.toByteArray();
    }

    /** The text of bytes in UTF-8. */
    static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException(
                    "what is written with % is not UTF-8", malformed);
        }
    }
}

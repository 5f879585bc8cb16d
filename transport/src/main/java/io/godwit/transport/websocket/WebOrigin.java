package io.godwit.transport.websocket;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a page was loaded from, as browsers say it in {@code Origin} (RFC 6454): scheme, host and
 * port, nothing else.
 *
 * @param scheme in small letters, such as {@code https}
 * @param host in small letters; an IPv6 address stands in brackets
 * @param port the scheme's usual one if none was written; -1 if the scheme has none
 */
public record WebOrigin(String scheme, String host, int port) {

    private static final Pattern SERIALIZED =
            Pattern.compile(
                    "([a-z][a-z0-9+.-]{0,30})://([a-z0-9._-]{1,253}|\\[[0-9a-f:.]{2,45}])(?::(\\d{1,5}))?");

    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private static final int HIGHEST_PORT = 65_535;

    /** Reads one; empty for {@code null}, and for what has a path or is malformed. */
    public static Optional<WebOrigin> parse(String text) {
        Matcher matcher = SERIALIZED.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String scheme = matcher.group(1);
        String written = matcher.group(3);
        int port = written == null ? usualPort(scheme) : Integer.parseInt(written);
        return port > HIGHEST_PORT
                ? Optional.empty()
                : Optional.of(new WebOrigin(scheme, matcher.group(2), port));
    }

    private static int usualPort(String scheme) {
        return switch (scheme) {
            case "http" -> 80;
            case "https" -> 443;
            default -> -1;
        };
    }

    /** Whether this machine itself served the page. */
    boolean isLoopback() {
        return isLoopback(host);
    }

    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /** Whether a host is an address and no name, as browsers write it. */
    static boolean isAddress(String host) {
        return host.startsWith("[") || IPV4.matcher(host).matches();
    }

    /** As a browser writes it. */
    @Override
    public String toString() {
        boolean hasPort = port >= 0 && port != usualPort(scheme);
        return scheme + "://" + host + (hasPort ? ":" + port : "");
    }
}

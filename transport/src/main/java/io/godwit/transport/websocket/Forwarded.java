package io.godwit.transport.websocket;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What proxies tell of the client, in {@code X-Forwarded-For}. */
final class Forwarded {

    private static final String HEADER = "X-Forwarded-For";

    /** An address, as some write it with a port. */
    private static final Pattern ADDRESS =
            Pattern.compile("\\[([0-9A-Fa-f:.]+)](?::\\d+)?|([0-9.]+)(?::\\d+)?|([0-9A-Fa-f:.]+)");

    private Forwarded() {}

    /**
     * The client's address: the last in the header that is not a trusted proxy's. What stands
     * before it was written by nobody who is trusted.
     *
     * @param peer the other end of the socket
     * @return null if nothing was told, or the peer is not trusted to tell it
     */
    static @Nullable InetAddress client(
            HttpHeaders headers, InetAddress peer, Predicate<InetAddress> isTrusted) {
        List<String> told = Headers.tokens(headers, HEADER);
        InetAddress client = null;
        InetAddress teller = peer;
        for (int i = told.size() - 1; i >= 0 && isTrusted.test(teller); i--) {
            InetAddress next = parse(told.get(i));
            if (next == null) {
                break;
            }
            client = next;
            teller = next;
        }
        return client;
    }

    /** No name is looked up. */
    private static @Nullable InetAddress parse(String text) {
        Matcher matcher = ADDRESS.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        for (int i = 1; i <= matcher.groupCount(); i++) {
            if (matcher.group(i) != null) {
                try {
                    return InetAddress.ofLiteral(matcher.group(i));
                } catch (IllegalArgumentException notAnAddress) {
                    return null;
                }
            }
        }
        return null;
    }
}

package io.godwit.client.network;

import io.godwit.client.Credentials;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The way through an HTTP proxy: CONNECT (RFC 9110 §9.3.6). */
final class HttpProxy {

    private HttpProxy() {}

    /** Asks a proxy, to which there is a connection, for one to the server. */
    static void connect(Link link, ProxySettings proxy, ServerAddress server, Opening opening)
            throws IOException {
        opening.begins("asking the proxy " + proxy);
        String place = ServerAddress.place(server.host(), server.port());
        String request =
                "CONNECT %s HTTP/1.1\r\nHost: %s\r\n%s\r\n"
                        .formatted(place, place, authorization(proxy.credentials()));
        link.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
        ByteBuffer received = ByteBuffer.allocate(HttpHead.LONGEST);
        HttpHead head = HttpHead.read(link, received, "the proxy " + proxy);
        if (head.status() / 100 != 2) {
            throw new LinkProblem(
                    "the proxy %s answers %s%s"
                            .formatted(proxy, head.line(), advice(head.status(), proxy)));
        }
        if (received.hasRemaining()) {
            throw new LinkProblem(
                    "the proxy %s sends something before the server is spoken to".formatted(proxy));
        }
    }

    private static String authorization(@Nullable Credentials credentials)
            throws LinkProblem {
        if (credentials == null) {
            return "";
        }
        String user = credentials.userName() == null ? "" : credentials.userName();
        if (user.indexOf(':') >= 0) {
            throw new LinkProblem("the user name for an HTTP proxy has a colon");
        }
        byte[] name = (user + ":").getBytes(StandardCharsets.UTF_8);
        byte[] password = credentials.password() == null ? new byte[0] : credentials.password();
        byte[] both = ByteBuffer.allocate(name.length + password.length).put(name).put(password).array();
        return "Proxy-Authorization: Basic " + Base64.getEncoder().encodeToString(both) + "\r\n";
    }

    private static String advice(int status, ProxySettings proxy) {
        return switch (status) {
            case 407 ->
                    proxy.credentials() == null
                            ? ": it wants a user name and a password, as in http://user:password@host"
                            : ": user name or password for the proxy are wrong";
            case 403 -> ": it does not allow connections to that host and port";
            case 502, 503, 504 -> ": it can't reach the server";
            default -> "";
        };
    }
}

package io.godwit.client.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The request that makes a WebSocket of a connection (RFC 6455 §4.1). */
final class WebSocketRequest {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** RFC 6455 §1.3. */
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final String PROTOCOL = "Sec-WebSocket-Protocol";

    /** What the protocol itself says, so that nobody else may. */
    private static final List<String> OWN =
            List.of(
                    "connection",
                    "upgrade",
                    "content-length",
                    "transfer-encoding",
                    "sec-websocket-key",
                    "sec-websocket-version",
                    "sec-websocket-extensions");

    private final ServerAddress server;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final String key;

    private WebSocketRequest(ServerAddress server, Map<String, String> further) throws LinkProblem {
        this.server = server;
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        key = Base64.getEncoder().encodeToString(nonce);
        boolean isUsual = server.port() == server.scheme().port();
        String place = ServerAddress.place(server.host(), server.port());
        headers.put("Host", isUsual ? place.substring(0, place.lastIndexOf(':')) : place);
        headers.put(PROTOCOL, "mqtt"); // [v5 MQTT-6.0.0-3], [v3 MQTT-6.0.0-3]
        for (Map.Entry<String, String> header : further.entrySet()) {
            headers.put(checked(header.getKey()), checked(header.getKey(), header.getValue()));
        }
    }

    /**
     * Asks for a WebSocket.
     *
     * @param settings their headers may replace Host and Sec-WebSocket-Protocol
     */
    static Link open(Link below, ServerAddress server, NetworkSettings settings)
            throws IOException {
        WebSocketRequest request = new WebSocketRequest(server, settings.headers());
        below.write(ByteBuffer.wrap(request.text().getBytes(StandardCharsets.ISO_8859_1)));
        ByteBuffer received = ByteBuffer.allocate(HttpHead.LONGEST);
        HttpHead answer = HttpHead.read(below, received, "the server");
        request.check(answer);
        return new WebSocketLink(below, received, settings.threads());
    }

    private static String checked(String name) throws LinkProblem {
        if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
            throw new LinkProblem("a header can't be called " + HttpHead.printable(name));
        }
        if (OWN.contains(name.toLowerCase(Locale.ROOT))) {
            throw new LinkProblem("the header " + name + " can't be set: the client makes it");
        }
        return name;
    }

    private static String checked(String name, String value) throws LinkProblem {
        if (!value.chars()
                .allMatch(c -> c == '\t' || c >= ' ' && c < 0x7F || c >= 0xA0 && c <= 0xFF)) {
            throw new LinkProblem(
                    "the header " + name + " has characters that a header can't have");
        }
        return value;
    }

    private String text() {
        StringBuilder text =
                new StringBuilder("GET ").append(server.path()).append(" HTTP/1.1\r\n");
        headers.forEach((name, value) -> line(text, name, value));
        line(text, "Upgrade", "websocket");
        line(text, "Connection", "Upgrade");
        line(text, "Sec-WebSocket-Version", "13");
        line(text, "Sec-WebSocket-Key", key);
        return text.append("\r\n").toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append("\r\n");
    }

    private void check(HttpHead answer) throws LinkProblem {
        if (answer.status() != 101) {
            throw new LinkProblem(
                    "the server answers %s to the request for a WebSocket%s"
                            .formatted(answer.line(), advice(answer)));
        }
        if (!answer.header("upgrade").equalsIgnoreCase("websocket")
                || !hasToken(answer.header("connection"), "upgrade")) {
            throw new LinkProblem("the server upgrades to something else than a WebSocket");
        }
        if (!answer.header("sec-websocket-accept").equals(accept(key))) {
            throw new LinkProblem(
                    "the server's Sec-WebSocket-Accept does not answer this request: is there a cache between?");
        }
        if (!answer.header("sec-websocket-extensions").isEmpty()) {
            throw new LinkProblem("the server uses WebSocket extensions that nobody asked for");
        }
        String chosen = answer.header("sec-websocket-protocol");
        String offered = String.valueOf(headers.get(PROTOCOL));
        if (chosen.isEmpty() || chosen.indexOf(',') >= 0 || !hasToken(offered, chosen)) {
            throw new LinkProblem(
                    "the server does not speak '%s' in its WebSocket, but %s: is MQTT at another path?"
                            .formatted(
                                    offered,
                                    chosen.isEmpty() ? "nothing" : HttpHead.printable(chosen)));
        }
    }

    private static boolean hasToken(String list, String token) {
        return Arrays.stream(list.split(",")).anyMatch(it -> it.strip().equalsIgnoreCase(token));
    }

    private static String advice(HttpHead answer) {
        return switch (answer.status()) {
            case 301, 302, 303, 307, 308 ->
                    ": it is at " + HttpHead.printable(answer.header("location"));
            case 401, 403 ->
                    ": it wants other headers (Authorization, Origin), or is not open to you";
            case 404, 405, 426, 200 -> ": is MQTT at another path?";
            case 400 -> ": is that path a WebSocket with the subprotocol mqtt?";
            default -> "";
        };
    }

    /** What answers a key. */
    static String accept(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}

package io.godwit.transport.websocket;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.FORBIDDEN;
import static io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_URI_TOO_LONG;
import static io.netty.handler.codec.http.HttpResponseStatus.UPGRADE_REQUIRED;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.codec.Utf8;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides on a request to open a WebSocket (RFC 6455 §4.2). Immutable. */
final class Handshake {

    /** The subprotocol of every version of MQTT. */
    static final String MQTT = "mqtt";

    /** What old clients call it. */
    static final String MQTT_3_1 = "mqttv3.1";

    /** Where the dashboard of this machine is. */
    private static final int DASHBOARD_PORT = 18_083;

    static final String WEBSOCKET_VERSION = "13";
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    /** Parameters of an address that are kept, for as long as the connection lasts. */
    private static final int MOST_PARAMETERS = 16;

    /** What becomes of a request. */
    sealed interface Answer {}

    /**
     * The connection goes on as a WebSocket.
     *
     * @param acceptKey the proof that the request was understood
     * @param subprotocol what was selected, or null if none was offered
     * @param query the first parameters of the address, decoded; of several with one name the first
     * @param client the client's address, as trusted proxies told it; null if none did
     */
    record Accepted(
            String acceptKey,
            @Nullable String subprotocol,
            Map<String, String> query,
            @Nullable InetAddress client)
            implements Answer {}

    /**
     * The connection ends with this answer.
     *
     * @param why a sentence for the client and the log, on one line
     */
    record Refused(HttpResponseStatus status, String why) implements Answer {}

    private final HandshakeRules rules;

    Handshake(HandshakeRules rules) {
        this.rules = rules;
    }

    /**
     * Decides on a request.
     *
     * @param peer the address of the other end, or null over a Unix domain socket
     * @param onLoopback whether the connection came in on an address of this machine alone
     */
    Answer answer(HttpRequest request, @Nullable InetAddress peer, boolean onLoopback) {
        HttpHeaders headers = request.headers();
        Refused refused = malformed(request);
        if (refused == null) {
            refused = elsewhere(request);
        }
        if (refused == null) {
            refused = noWebSocket(headers);
        }
        if (refused == null) {
            refused = foreign(headers, onLoopback);
        }
        List<String> offered = Headers.tokens(headers, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        String subprotocol = select(offered);
        if (refused == null
                && subprotocol == null
                && (rules.subprotocolRequired() || !offered.isEmpty())) {
            refused =
                    new Refused(
                            BAD_REQUEST,
                            "the client has to offer the WebSocket subprotocol mqtt; it offers "
                                    + (offered.isEmpty() ? "none" : shown(offered.toString())));
        }
        if (refused != null) {
            return refused;
        }
        Map<String, String> query;
        try {
            query = query(request.uri());
        } catch (IllegalArgumentException malformed) { // of what follows a %
            return new Refused(BAD_REQUEST, "the query of the address is malformed");
        }
        return new Accepted(
                acceptKey(String.valueOf(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY))),
                subprotocol,
                query,
                peer == null ? null : Forwarded.client(headers, peer, rules.isTrustedProxy()));
    }

    private static @Nullable Refused malformed(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return switch (request.decoderResult().cause()) {
                case TooLongHttpLineException _ ->
                        new Refused(REQUEST_URI_TOO_LONG, "the address is too long");
                case TooLongHttpHeaderException _ ->
                        new Refused(
                                REQUEST_HEADER_FIELDS_TOO_LARGE,
                                "the headers are too long or too many");
                default ->
                        new Refused(
                                BAD_REQUEST,
                                "this is no HTTP request, and the port speaks WebSocket (ws:// or wss://)");
            };
        }
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return new Refused(BAD_REQUEST, "a WebSocket needs HTTP/1.1");
        }
        HttpHeaders headers = request.headers();
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                || !"0".equals(headers.get(HttpHeaderNames.CONTENT_LENGTH, "0"))) {
            return new Refused(BAD_REQUEST, "a request for a WebSocket has no body");
        }
        return headers.getAll(HttpHeaderNames.HOST).size() == 1
                ? null
                : new Refused(BAD_REQUEST, "a request needs one Host");
    }

    private @Nullable Refused elsewhere(HttpRequest request) {
        if (!path(request.uri()).equals(rules.path())) {
            return new Refused(
                    NOT_FOUND,
                    "nothing is at %s; MQTT over WebSocket is at %s"
                            .formatted(shown(path(request.uri())), rules.path()));
        }
        return request.method().equals(HttpMethod.GET)
                ? null
                : new Refused(METHOD_NOT_ALLOWED, "a WebSocket is opened with GET");
    }

    private static @Nullable Refused noWebSocket(HttpHeaders headers) {
        if (!Headers.has(headers, HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                || !Headers.has(headers, HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)) {
            return new Refused(
                    UPGRADE_REQUIRED,
                    "MQTT is spoken here, over WebSocket: connect a client, such as MQTT.js, to"
                            + " this address with ws:// or wss://. A proxy between has to pass the"
                            + " headers Upgrade and Connection on");
        }
        if (!WEBSOCKET_VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return new Refused(UPGRADE_REQUIRED, "the version of WebSocket spoken here is 13");
        }
        return isKey(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY))
                ? null
                : new Refused(BAD_REQUEST, "Sec-WebSocket-Key is missing or no 16 bytes");
    }

    /** A browser lets any page connect to anything, and says where the page is from. */
    private @Nullable Refused foreign(HttpHeaders headers, boolean onLoopback) {
        List<String> told = headers.getAll(HttpHeaderNames.ORIGIN);
        if (told.isEmpty()) { // no browser
            return null;
        }
        String host = Headers.hostName(headers.get(HttpHeaderNames.HOST, ""));
        Optional<WebOrigin> origin =
                told.size() == 1 ? WebOrigin.parse(told.getFirst()) : Optional.empty();
        if (origin.filter(it -> isAllowed(it, host, onLoopback)).isPresent()) {
            return null;
        }
        String wayOut =
                origin.map(it ->
                                "to let them, add \"%s\" to allowed-origins of this listener"
                                        .formatted(it))
                        .orElse(
                                "no allowed-origins can name that: let the page come from a web"
                                        + " server");
        return new Refused(
                FORBIDDEN,
                "pages from the origin %s may not connect; %s"
                        .formatted(shown(String.join(", ", told)), wayOut));
    }

    private boolean isAllowed(WebOrigin origin, String host, boolean onLoopback) {
        if (!rules.allowedOrigins().isEmpty()) {
            return rules.allowedOrigins().contains(origin);
        }
        if (origin.isLoopback() && origin.port() == DASHBOARD_PORT) {
            return true;
        }
        if (WebOrigin.isLoopback(host)) {
            return origin.isLoopback();
        }
        // A foreign page can have its own name lead here (DNS rebinding): an address cannot be
        // such a name, and one in the certificate belongs to whoever runs this.
        return !onLoopback
                && origin.host().equals(host)
                && (WebOrigin.isAddress(host) || rules.isCertified().test(host));
    }

    /** [v5 MQTT-6.0.0-4], [v3 MQTT-6.0.0-4]. */
    private static @Nullable String select(List<String> offered) {
        if (offered.contains(MQTT)) {
            return MQTT;
        }
        return offered.contains(MQTT_3_1) ? MQTT_3_1 : null;
    }

    private static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    private static Map<String, String> query(String uri) {
        Map<String, String> query = new HashMap<>();
        new QueryStringDecoder(uri, UTF_8, true, MOST_PARAMETERS)
                .parameters()
                .forEach((name, values) -> query.put(name, values.getFirst()));
        return query;
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static String acceptKey(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key.strip() + ACCEPT_SUFFIX).getBytes(ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) { // every JDK has it
            throw new IllegalStateException(impossible);
        }
    }

    private static String shown(String text) {
        return Utf8.quote(text);
    }
}

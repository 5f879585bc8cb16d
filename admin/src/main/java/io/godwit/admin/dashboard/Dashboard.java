package io.godwit.admin.dashboard;

import io.godwit.admin.http.Handler;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.Instance.ListenerState;
import io.godwit.broker.control.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files of the dashboard from the class path: {@code /}, and what it loads from {@code
 * /dashboard/}. Nobody has to log in for them; what they show comes from the HTTP API, which asks.
 * Safe for every thread.
 */
public final class Dashboard implements Handler {

    private static final String FOLDER = "/dashboard/";

    private static final String INDEX = "index.html";

    /** What a file may be called. Neither the index, which is at the top only, nor a class is. */
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9]+(?:\\.[A-Za-z0-9]+)*\\.(css|js|svg|txt)");

    /** A name or address in the header Host, and its port. */
    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::\\d+)?");

    /** The types of listeners that pages can connect to, which are the schemes as well. */
    private static final Set<String> SCHEMES = Set.of("ws", "wss");

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml",
                    "txt", "text/plain; charset=utf-8");

    /** A file as it is sent. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares files
    private record Content(String type, byte[] plain, byte[] packed, String tag) {}

    private final Supplier<List<ListenerState>> listeners;

    /** What was read; there are no more than the class path has. */
    private final Map<String, Content> contents = new ConcurrentHashMap<>();

    /**
     * The dashboard.
     *
     * @param listeners asked for each page; it may connect to those that speak WebSocket
     */
    public Dashboard(Supplier<List<ListenerState>> listeners) {
        this.listeners = listeners;
    }

    /** Adds it to these requests: everything below {@code /dashboard/}, and the top. */
    public static void addTo(Routes routes, BrokerControl broker) {
        Dashboard dashboard = new Dashboard(() -> listeners(broker));
        routes.add("GET", "/", Role.NONE, dashboard).add("GET", FOLDER, Role.NONE, dashboard);
    }

    private static List<ListenerState> listeners(BrokerControl broker) {
        try {
            return broker.instance().listeners();
        } catch (Refusal none) { // it shows none, so there are none to connect to
            return List.of();
        }
    }

    /** The file that the path names, or 304 if the client has it, or 404. */
    @Override
    public Response handle(Request request) {
        String name = name(request.path());
        Content content = name == null ? null : content(name);
        if (content == null) {
            return Response.error(404, "the dashboard has no such file; it begins at /");
        }
        boolean isPacked = takesGzip(request);
        String tag = "\"%s%s\"".formatted(content.tag(), isPacked ? "-gzip" : "");
        Map<String, String> headers = new TreeMap<>();
        headers.put("ETag", tag);
        headers.put("Cache-Control", "no-cache"); // kept, but asked about each time
        headers.put("Vary", "Accept-Encoding");
        headers.put("Content-Security-Policy", policy(request));
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "DENY");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        if (tag.equals(request.header("if-none-match"))) {
            return new Response(304, headers, new Response.Bytes(content.type(), new byte[0]));
        }
        if (isPacked) {
            headers.put("Content-Encoding", "gzip");
        }
        byte[] body = isPacked ? content.packed() : content.plain();
        return new Response(200, headers, new Response.Bytes(content.type(), body));
    }

    private static @Nullable String name(String path) {
        if (path.equals("/")) {
            return INDEX;
        }
        String name = path.startsWith(FOLDER) ? path.substring(FOLDER.length()) : "";
        return NAME.matcher(name).matches() ? name : null;
    }

    private @Nullable Content content(String name) {
        Content known = contents.get(name);
        if (known != null) {
            return known;
        }
        byte[] bytes = read(name);
        if (bytes == null) {
            return null;
        }
        String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "");
        Content read = new Content(type, bytes, packed(bytes), tag(bytes));
        contents.put(name, read);
        return read;
    }

    private static byte @Nullable [] read(String name) {
        try (InputStream in = Dashboard.class.getResourceAsStream(name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name + " of the dashboard", e);
        }
    }

    private static byte[] packed(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) { // which memory has none of
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) { // which each Java platform has
            throw new IllegalStateException(e);
        }
    }

    private static boolean takesGzip(Request request) {
        String accepted = request.header("accept-encoding");
        if (accepted == null) {
            return false;
        }
        for (String coding : accepted.split(",", -1)) {
            if (coding.strip().equalsIgnoreCase("gzip")) { // with a weight it gets it plain
                return true;
            }
        }
        return false;
    }

    /**
     * What a page may load and connect to: what comes from here, and the WebSocket listeners under
     * the name by which the page was called.
     */
    private String policy(Request request) {
        StringBuilder policy = new StringBuilder("default-src 'self'; connect-src 'self'");
        Matcher host = HOST.matcher(request.host());
        if (host.matches()) {
            String name = host.group(1);
            for (ListenerState listener : listeners.get()) {
                if (!SCHEMES.contains(listener.type())) {
                    continue;
                }
                policy.append(' ')
                        .append(listener.type())
                        .append("://")
                        .append(name.startsWith("[") ? "*" : name) // a policy can't say [::1]
                        .append(':')
                        .append(listener.port());
            }
        }
        return policy.append("; base-uri 'none'; form-action 'none'; object-src 'none'")
                .append("; require-trusted-types-for 'script'; trusted-types 'none'")
                .append("; frame-ancestors 'none'")
                .toString();
    }
}

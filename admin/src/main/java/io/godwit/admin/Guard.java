package io.godwit.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.admin.Accounts.Account;
import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Caller;
import io.godwit.admin.http.Handler;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import io.godwit.admin.http.Routes.Route;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in front of the requests: who asks, whether they may, and what was changed. Safe for every
 * thread.
 */
final class Guard implements Handler {

    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private static final String BASIC = "Basic realm=\"Godwit\", charset=\"UTF-8\"";

    /** What a page's own requests are told, so that the browser does not ask for a password. */
    private static final String BEARER = "Bearer realm=\"Godwit\"";

    private final Routes routes;
    private final Supplier<Door> door;
    private final Audit audit;
    private final LoginLimit limit;

    /**
     * Who comes in.
     *
     * @param isLoopback whether only this machine reaches the port
     * @param hosts names, in small letters, that the port may be called by beside addresses of
     *     loopback and {@code localhost}
     */
    record Door(boolean isLoopback, Set<String> hosts, Accounts accounts) {

        /** Copies the names. */
        Door {
            hosts = Set.copyOf(hosts);
        }
    }

    /**
     * A guard.
     *
     * @param door asked for each request
     */
    Guard(Routes routes, Supplier<Door> door, Audit audit, LoginLimit limit) {
        this.routes = routes;
        this.door = door;
        this.audit = audit;
        this.limit = limit;
    }

    @Override
    public Response handle(Request request) throws BadRequest {
        Caller caller = request.caller();
        if (!caller.role().may(Role.ADMIN)) { // who comes over the admin socket is known already
            Door open = door.get();
            if (open.isLoopback() && !isOurs(request.host(), open)) {
                return Response.error(
                        421,
                        "this port serves localhost only; name the host in admin.hosts to have it"
                                + " called otherwise");
            }
            Response refusal = refusalOfOrigin(request);
            if (refusal != null) {
                return refusal;
            }
            Route wanted = routes.find(request);
            if (wanted != null
                    && wanted.role() == Role.NONE
                    && request.header("authorization") == null) {
                return routes.handle(request);
            }
            try {
                caller = login(request, open);
            } catch (Refused refused) {
                return refused.response();
            }
            return whileItHolds(handle(request.by(caller), wanted), open.accounts());
        }
        return handle(request, routes.find(request));
    }

    private Response handle(Request request, @Nullable Route route) throws BadRequest {
        if (route == null) {
            return routes.handle(request);
        }
        Caller caller = request.caller();
        if (!caller.role().may(route.role())) {
            if (caller.name() == null) {
                return needsLogin(request, "log in with a user and password, or a token");
            }
            Response refused =
                    Response.error(
                            403,
                            "this needs the role %s, and %s is %s"
                                    .formatted(
                                            route.role().word(),
                                            caller.name(),
                                            caller.role().word()));
            audit.note(request, route, refused);
            return refused;
        }
        Response response;
        try {
            response = routes.handle(request);
        } catch (BadRequest bad) {
            audit.note(
                    request, route, Response.error(bad.status(), String.valueOf(bad.getMessage())));
            throw bad;
        } catch (RuntimeException bug) { // which may have come behind the change
            audit.note(request, route, Response.error(500, "this is a bug in the broker"));
            throw bug;
        }
        audit.note(request, route, response);
        return response;
    }

    /**
     * The same response; what is streamed ends, instead of going on, once others may log in than
     * when it began. Who still may begins it anew.
     */
    private Response whileItHolds(Response response, Accounts accounts) {
        if (!(response.body() instanceof Response.Streamed(String type, Response.Stream stream))) {
            return response;
        }
        return Response.stream(
                type,
                sink ->
                        stream.write(bytes -> {
                            if (door.get().accounts() != accounts) {
                                throw new IOException("who may log in has changed");
                            }
                            sink.write(bytes);
                        }));
    }

    // --- where it says to come from -------------------------------------------------------------

    /**
     * Whether a name leads here by itself. Any other may have been made to lead here, so that a
     * page of somebody else's counts as ours (DNS rebinding).
     */
    private static boolean isOurs(String host, Door door) {
        return isLoopback(host) || door.hosts().contains(nameOf(host));
    }

    private static boolean isLoopback(String host) {
        String name = nameOf(host);
        if (name.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(name).isLoopbackAddress();
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    /** The part of the header Host without its port and brackets, in small letters. */
    private static String nameOf(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[")) {
            int end = name.indexOf(']');
            return end < 0 ? name : name.substring(1, end);
        }
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    /** Why a request that a page of another site may have caused is not served; null if it is. */
    private static @Nullable Response refusalOfOrigin(Request request) {
        String origin = request.header("origin");
        if (origin != null && !isOf(origin, request.host()) || isAskedElsewhere(request)) {
            return Response.error(403, "pages of other sites may not use this");
        }
        if (request.method().equals("GET")) {
            return null;
        }
        String type = String.valueOf(request.header("content-type"));
        boolean isJson =
                type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
        return isJson || "1".equals(request.header("x-godwit"))
                ? null // what a form of another site's page can't send
                : Response.error(
                        415,
                        "the request needs the header Content-Type: application/json, or without a"
                                + " body X-Godwit: 1");
    }

    /**
     * Whether a browser says that a page of another site asks for this, as an image or with a
     * script: of GET it sends no Origin then. Links from anywhere may be followed.
     */
    private static boolean isAskedElsewhere(Request request) {
        String site = request.header("sec-fetch-site");
        boolean isOwn = site == null || site.equals("same-origin") || site.equals("none");
        return !isOwn
                && !("navigate".equals(request.header("sec-fetch-mode"))
                        && "document".equals(request.header("sec-fetch-dest")));
    }

    private static boolean isOf(String origin, String host) {
        String rest = origin.toLowerCase(Locale.ROOT).replaceFirst("^https?://", "");
        return rest.length() < origin.length() && rest.equals(host.toLowerCase(Locale.ROOT));
    }

    // --- who it is ------------------------------------------------------------------------------

    /** A login that fails. */
    private static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        private final transient Response response;

        Refused(Response response) {
            this.response = response;
        }

        Response response() {
            return response;
        }
    }

    private Caller login(Request request, Door open) throws Refused {
        Caller caller = request.caller();
        String header = request.header("authorization");
        if (header == null) {
            boolean isLocal = open.isLoopback() && isLoopback(request.host());
            if (!isLocal) {
                return caller.as(null, Role.NONE);
            }
            return caller.as(null, open.accounts().isEmpty() ? Role.ADMIN : Role.LOCAL);
        }
        InetAddress address = caller.address();
        long wait = address == null ? 0 : limit.secondsToWait(caller.place());
        if (wait > 0) {
            throw new Refused(
                    Response.error(429, "too many logins have failed; wait " + wait + " s")
                            .with("Retry-After", Long.toString(wait)));
        }
        Account account = accountOf(header, open.accounts());
        if (account != null) {
            return caller.as(account.name(), account.role());
        }
        if (address != null) {
            limit.failed(caller.place());
        }
        LOG.warn("a login to the HTTP API from {} has failed", caller.from());
        throw new Refused(
                needsLogin(
                        request,
                        open.accounts().isEmpty()
                                ? "there are no users and tokens (admin.users, admin.tokens); leave"
                                        + " the header Authorization out"
                                : "the user and password, or the token, are not right"));
    }

    private static @Nullable Account accountOf(String header, Accounts accounts) throws Refused {
        String[] parts = header.split(" +", 2);
        if (parts.length < 2) {
            return null;
        }
        if (parts[0].equalsIgnoreCase("bearer")) {
            return accounts.ofToken(parts[1].strip().getBytes(UTF_8));
        }
        if (!parts[0].equalsIgnoreCase("basic")) {
            return null;
        }
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(parts[1].strip());
        } catch (IllegalArgumentException malformed) {
            return null;
        }
        int colon = 0;
        while (colon < decoded.length && decoded[colon] != ':') {
            colon++;
        }
        if (colon == decoded.length) {
            return null;
        }
        byte[] password = new byte[decoded.length - colon - 1];
        System.arraycopy(decoded, colon + 1, password, 0, password.length);
        try {
            return accounts.ofPassword(new String(decoded, 0, colon, UTF_8), password);
        } catch (IOException busy) {
            throw new Refused(Response.error(503, String.valueOf(busy.getMessage())));
        }
    }

    private static Response needsLogin(Request request, String words) {
        return Response.error(401, words)
                .with("WWW-Authenticate", request.header("x-godwit") == null ? BASIC : BEARER);
    }
}

package io.godwit.admin.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the handler of a request by its path and method. Set up by one thread, then read only. Asks
 * nobody who they are: {@link Route#role} is for whoever stands in front.
 */
public final class Routes implements Handler {

    /**
     * A kind of request.
     *
     * @param path a path; a segment that is a name in braces stands for any that is not empty, and
     *     a slash at the end for all that is below
     * @param role what one has to be for it
     * @param isChange whether it may change something
     */
    public record Route(String method, String path, Role role, boolean isChange, Handler handler) {}

    private final List<Route> all = new ArrayList<>();
    private final Map<String, Map<String, Route>> exact = new TreeMap<>();
    private final Map<String, Map<String, Route>> open = new LinkedHashMap<>();

    /** Adds a request that is for administrators only; returns this. */
    public Routes add(String method, String path, Handler handler) {
        return add(method, path, Role.ADMIN, handler);
    }

    /** Adds a request; returns this. */
    public Routes add(String method, String path, Role role, Handler handler) {
        return add(new Route(method, path, role, !method.equals("GET"), handler));
    }

    /** Adds one that has a body, and only asks for something with it; returns this. */
    public Routes addAsking(String path, Role role, Handler handler) {
        return add(new Route("POST", path, role, false, handler));
    }

    private Routes add(Route route) {
        String path = route.path();
        boolean isOpen = path.indexOf('{') >= 0 || path.length() > 1 && path.endsWith("/");
        (isOpen ? open : exact)
                .computeIfAbsent(path, _ -> new TreeMap<>())
                .put(route.method(), route);
        all.add(route);
        return this;
    }

    /** All of them, in the order in which they were added. */
    public List<Route> all() {
        return List.copyOf(all);
    }

    /** The one that a request is for; null if there is none, which {@link #handle} answers. */
    public @Nullable Route find(Request request) {
        return methods(request.path()).get(request.method());
    }

    private Map<String, Route> methods(String path) {
        Map<String, Route> methods = exact.get(path);
        if (methods != null) {
            return methods;
        }
        for (var entry : open.entrySet()) {
            if (matches(entry.getKey(), path)) {
                return entry.getValue();
            }
        }
        return Map.of();
    }

    private static boolean matches(String pattern, String path) {
        if (pattern.endsWith("/")) {
            return path.startsWith(pattern) && path.length() > pattern.length();
        }
        String[] wanted = pattern.split("/", -1);
        String[] segments = path.split("/", -1);
        if (wanted.length != segments.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            boolean isAny = wanted[i].startsWith("{") && !segments[i].isEmpty();
            if (!isAny && !wanted[i].equals(segments[i])) {
                return false;
            }
        }
        return true;
    }

    /** The answer of the handler; 404 if there is no such path, 405 if it has no such method. */
    @Override
    public Response handle(Request request) throws BadRequest {
        Map<String, Route> methods = methods(request.path());
        Route route = methods.get(request.method());
        if (route != null) {
            return route.handler().handle(request);
        }
        if (methods.isEmpty()) {
            return Response.error(
                    404, "no such path; GET /api/v1/openapi.json has those that there are");
        }
        String allowed = String.join(", ", methods.keySet()).replace("GET", "GET, HEAD");
        return Response.error(405, request.path() + " takes " + allowed).with("Allow", allowed);
    }
}

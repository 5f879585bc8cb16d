package io.godwit.admin.http;

import java.util.Map;
import java.util.TreeMap;

/** Finds the handler of a request by its path and method. Set up by one thread, then read only. */
public final class Routes implements Handler {

    private final Map<String, Map<String, Handler>> byPath = new TreeMap<>();

    /** The paths whose last segment is open, by what is in front of it. */
    private final Map<String, String> open = new TreeMap<>();

    /**
     * Adds a handler; returns this.
     *
     * @param path a path; its last segment may be a name in braces, for any segment
     */
    public Routes add(String method, String path, Handler handler) {
        byPath.computeIfAbsent(path, _ -> new TreeMap<>()).put(method, handler);
        if (path.endsWith("}")) {
            open.put(directory(path), path);
        }
        return this;
    }

    private static String directory(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    /** The answer of the handler; 404 if there is no such path, 405 if it has no such method. */
    @Override
    public Response handle(Request request) throws BadRequest {
        String path = request.path();
        Map<String, Handler> methods = byPath.get(path);
        if (methods == null) {
            methods = byPath.get(open.getOrDefault(directory(path), path));
        }
        if (methods == null) {
            return Response.error(
                    404, "no such path; there are " + String.join(", ", byPath.keySet()));
        }
        Handler handler = methods.get(request.method());
        if (handler == null) {
            String allowed = String.join(", ", methods.keySet());
            return new Response(
                    405,
                    Map.of("Allow", allowed),
                    Map.of("error", request.path() + " takes " + allowed));
        }
        return handler.handle(request);
    }
}

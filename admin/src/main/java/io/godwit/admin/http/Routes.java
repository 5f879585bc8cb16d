package io.godwit.admin.http;

import java.util.Map;
import java.util.TreeMap;

/** Finds the handler of a request by its path and method. Set up by one thread, then read only. */
public final class Routes implements Handler {

    private final Map<String, Map<String, Handler>> byPath = new TreeMap<>();

    /** Adds a handler; returns this. */
    public Routes add(String method, String path, Handler handler) {
        byPath.computeIfAbsent(path, _ -> new TreeMap<>()).put(method, handler);
        return this;
    }

    /** The answer of the handler; 404 if there is no such path, 405 if it has no such method. */
    @Override
    public Response handle(Request request) throws BadRequest {
        Map<String, Handler> methods = byPath.get(request.path());
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

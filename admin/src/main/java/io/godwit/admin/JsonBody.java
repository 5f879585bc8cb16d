package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Json;
import io.godwit.admin.http.Request;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The body of a request, an object in JSON. */
final class JsonBody {

    private JsonBody() {}

    /**
     * The object in the body.
     *
     * @param keys which it may have
     */
    static Map<String, @Nullable Object> of(Request request, Set<String> keys) throws BadRequest {
        Map<String, @Nullable Object> body = of(request);
        for (String key : body.keySet()) {
            if (!keys.contains(key)) {
                throw new BadRequest(400, "the body takes " + String.join(", ", keys));
            }
        }
        return body;
    }

    /** The object in the body, with whatever keys it has. */
    static Map<String, @Nullable Object> of(Request request) throws BadRequest {
        String type = request.headers().getOrDefault("content-type", "");
        if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json")) {
            throw new BadRequest(415, "the body needs the header Content-Type: application/json");
        }
        try {
            return Json.read(request.body());
        } catch (IOException e) {
            throw new BadRequest(400, "the body " + e.getMessage());
        }
    }

    /** The text of a key, or null if it is not there or null. */
    static @Nullable String text(Map<String, @Nullable Object> body, String key) throws BadRequest {
        Object value = body.get(key);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new BadRequest(400, key + " takes a text");
    }
}

package io.godwit.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.Messages.Outgoing;
import io.godwit.broker.control.Messages.Published;
import io.godwit.broker.control.Messages.Retained;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The requests about retained messages, and to publish. Safe for every thread. */
final class MessageRequests {

    private static final String RETAINED = "/api/v1/retained";
    private static final int MOST = 1_000;

    private static final Set<String> KEYS =
            new TreeSet<>(
                    Set.of(
                            "topic",
                            "text",
                            "payload",
                            "qos",
                            "retain",
                            "expiry",
                            "contentType",
                            "responseTopic",
                            "correlation",
                            "userProperties"));

    private final BrokerControl broker;

    private MessageRequests(BrokerControl broker) {
        this.broker = broker;
    }

    static void addTo(Routes routes, BrokerControl broker) {
        MessageRequests requests = new MessageRequests(broker);
        routes.add("GET", RETAINED, Role.VIEWER, requests::retained)
                .add("DELETE", RETAINED, Role.OPERATOR, requests::delete)
                .add("POST", "/api/v1/publish", Role.OPERATOR, requests::publish);
    }

    // --- retained messages ----------------------------------------------------------------------

    private Response retained(Request request) throws BadRequest {
        Paging paging = Paging.of(request);
        String filter = request.query("filter");
        return Answer.of(
                "a list of retained messages",
                () ->
                        Response.ok(
                                Paging.content(
                                        "messages",
                                        broker.messages()
                                                .retained(
                                                        filter == null ? "#" : filter,
                                                        paging.limit(),
                                                        paging.after()),
                                        MessageRequests::row)));
    }

    private static Map<String, @Nullable Object> row(Retained message) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("topic", message.topic());
        row.put("qos", message.qos());
        row.put("expiry", message.expiry());
        row.put("contentType", message.contentType());
        Payloads.put(message.payload(), row);
        return row;
    }

    private Response delete(Request request) throws BadRequest {
        String filter = request.query("filter");
        if (filter == null) {
            throw new BadRequest(400, "filter is missing; # is for all");
        }
        return Answer.of(
                "the deletion of retained messages",
                () -> Response.ok(Map.of("deleted", broker.messages().deleteRetained(filter))));
    }

    // --- publishing -----------------------------------------------------------------------------

    private Response publish(Request request) throws BadRequest {
        List<Outgoing> messages = messages(JsonBody.of(request));
        return Answer.of(
                "publishing",
                () -> {
                    Published published = broker.messages().publish(messages);
                    return Response.ok(
                            Map.of(
                                    "published", published.messages(),
                                    "recipients", published.recipients()));
                });
    }

    private static List<Outgoing> messages(Map<String, @Nullable Object> body) throws BadRequest {
        if (!body.containsKey("messages")) {
            return List.of(message(body));
        }
        if (body.size() > 1
                || !(body.get("messages") instanceof List<?> list)
                || list.isEmpty()
                || list.size() > MOST) {
            throw new BadRequest(
                    400, "messages takes 1 to " + MOST + " messages, and nothing else beside it");
        }
        List<Outgoing> messages = new ArrayList<>();
        for (Object element : list) {
            if (!(element instanceof Map<?, ?> map)) {
                throw new BadRequest(400, "messages takes objects such as {\"topic\": \"a\"}");
            }
            Map<String, @Nullable Object> message = new LinkedHashMap<>();
            map.forEach((key, value) -> message.put(String.valueOf(key), value));
            messages.add(message(message));
        }
        return messages;
    }

    private static Outgoing message(Map<String, @Nullable Object> body) throws BadRequest {
        for (String key : body.keySet()) {
            if (!KEYS.contains(key)) {
                throw new BadRequest(
                        400, "no such key: " + key + "; there are " + String.join(", ", KEYS));
            }
        }
        String topic = JsonBody.text(body, "topic");
        if (topic == null) {
            throw new BadRequest(400, "topic is missing");
        }
        Object qos = body.getOrDefault("qos", 0);
        if (!(qos instanceof Integer number) || number < 0 || number > 2) {
            throw new BadRequest(400, "qos takes 0, 1 or 2");
        }
        if (!(body.getOrDefault("retain", false) instanceof Boolean retain)) {
            throw new BadRequest(400, "retain takes true or false");
        }
        return new Outgoing(
                topic,
                payload(body),
                number,
                retain,
                expiry(body.get("expiry")),
                JsonBody.text(body, "contentType"),
                JsonBody.text(body, "responseTopic"),
                orNothing(base64(body, "correlation")),
                userProperties(body.get("userProperties")));
    }

    private static byte[] payload(Map<String, @Nullable Object> body) throws BadRequest {
        String text = JsonBody.text(body, "text");
        byte[] bytes = base64(body, "payload");
        if (text != null && bytes != null) {
            throw new BadRequest(400, "a message has a text or a payload, not both");
        }
        return text == null ? orNothing(bytes) : text.getBytes(UTF_8);
    }

    private static byte[] orNothing(byte @Nullable [] bytes) {
        return bytes == null ? new byte[0] : bytes;
    }

    private static byte @Nullable [] base64(Map<String, @Nullable Object> body, String key)
            throws BadRequest {
        String text = JsonBody.text(body, key);
        try {
            return text == null ? null : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException malformed) {
            throw new BadRequest(400, key + " takes Base64");
        }
    }

    private static @Nullable Long expiry(@Nullable Object value) throws BadRequest {
        if (value == null) {
            return null;
        }
        if (value instanceof Number number
                && (value instanceof Integer || value instanceof Long)
                && number.longValue() >= 0
                && number.longValue() <= 0xFFFF_FFFFL) {
            return number.longValue();
        }
        throw new BadRequest(400, "expiry takes a number of seconds, 0 to 4294967295");
    }

    private static List<Map.Entry<String, String>> userProperties(@Nullable Object value)
            throws BadRequest {
        List<Map.Entry<String, String>> pairs = new ArrayList<>();
        if (value == null) {
            return pairs;
        }
        if (value instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof List<?> pair
                        && pair.size() == 2
                        && pair.get(0) instanceof String name
                        && pair.get(1) instanceof String text) {
                    pairs.add(Map.entry(name, text));
                }
            }
            if (pairs.size() == list.size()) {
                return pairs;
            }
        }
        throw new BadRequest(400, "userProperties takes pairs of texts: [[\"name\", \"value\"]]");
    }
}

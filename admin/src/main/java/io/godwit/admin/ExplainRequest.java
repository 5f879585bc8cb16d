package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Handler;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.Explanation;
import io.godwit.broker.control.Explanation.Recipient;
import io.godwit.broker.control.Explanation.Step;
import io.godwit.broker.control.Question;
import io.godwit.broker.control.Question.Act;
import io.godwit.broker.control.Refusal;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/explain}: why a client may or may not do something. */
final class ExplainRequest implements Handler {

    private static final Set<String> KEYS =
            new TreeSet<>(
                    Set.of(
                            "act",
                            "client",
                            "user",
                            "groups",
                            "address",
                            "listener",
                            "token",
                            "topic",
                            "qos",
                            "retain"));

    private final BrokerControl broker;

    ExplainRequest(BrokerControl broker) {
        this.broker = broker;
    }

    @Override
    public Response handle(Request request) throws BadRequest {
        Question question = question(JsonBody.of(request));
        try {
            return Response.ok(content(broker.explain(question)));
        } catch (Refusal refusal) {
            return Response.error(409, String.valueOf(refusal.getMessage()));
        }
    }

    private static Question question(Map<String, @Nullable Object> body) throws BadRequest {
        for (String key : body.keySet()) {
            if (!KEYS.contains(key)) {
                throw new BadRequest(
                        400, "no such key: " + key + "; there are " + String.join(", ", KEYS));
            }
        }
        String client = JsonBody.text(body, "client");
        if (client == null) {
            throw new BadRequest(400, "client is missing");
        }
        Object qos = body.getOrDefault("qos", 0);
        if (!(qos instanceof Integer number) || number < 0 || number > 2) {
            throw new BadRequest(400, "qos takes 0, 1 or 2");
        }
        if (!(body.getOrDefault("retain", false) instanceof Boolean retain)) {
            throw new BadRequest(400, "retain takes true or false");
        }
        String listener = JsonBody.text(body, "listener");
        return new Question(
                act(JsonBody.text(body, "act")),
                client,
                JsonBody.text(body, "user"),
                groups(body),
                address(JsonBody.text(body, "address")),
                listener == null ? "" : listener,
                JsonBody.text(body, "topic"),
                number,
                retain,
                JsonBody.text(body, "token"));
    }

    private static Act act(@Nullable String word) throws BadRequest {
        return switch (word) {
            case "connect" -> Act.CONNECT;
            case "publish" -> Act.PUBLISH;
            case "subscribe" -> Act.SUBSCRIBE;
            case "receive" -> Act.RECEIVE;
            case null, default ->
                    throw new BadRequest(400, "act takes connect, publish, subscribe or receive");
        };
    }

    private static Set<String> groups(Map<String, @Nullable Object> body) throws BadRequest {
        Set<String> groups = new HashSet<>();
        if (!(body.getOrDefault("groups", List.of()) instanceof List<?> list)) {
            throw new BadRequest(400, "groups takes a list of texts");
        }
        for (Object element : list) {
            if (!(element instanceof String group)) {
                throw new BadRequest(400, "groups takes a list of texts");
            }
            groups.add(group);
        }
        return groups;
    }

    private static @Nullable InetAddress address(@Nullable String text) throws BadRequest {
        try {
            return text == null ? null : InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException notOne) {
            throw new BadRequest(400, "address takes an address such as 10.0.0.1");
        }
    }

    private static Map<String, Object> content(Explanation explanation) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("allowed", explanation.isAllowed());
        content.put("verdict", explanation.verdict());
        content.put("steps", explanation.steps().stream().map(ExplainRequest::step).toList());
        content.put(
                "recipients",
                explanation.recipients().stream().map(ExplainRequest::recipient).toList());
        return content;
    }

    private static Map<String, Object> step(Step step) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("place", step.place());
        content.put("what", step.what());
        content.put("outcome", step.outcome());
        return content;
    }

    private static Map<String, Object> recipient(Recipient recipient) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("client", recipient.clientId());
        content.put("filter", recipient.filter());
        content.put("qos", recipient.qos());
        content.put("allowed", recipient.isAllowed());
        content.put("connected", recipient.isConnected());
        return content;
    }
}

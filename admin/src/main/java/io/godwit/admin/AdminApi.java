package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Handler;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Routes;
import io.godwit.admin.metrics.MetricsRequest;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.BrokerControl.Backup;
import io.godwit.broker.control.InvalidConfiguration;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.control.ReloadPlan;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API: which request asks what of the broker, and how that is answered. {@code
 * docs/admin.md} is its reference. Knows nothing of sockets, so that every listener that speaks
 * HTTP serves the same. Safe for every thread.
 */
public final class AdminApi {

    private static final Logger LOG = LoggerFactory.getLogger(AdminApi.class);

    private final BrokerControl broker;

    private AdminApi(BrokerControl broker) {
        this.broker = broker;
    }

    /** The handler of all its requests. */
    public static Handler of(BrokerControl broker) {
        AdminApi api = new AdminApi(broker);
        Routes routes =
                new Routes()
                        .add("GET", "/metrics", new MetricsRequest(broker))
                        .add("GET", "/api/v1/version", api::version)
                        .add("POST", "/api/v1/backup", api::backup)
                        .add("POST", "/api/v1/explain", new ExplainRequest(broker))
                        .add("POST", "/api/v1/reload", api::reload)
                        .add("POST", "/api/v1/plan", api::plan);
        BanRequests.addTo(routes, broker);
        SessionRequests.addTo(routes, broker);
        return routes;
    }

    private Response version(Request request) {
        return Response.ok(Map.of("version", broker.version()));
    }

    private Response backup(Request request) throws BadRequest {
        Path directory = absolute("directory", text(request, "directory"));
        try {
            Backup backup = broker.backup(directory);
            Map<String, Object> content = new TreeMap<>();
            content.put("directory", directory.toString());
            content.put("files", backup.files());
            content.put("bytes", backup.bytes());
            content.put("milliseconds", backup.time().toMillis());
            return Response.ok(content);
        } catch (Refusal refusal) {
            return Response.error(409, String.valueOf(refusal.getMessage()));
        } catch (IOException failure) {
            LOG.warn("the backup to {} failed", directory, failure);
            return Response.error(500, words(failure));
        }
    }

    private Response reload(Request request) throws BadRequest {
        if (!JsonBody.of(request).isEmpty()) {
            throw new BadRequest(400, "the body takes no keys: {}");
        }
        return planned(broker::reload);
    }

    private Response plan(Request request) throws BadRequest {
        Map<String, @Nullable Object> body = JsonBody.of(request);
        if (body.keySet().equals(Set.of("text")) && body.get("text") instanceof String text) {
            return planned(() -> broker.plan(text));
        }
        if (body.keySet().equals(Set.of("file")) && body.get("file") instanceof String text) {
            Path file = absolute("file", text);
            return planned(() -> broker.plan(file));
        }
        throw new BadRequest(
                400,
                "the body takes one of two keys with a text: {\"file\": \"/absolute/path\"} or"
                        + " {\"text\": ...}");
    }

    private interface Planning {
        ReloadPlan plan() throws IOException;
    }

    private static Response planned(Planning planning) {
        try {
            ReloadPlan plan = planning.plan();
            Map<String, Object> content = new TreeMap<>();
            content.put("changes", plan.changes().stream().map(AdminApi::change).toList());
            content.put("disconnects", plan.disconnects());
            content.put("revokes", plan.revokes());
            return Response.ok(content);
        } catch (InvalidConfiguration invalid) {
            return new Response(
                    422, Map.of(), Map.of("error", words(invalid), "problems", invalid.problems()));
        } catch (Refusal refusal) {
            return Response.error(409, words(refusal));
        } catch (IOException failure) {
            LOG.warn("a reload or its plan failed", failure);
            return Response.error(500, words(failure));
        }
    }

    private static Map<String, Object> change(ReloadPlan.Change change) {
        return new TreeMap<>(
                Map.of(
                        "key", change.key(),
                        "before", change.before(),
                        "after", change.after(),
                        "live", change.isLive()));
    }

    private static Path absolute(String key, String text) throws BadRequest {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException e) { // holds what no path can hold
        }
        throw new BadRequest(400, key + " must be an absolute path");
    }

    /** The text of the only key that the body may have. */
    private static String text(Request request, String key) throws BadRequest {
        var body = JsonBody.of(request, Set.of(key));
        if (!body.keySet().equals(Set.of(key)) || !(body.get(key) instanceof String text)) {
            throw new BadRequest(400, "the body takes one key with a text: {\"" + key + "\": ...}");
        }
        return text;
    }

    private static String words(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}

package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import io.godwit.admin.metrics.MetricsRequest;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.BrokerControl.Backup;
import io.godwit.broker.control.InvalidConfiguration;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.control.ReloadPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
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

    /** All its requests. */
    public static Routes of(BrokerControl broker) {
        AdminApi api = new AdminApi(broker);
        Routes routes =
                new Routes()
                        .add("GET", "/metrics", Role.LOCAL, new MetricsRequest(broker))
                        .add("GET", "/api/v1/openapi.json", Role.NONE, _ -> openApi())
                        .add("POST", "/api/v1/backup", Role.ADMIN, api::backup)
                        .addAsking("/api/v1/explain", Role.VIEWER, new ExplainRequest(broker))
                        .add("GET", "/api/v1/trace", Role.OPERATOR, new TraceRequest(broker))
                        .add("POST", "/api/v1/reload", Role.ADMIN, api::reload)
                        .addAsking("/api/v1/plan", Role.ADMIN, api::plan);
        InstanceRequests.addTo(routes, broker);
        Streams.addTo(routes, broker);
        ClientRequests.addTo(routes, broker);
        SessionRequests.addTo(routes, broker);
        MessageRequests.addTo(routes, broker);
        BanRequests.addTo(routes, broker);
        return routes;
    }

    private static Response openApi() {
        try (InputStream document = AdminApi.class.getResourceAsStream("openapi.json")) {
            return Response.bytes(
                    "application/json", Objects.requireNonNull(document).readAllBytes());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
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
            return Response.error(500, Answer.words(failure));
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
                    422,
                    Map.of(),
                    Map.of("error", Answer.words(invalid), "problems", invalid.problems()));
        } catch (Refusal refusal) {
            return Response.error(409, Answer.words(refusal));
        } catch (IOException failure) {
            LOG.warn("a reload or its plan failed", failure);
            return Response.error(500, Answer.words(failure));
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
}

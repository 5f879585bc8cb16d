package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Handler;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Routes;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.BrokerControl.Backup;
import io.godwit.broker.control.Refusal;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
                        .add("GET", "/api/v1/version", api::version)
                        .add("POST", "/api/v1/backup", api::backup)
                        .add("POST", "/api/v1/explain", new ExplainRequest(broker));
        BanRequests.addTo(routes, broker);
        return routes;
    }

    private Response version(Request request) {
        return Response.ok(Map.of("version", broker.version()));
    }

    private Response backup(Request request) throws BadRequest {
        Path directory = directory(text(request, "directory"));
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

    private static Path directory(String text) throws BadRequest {
        try {
            Path directory = Path.of(text);
            if (directory.isAbsolute()) {
                return directory.normalize();
            }
        } catch (InvalidPathException e) { // holds what no path can hold
        }
        throw new BadRequest(400, "directory must be an absolute path");
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

package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.Instance;
import io.godwit.broker.control.Instance.CertificateState;
import io.godwit.broker.control.Instance.ConfigurationState;
import io.godwit.broker.control.Instance.Health;
import io.godwit.broker.control.Instance.ListenerState;
import io.godwit.broker.control.Logs;
import io.godwit.broker.control.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The requests about the broker itself. Safe for every thread. */
final class InstanceRequests {

    private static final String LOG_LEVEL = "/api/v1/log-level";

    private final BrokerControl broker;

    private InstanceRequests(BrokerControl broker) {
        this.broker = broker;
    }

    static void addTo(Routes routes, BrokerControl broker) {
        InstanceRequests requests = new InstanceRequests(broker);
        routes.add("GET", "/live", Role.NONE, _ -> Response.ok(Map.of("status", "ok")))
                .add("GET", "/ready", Role.NONE, requests::ready)
                .add("GET", "/api/v1/me", Role.VIEWER, InstanceRequests::me)
                .add("GET", "/api/v1/version", Role.VIEWER, requests::version)
                .add("GET", "/api/v1/listeners", Role.VIEWER, requests::listeners)
                .add("GET", "/api/v1/certificates", Role.VIEWER, requests::certificates)
                .add("GET", "/api/v1/configuration", Role.ADMIN, requests::configuration)
                .add("GET", LOG_LEVEL, Role.ADMIN, requests::levels)
                .add("PUT", LOG_LEVEL, Role.ADMIN, requests::level);
    }

    private Response ready(Request request) {
        Health health;
        try {
            health = broker.instance().health();
        } catch (Refusal none) {
            health = Health.OK;
        }
        return new Response(
                health.isReady() ? 200 : 503, Map.of(), Map.of("status", health.status()));
    }

    private static Response me(Request request) {
        Map<String, @Nullable Object> me = new LinkedHashMap<>();
        me.put("user", request.caller().name());
        me.put("role", request.caller().role().word());
        return Response.ok(me);
    }

    private Response version(Request request) {
        return Response.ok(Map.of("version", broker.version()));
    }

    private Response listeners(Request request) throws BadRequest {
        return Answer.of(
                "a look at the listeners",
                () ->
                        Response.ok(
                                Map.of(
                                        "listeners",
                                        broker.instance().listeners().stream()
                                                .map(InstanceRequests::listener)
                                                .toList())));
    }

    private static Map<String, @Nullable Object> listener(ListenerState listener) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("name", listener.name());
        row.put("type", listener.type());
        row.put("address", listener.address());
        row.put("port", listener.port());
        row.put("connections", listener.connections());
        row.put("path", listener.path());
        return row;
    }

    private Response certificates(Request request) throws BadRequest {
        return Answer.of(
                "a look at the certificates",
                () ->
                        Response.ok(
                                Map.of(
                                        "certificates",
                                        broker.instance().certificates().stream()
                                                .map(InstanceRequests::certificate)
                                                .toList())));
    }

    private static Map<String, Object> certificate(CertificateState certificate) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("listener", certificate.listener());
        row.put("subject", certificate.subject());
        row.put("issuer", certificate.issuer());
        row.put("names", certificate.names());
        row.put("notBefore", Times.text(certificate.notBefore()));
        row.put("notAfter", Times.text(certificate.notAfter()));
        row.put("daysLeft", Duration.between(Instant.now(), certificate.notAfter()).toDays());
        return row;
    }

    private Response configuration(Request request) throws BadRequest {
        return Answer.of(
                "a look at the configuration",
                () -> {
                    ConfigurationState state = broker.instance().configuration();
                    Map<String, @Nullable Object> content = new LinkedHashMap<>();
                    content.put("file", state.file());
                    content.put("text", state.text());
                    return Response.ok(content);
                });
    }

    private Response levels(Request request) throws BadRequest {
        return Answer.of("a look at the levels", () -> levels(broker.instance()));
    }

    private static Response levels(Instance instance) throws Refusal {
        return Response.ok(Map.of("levels", new TreeMap<>(instance.logs().levels())));
    }

    private Response level(Request request) throws BadRequest {
        var body = JsonBody.of(request, new TreeSet<>(Set.of("logger", "level")));
        String logger = JsonBody.text(body, "logger");
        String level = JsonBody.text(body, "level");
        if (logger == null || logger.isEmpty() || level == null) {
            throw new BadRequest(
                    400,
                    "the body says which: {\"logger\": \"io.godwit\", \"level\": \"DEBUG\"}; the"
                            + " level is "
                            + String.join(", ", Logs.LEVELS));
        }
        return Answer.of(
                "a change of a level",
                () -> {
                    broker.instance().logs().level(logger, level);
                    return levels(broker.instance());
                });
    }
}

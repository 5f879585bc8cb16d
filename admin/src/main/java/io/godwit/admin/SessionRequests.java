package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.SessionState;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The requests about one session: {@code /api/v1/sessions/{clientId}}. Safe for every thread. */
final class SessionRequests {

    private static final String PATH = "/api/v1/sessions/{clientId}";

    private final BrokerControl broker;

    private SessionRequests(BrokerControl broker) {
        this.broker = broker;
    }

    static void addTo(Routes routes, BrokerControl broker) {
        SessionRequests requests = new SessionRequests(broker);
        routes.add("GET", PATH, Role.VIEWER, requests::show)
                .add("DELETE", PATH, Role.OPERATOR, requests::end);
    }

    private Response show(Request request) throws BadRequest {
        String clientId = request.lastSegment();
        return answer(
                "a look at a session", () -> broker.session(clientId).map(SessionRequests::shown));
    }

    private static Map<String, @Nullable Object> shown(SessionState session) {
        Duration expiry = session.expiry();
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        content.put("client", session.clientId());
        content.put("owner", owner(session));
        content.put("connected", session.isConnected());
        content.put("since", Times.text(session.since()));
        content.put("expiry", expiry == null ? null : expiry.toSeconds());
        content.put("queued", session.queued());
        content.put("subscriptions", session.subscriptions());
        content.put("will", session.hasWill());
        return content;
    }

    /** To whom a session belongs; null if it is anybody's. */
    static @Nullable Map<String, String> owner(SessionState session) {
        String userName = session.userName();
        if (userName != null) {
            return Map.of("user", userName);
        }
        return session.isOfClient() ? Map.of("client", session.clientId()) : null;
    }

    private Response end(Request request) throws BadRequest {
        String clientId = request.lastSegment();
        return answer(
                "the end of a session",
                () -> broker.endSession(clientId).map(SessionRequests::ended));
    }

    private static Map<String, @Nullable Object> ended(SessionState session) {
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        content.put("disconnected", session.isConnected());
        content.put("queued", session.queued());
        content.put("subscriptions", session.subscriptions());
        content.put("will", session.hasWill());
        return content;
    }

    private interface Asking {
        Optional<Map<String, @Nullable Object>> ask() throws IOException;
    }

    private static Response answer(String what, Asking asking) throws BadRequest {
        return Answer.of(
                what,
                () ->
                        asking.ask()
                                .map(Response::ok)
                                .orElseGet(() ->
                                        Response.error(
                                                404,
                                                "there is no session of this client identifier")));
    }
}

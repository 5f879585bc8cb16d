package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import io.godwit.broker.control.Bans;
import io.godwit.broker.control.BrokerControl;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The requests about bans: {@code /api/v1/bans}. Safe for every thread. */
final class BanRequests {

    private static final String PATH = "/api/v1/bans";
    private static final String CHANGE = "a change of the bans";
    private static final Set<String> TARGET = new TreeSet<>(Set.of("address", "user", "client"));
    private static final Set<String> BAN =
            new TreeSet<>(Set.of("address", "user", "client", "until", "reason"));

    private final BrokerControl broker;

    private BanRequests(BrokerControl broker) {
        this.broker = broker;
    }

    static void addTo(Routes routes, BrokerControl broker) {
        BanRequests requests = new BanRequests(broker);
        routes.add("GET", PATH, Role.OPERATOR, requests::list)
                .add("POST", PATH, Role.OPERATOR, requests::add)
                .add("DELETE", PATH, Role.OPERATOR, requests::remove);
    }

    private Response list(Request request) {
        List<Map<String, @Nullable Object>> bans = new ArrayList<>();
        for (Bans.Entry ban : broker.bans().list()) {
            Instant until = ban.until();
            Map<String, @Nullable Object> entry = new LinkedHashMap<>();
            entry.put("address", ban.target().address());
            entry.put("user", ban.target().userName());
            entry.put("client", ban.target().clientId());
            entry.put("until", Times.textOrNull(until));
            entry.put("reason", ban.reason());
            bans.add(entry);
        }
        return Response.ok(Map.of("bans", bans));
    }

    private Response add(Request request) throws BadRequest {
        var body = JsonBody.of(request, BAN);
        String reason = JsonBody.text(body, "reason");
        Bans.Entry ban =
                new Bans.Entry(
                        target(body),
                        instant(JsonBody.text(body, "until")),
                        reason == null ? "by an administrator" : reason);
        return Answer.of(CHANGE, () -> Response.ok(Map.of("disconnected", broker.bans().add(ban))));
    }

    private Response remove(Request request) throws BadRequest {
        Bans.Target target = target(JsonBody.of(request, TARGET));
        return Answer.of(
                CHANGE,
                () ->
                        broker.bans().remove(target)
                                ? Response.ok(Map.of("removed", true))
                                : Response.error(404, "there is no such ban; see GET " + PATH));
    }

    private static Bans.Target target(Map<String, @Nullable Object> body) throws BadRequest {
        return new Bans.Target(
                JsonBody.text(body, "address"),
                JsonBody.text(body, "user"),
                JsonBody.text(body, "client"));
    }

    private static @Nullable Instant instant(@Nullable String text) throws BadRequest {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException invalid) {
            throw new BadRequest(400, "until takes a time such as 2030-01-31T12:00:00Z");
        }
    }
}

package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.ClientDetails;
import io.godwit.broker.control.ClientDetails.RecordedPacket;
import io.godwit.broker.control.ClientDetails.Trouble;
import io.godwit.broker.control.ClientDetails.WillState;
import io.godwit.broker.control.ClientState;
import io.godwit.broker.control.Clients.ClientQuery;
import io.godwit.broker.control.Clients.SubscriptionQuery;
import io.godwit.broker.control.ConnectionState;
import io.godwit.broker.control.SessionState;
import io.godwit.broker.control.SubscriptionState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The requests about clients and their subscriptions. Safe for every thread. */
final class ClientRequests {

    private final BrokerControl broker;

    private ClientRequests(BrokerControl broker) {
        this.broker = broker;
    }

    static void addTo(Routes routes, BrokerControl broker) {
        ClientRequests requests = new ClientRequests(broker);
        routes.add("GET", "/api/v1/clients", Role.VIEWER, requests::list)
                .add("GET", "/api/v1/clients/{clientId}", Role.VIEWER, requests::show)
                .add(
                        "POST",
                        "/api/v1/clients/{clientId}/disconnect",
                        Role.OPERATOR,
                        requests::disconnect)
                .add("GET", "/api/v1/subscriptions", Role.VIEWER, requests::subscriptions);
    }

    private Response list(Request request) throws BadRequest {
        Paging paging = Paging.of(request);
        ClientQuery query =
                new ClientQuery(
                        notEmpty(request.query("search")),
                        truth(request.query("connected")),
                        paging.limit(),
                        paging.after());
        return Answer.of(
                "a list of clients",
                () ->
                        Response.ok(
                                Paging.content(
                                        "clients",
                                        broker.clients().list(query),
                                        ClientRequests::row)));
    }

    private Response show(Request request) throws BadRequest {
        String clientId = request.lastSegment();
        return Answer.of(
                "a look at a client",
                () ->
                        broker.clients()
                                .find(clientId)
                                .map(it -> Response.ok(shown(it)))
                                .orElseGet(() ->
                                        Response.error(
                                                404, "there is no client of this identifier")));
    }

    private Response disconnect(Request request) throws BadRequest {
        String clientId = request.segment(3);
        return Answer.of(
                "the disconnection of a client",
                () ->
                        broker.clients().disconnect(clientId)
                                ? Response.ok(Map.of("disconnected", true))
                                : Response.error(404, "no client of this identifier is connected"));
    }

    private Response subscriptions(Request request) throws BadRequest {
        Paging paging = Paging.of(request);
        SubscriptionQuery query =
                new SubscriptionQuery(
                        notEmpty(request.query("filter")),
                        notEmpty(request.query("client")),
                        paging.limit(),
                        paging.after());
        return Answer.of(
                "a list of subscriptions",
                () ->
                        Response.ok(
                                Paging.content(
                                        "subscriptions",
                                        broker.clients().subscriptions(query),
                                        ClientRequests::subscription)));
    }

    private static @Nullable String notEmpty(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static @Nullable Boolean truth(@Nullable String text) throws BadRequest {
        return switch (text) {
            case null -> null;
            case "" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> throw new BadRequest(400, "connected takes true or false");
        };
    }

    private static Map<String, @Nullable Object> row(ClientState client) {
        SessionState session = client.session();
        ConnectionState connection = client.connection();
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("client", session.clientId());
        row.put("user", client.userName());
        row.put("address", connection == null ? null : connection.address());
        row.put("port", connection == null ? null : connection.port());
        row.put("listener", connection == null ? null : connection.listener());
        row.put("protocol", connection == null ? null : connection.protocol());
        row.put("connected", connection != null);
        row.put("since", Times.text(session.since()));
        row.put("queued", session.queued());
        row.put("inFlight", client.inFlight());
        row.put("subscriptions", session.subscriptions());
        return row;
    }

    private static Map<String, @Nullable Object> shown(ClientDetails details) {
        SessionState session = details.client().session();
        ConnectionState connection = details.client().connection();
        Duration expiry = session.expiry();
        Map<String, @Nullable Object> shown = row(details.client());
        shown.put("keepAlive", connection == null ? null : connection.keepAlive());
        shown.put("cleanStart", connection == null ? null : connection.cleanStart());
        shown.put("expiry", expiry == null ? null : expiry.toSeconds());
        shown.put("owner", SessionRequests.owner(session));
        shown.put("will", will(details.will()));
        shown.put("certificate", connection == null ? null : connection.certificate());
        shown.put(
                "subscriptionList",
                details.subscriptions().stream().map(ClientRequests::subscription).toList());
        shown.put("queuedBytes", details.queuedBytes());
        shown.put("limits", connection == null ? null : limits(connection));
        shown.put("recorder", packets(details.packets()));
        shown.put("lastErrors", troubles(details.troubles()));
        return shown;
    }

    private static @Nullable Map<String, Object> will(@Nullable WillState will) {
        return will == null
                ? null
                : Map.of(
                        "topic", will.topic(),
                        "qos", will.qos(),
                        "retain", will.retain(),
                        "delay", will.delay());
    }

    private static Map<String, Object> limits(ConnectionState connection) {
        return Map.of(
                "receiveMaximum", connection.receiveMaximum(),
                "maximumPacketSize", connection.maximumPacketSize(),
                "topicAliasMaximum", connection.topicAliasMaximum());
    }

    private static List<Map<String, Object>> troubles(List<Trouble> troubles) {
        return troubles.stream().map(ClientRequests::trouble).toList();
    }

    private static Map<String, Object> trouble(Trouble trouble) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("time", Times.text(trouble.time()));
        row.put("what", trouble.what());
        row.put("packets", packets(trouble.packets()));
        return row;
    }

    private static List<Map<String, Object>> packets(List<RecordedPacket> packets) {
        return packets.stream().map(ClientRequests::packet).toList();
    }

    private static Map<String, Object> packet(RecordedPacket packet) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("time", Times.text(packet.time()));
        row.put("direction", packet.isReceived() ? "in" : "out");
        row.put("packet", packet.packet());
        row.put("bytes", packet.bytes());
        return row;
    }

    private static Map<String, @Nullable Object> subscription(SubscriptionState subscription) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("client", subscription.clientId());
        row.put("filter", subscription.filter());
        row.put("share", subscription.share());
        row.put("qos", subscription.qos());
        row.put("noLocal", subscription.noLocal());
        row.put("retainAsPublished", subscription.retainAsPublished());
        row.put("retainHandling", subscription.retainHandling());
        row.put("identifier", subscription.identifier());
        return row;
    }
}

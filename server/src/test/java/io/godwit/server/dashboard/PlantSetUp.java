package io.godwit.server.dashboard;

import static io.godwit.server.dashboard.Plant.nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the broker of the plant is set up: what it listens on, who is kept out, and its rules. */
final class PlantSetUp {

    private final Instant start;

    PlantSetUp(Instant start) {
        this.start = start;
    }

    List<Map<String, @Nullable Object>> listeners() {
        return List.of(
                nullable(
                        "name",
                        "tls",
                        "type",
                        "tls",
                        "address",
                        "0.0.0.0",
                        "port",
                        8883,
                        "connections",
                        198,
                        "path",
                        null),
                nullable(
                        "name",
                        "ws",
                        "type",
                        "ws",
                        "address",
                        "0.0.0.0",
                        "port",
                        8083,
                        "connections",
                        11,
                        "path",
                        "/mqtt"),
                nullable(
                        "name",
                        "local",
                        "type",
                        "unix",
                        "address",
                        "/run/godwit/mqtt.sock",
                        "port",
                        0,
                        "connections",
                        1,
                        "path",
                        null));
    }

    List<Map<String, @Nullable Object>> certificates() {
        return List.of(
                certificate(
                        "tls",
                        "CN=mqtt.plant.example.org",
                        List.of("mqtt.plant.example.org", "*.mqtt.plant.example.org"),
                        71),
                certificate(
                        "tls",
                        "CN=legacy.plant.example.org",
                        List.of("legacy.plant.example.org"),
                        5),
                certificate(
                        "wss", "CN=web.plant.example.org", List.of("web.plant.example.org"), 21));
    }

    private Map<String, @Nullable Object> certificate(
            String listener, String subject, List<String> names, int days) {
        return nullable(
                "listener", listener,
                "subject", subject,
                "issuer", "CN=Plant issuing CA 2, O=Plant",
                "names", names,
                "notBefore", start.minusSeconds(86_400L * (90 - days)).toString(),
                "notAfter", start.plusSeconds(86_400L * days + 60).toString(),
                "daysLeft", days);
    }

    List<Map<String, @Nullable Object>> bans() {
        return List.of(
                nullable(
                        "address",
                        "192.0.2.0/24",
                        "user",
                        null,
                        "client",
                        null,
                        "until",
                        start.plusSeconds(41_000).toString(),
                        "reason",
                        "scans"),
                nullable(
                        "address",
                        null,
                        "user",
                        "fleet",
                        "client",
                        "meter-*",
                        "until",
                        null,
                        "reason",
                        "old firmware; update first"),
                nullable(
                        "address",
                        "198.51.100.7",
                        "user",
                        null,
                        "client",
                        null,
                        "until",
                        start.plusSeconds(512).toString(),
                        "reason",
                        "20 failed authentications"));
    }

    Map<String, @Nullable Object> configuration() {
        return nullable(
                "file",
                "/etc/godwit/godwit.conf",
                "text",
                """
                # The broker of the plant
                listeners {
                  tls { type = tls, port = 8883, certificate = "/etc/godwit/mqtt.pem", key = "/etc/godwit/mqtt.key" }
                  ws  { type = websocket, port = 8083 }
                }

                authentication {
                  password-file = "/etc/godwit/passwords"
                  jwt { secret = "***" }
                }

                authorization {
                  rules = [
                    { deny = receive, filter = "devices/+/secret" }
                    { allow = [publish, subscribe], filter = "devices/%c/#", user = "*", qos = 1 }
                  ]
                }
                """);
    }

    Map<String, @Nullable Object> explanation() {
        return nullable(
                "allowed",
                true,
                "verdict",
                "godwit.conf:5, at QoS 1 and below",
                "steps",
                List.of(
                        Map.of(
                                "place",
                                "godwit.conf:4",
                                "what",
                                "deny receive devices/+/secret",
                                "outcome",
                                "about other actions"),
                        Map.of(
                                "place",
                                "godwit.conf:5",
                                "what",
                                "allow publish, subscribe devices/%c/# user = * qos = 1",
                                "outcome",
                                "matches and allows it at QoS 1 and below")),
                "recipients",
                List.of(
                        Map.of(
                                "client",
                                "lyon-gateway-010",
                                "filter",
                                "devices/#",
                                "qos",
                                1,
                                "allowed",
                                true,
                                "connected",
                                true),
                        Map.of(
                                "client",
                                "berlin-meter-003",
                                "filter",
                                "$share/workers/devices/+/x",
                                "qos",
                                1,
                                "allowed",
                                false,
                                "connected",
                                false)));
    }

    static Map<String, Object> plan() {
        return Map.of(
                "changes",
                        List.of(
                                Map.of(
                                        "key",
                                        "authorization.acl-file",
                                        "before",
                                        "/etc/godwit/acl",
                                        "after",
                                        "/etc/godwit/acl (changed)",
                                        "live",
                                        true),
                                Map.of(
                                        "key",
                                        "event-loops",
                                        "before",
                                        "1",
                                        "after",
                                        "2",
                                        "live",
                                        false)),
                "disconnects", 312,
                "revokes", 41);
    }
}

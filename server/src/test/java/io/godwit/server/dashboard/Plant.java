package io.godwit.server.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.server.dashboard.CannedApi.Answer;
import io.godwit.server.dashboard.CannedApi.Asked;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a broker of a plant might answer, the same each time but for the times. */
final class Plant {

    static final int CLIENTS = 234;

    private static final List<String> SITES = List.of("berlin", "lyon", "porto");
    private static final List<String> MACHINES =
            List.of("press-01", "press-02", "oven-01", "robot-07");

    private final Random random = new Random(7);
    private final Instant start = Instant.now();

    /** Has the API answer for the plant. */
    static CannedApi answering(CannedApi api) {
        Plant plant = new Plant();
        PlantSetUp setUp = new PlantSetUp(plant.start);
        api.answer("GET me", nullable("user", null, "role", "admin"));
        api.stream(
                "stats/stream",
                IntStream.range(0, 240).mapToObj(plant::stats).toList(),
                turn -> plant.stats(240 + turn));
        api.answer("GET clients", plant::clients);
        api.answer("GET clients/", asked -> new Answer(200, plant.client(asked)));
        api.answer("GET subscriptions", page("subscriptions", plant.subscriptions()));
        api.answer("GET retained", page("messages", plant.retained()));
        api.stream("subscribe", plant.messages(0), turn -> String.join("", plant.messages(turn)));
        api.stream("log", plant.lines(), _ -> ": still there\n\n");
        api.answer("GET log-level", Map.of("levels", Map.of("ROOT", "INFO", "io.godwit", "INFO")));
        api.answer("GET listeners", Map.of("listeners", setUp.listeners()));
        api.answer("GET certificates", Map.of("certificates", setUp.certificates()));
        api.answer("GET bans", Map.of("bans", setUp.bans()));
        api.answer("GET configuration", setUp.configuration());
        api.answer("POST explain", setUp.explanation());
        api.answer("POST plan", PlantSetUp.plan());
        return api;
    }

    /** A map that may hold nulls, in the order of the arguments. */
    static Map<String, @Nullable Object> nullable(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return map;
    }

    static Map<String, @Nullable Object> page(String name, List<?> rows) {
        return nullable(name, rows, "next", null, "total", rows.size());
    }

    /** A payload as the API gives it. */
    static Map<String, @Nullable Object> message(String topic, String text, Instant time) {
        byte[] payload = text.getBytes(UTF_8);
        return nullable(
                "topic",
                topic,
                "qos",
                1,
                "retain",
                false,
                "time",
                time.toString(),
                "text",
                text,
                "payload",
                Base64.getEncoder().encodeToString(payload),
                "bytes",
                payload.length,
                "truncated",
                false,
                "expiry",
                null,
                "contentType",
                null);
    }

    private String stats(int second) {
        double wave = Math.sin(second / 23.0) * 0.5 + Math.sin(second / 7.0) * 0.1;
        double burst = second % 90 > 70 && second % 90 < 78 ? 1 : 0;
        Map<String, Object> counters = new TreeMap<>();
        long in = (long) (second * 4200.0 - 23 * 2100 * Math.cos(second / 23.0));
        counters.put("publish_received", in);
        counters.put("publish_sent", (long) (in * 2.6) + second * 130L);
        counters.put("bytes_received", in * 118);
        counters.put("bytes_sent", in * 300);
        counters.put(
                "dropped_slow",
                (long) (second / 90) * 840 + (long) (burst * (second % 90 - 70) * 120));
        counters.put("dropped_expired", (long) second / 30);
        counters.put("dropped_queue_full", 12);
        counters.put("dropped_memory", 0);
        counters.put("connections_opened", 300 + second / 4);
        counters.put("connections_over_address_rate", 17);
        counters.put("connections_banned", 3);
        counters.put("authentications_accepted", 290 + second / 4);
        counters.put("authentications_with_bad_credentials", 41);
        counters.put("publish_denied", 0);
        counters.put("loop_ticks", second * 20);
        counters.put(
                "loop_lag_milliseconds", (long) (second * 14.0 + 90 * Math.cos(second / 17.0)));
        Map<String, Object> gauges = new TreeMap<>();
        gauges.put("connections", 210 + (int) (wave * 12));
        gauges.put("sessions", CLIENTS);
        gauges.put("subscriptions", 612);
        gauges.put("retained", 87);
        gauges.put("retainedBytes", 23_412);
        gauges.put("queued", 180 + (int) (burst * 400) + (int) (wave * 90));
        gauges.put("queuedBytes", 48_000 + (int) (burst * 90_000));
        gauges.put("inFlight", 24 + (int) (wave * 18));
        gauges.put("memoryUsed", 41_000_000 + (int) (wave * 3_000_000));
        gauges.put("memoryLimit", 512_000_000);
        gauges.put("heapUsed", 88_000_000 + second % 40 * 1_400_000);
        return CannedApi.event(
                "stats",
                Map.of(
                        "time",
                        start.minusSeconds(240).plusSeconds(second).toString(),
                        "uptime",
                        356_400 + second,
                        "version",
                        "0.1.0",
                        "counters",
                        counters,
                        "gauges",
                        gauges));
    }

    private Map<String, @Nullable Object> row(int number) {
        boolean isConnected = number % 9 != 4;
        String site = SITES.get(number % 3);
        return nullable(
                "client",
                        "%s-%s-%03d".formatted(site, number % 5 == 0 ? "gateway" : "meter", number),
                "user", number % 4 == 0 ? null : "plant-" + site,
                "address",
                        isConnected ? "10.20.%d.%d".formatted(number % 3, 10 + number % 200) : null,
                "port", isConnected ? 40_000 + number * 7 : null,
                "listener", isConnected ? "tls" : null,
                "protocol", isConnected ? (number % 6 == 0 ? "3.1.1" : "5.0") : null,
                "connected", isConnected,
                "since", start.minusSeconds(37L * number * number + 4).toString(),
                "queued", isConnected ? 0 : number * 13,
                "inFlight", isConnected ? number % 4 : 0,
                "subscriptions", 1 + number % 4);
    }

    private Answer clients(Asked asked) {
        Map<String, String> query = query(asked);
        String search = query.getOrDefault("search", "");
        List<Map<String, @Nullable Object>> all =
                IntStream.range(0, CLIENTS)
                        .mapToObj(this::row)
                        .filter(it -> String.valueOf(it.get("client")).contains(search))
                        .toList();
        int from = Integer.parseInt(query.getOrDefault("after", "0"));
        int to = Math.min(all.size(), from + Integer.parseInt(query.getOrDefault("limit", "100")));
        return new Answer(
                200,
                nullable(
                        "clients", all.subList(from, to),
                        "next", to < all.size() ? String.valueOf(to) : null,
                        "total", all.size()));
    }

    private static Map<String, String> query(Asked asked) {
        Map<String, String> query = new HashMap<>();
        for (String pair : asked.query().split("&", -1)) {
            if (pair.contains("=")) {
                String value = pair.substring(pair.indexOf('=') + 1);
                query.put(pair.substring(0, pair.indexOf('=')), URLDecoder.decode(value, UTF_8));
            }
        }
        return query;
    }

    private Map<String, @Nullable Object> client(Asked asked) {
        Map<String, @Nullable Object> client = row(14);
        String path = asked.path();
        client.put(
                "client",
                URLDecoder.decode(
                        path.substring(path.lastIndexOf('/') + 1).replace("+", "%2B"), UTF_8));
        client.put("keepAlive", 60);
        client.put("cleanStart", false);
        client.put("expiry", 86_400);
        client.put("owner", Map.of("user", "plant-porto"));
        client.put(
                "will", Map.of("topic", "plant/porto/gone", "qos", 1, "retain", true, "delay", 30));
        client.put("certificate", "CN=porto-meter-014,O=Plant");
        client.put("queuedBytes", 0);
        client.put(
                "limits",
                Map.of(
                        "receiveMaximum", 65_535,
                        "maximumPacketSize", 2_000_000,
                        "topicAliasMaximum", 20));
        client.put("subscriptionList", subscriptions().subList(0, 5));
        client.put(
                "lastErrors",
                List.of(
                        Map.of(
                                "time",
                                start.minusSeconds(912).toString(),
                                "what",
                                "not authorized to publish on 'plant/lyon/x': godwit.conf:12",
                                "packets",
                                List.of()),
                        Map.of(
                                "time",
                                start.minusSeconds(4_000).toString(),
                                "what",
                                "is closed with keep alive timeout (0x8D): no packet came for 90.0 s",
                                "packets",
                                packets())));
        client.put("recorder", packets());
        return client;
    }

    private List<Map<String, @Nullable Object>> packets() {
        List<Map<String, @Nullable Object>> packets = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            boolean isIn = i % 2 == 0;
            packets.add(
                    nullable(
                            "time", start.minusMillis(400L * (12 - i)).toString(),
                            "direction", isIn ? "in" : "out",
                            "packet", isIn ? "PUBLISH" : "PUBACK",
                            "bytes", isIn ? 84 + i : 4));
        }
        return packets;
    }

    private List<Map<String, @Nullable Object>> subscriptions() {
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String site = SITES.get(i % 3);
            list.add(
                    nullable(
                            "client",
                            row(i).get("client"),
                            "filter",
                            i % 4 == 0 ? "plant/" + site + "/#" : "plant/" + site + "/+/setpoint",
                            "share",
                            i % 7 == 3 ? "workers" : null,
                            "qos",
                            i % 3,
                            "noLocal",
                            i % 5 == 0,
                            "retainAsPublished",
                            i % 4 == 1,
                            "retainHandling",
                            i % 6 == 0 ? 1 : 0,
                            "identifier",
                            i % 8 == 0 ? i + 1 : null));
        }
        return list;
    }

    private List<Map<String, @Nullable Object>> retained() {
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        for (String site : SITES) {
            for (String machine : MACHINES) {
                list.add(
                        message(
                                "plant/" + site + "/" + machine + "/state",
                                "{\"state\": \"running\", \"since\": \"2030-01-31T06:00:00Z\", \"order\": {\"number\": 4711, \"parts\": [12, 15, 9], \"rush\": false, \"note\": null}}",
                                start.minusSeconds(60L * list.size() * list.size() + 12)));
            }
            list.add(message("plant/" + site + "/setpoint", "71.5", start.minusSeconds(86_400)));
        }
        Map<String, @Nullable Object> binary =
                message("plant/berlin/firmware", "", start.minusSeconds(999));
        binary.put("text", null);
        binary.put("bytes", 131_072);
        binary.put("truncated", true);
        binary.put("payload", Base64.getEncoder().encodeToString(bytes(65_536)));
        binary.put("expiry", 3_600);
        list.add(binary);
        return list;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private List<String> messages(int turn) {
        List<String> events = new ArrayList<>();
        for (String site : SITES) {
            for (String machine : MACHINES) {
                String topic = "plant/" + site + "/" + machine;
                double value = 60 + 9 * Math.sin(turn / 3.0 + topic.hashCode());
                events.add(event(topic + "/temperature", "%.1f".formatted(value)));
                events.add(
                        event(
                                topic + "/vibration",
                                "{\"x\": %.3f, \"y\": %.3f}".formatted(value / 90, value / 70)));
                if (turn % 4 == 0) {
                    events.add(event(topic + "/state", "running"));
                }
            }
        }
        events.add(
                event("audit", "{\"who\": \"night shift\", \"what\": \"acknowledged alarm 17\"}"));
        return events;
    }

    private static String event(String topic, String text) {
        return CannedApi.event("message", message(topic, text, Instant.now()));
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        String[][] texts = {
            {
                "INFO",
                "io.godwit.server.GodwitServer",
                "Godwit 0.1.0 serves tls on 0.0.0.0:8883, ws on 0.0.0.0:8083"
            },
            {
                "INFO",
                "io.godwit.server.reload.Reloads",
                "reload (HUP): applied live: authentication.password-file; disconnects 0 clients, revokes 0 subscriptions"
            },
            {
                "WARN",
                "io.godwit.broker.connection.PublishHandler",
                "client 'lyon-meter-013' may not publish on 'plant/berlin/setpoint': /etc/godwit/godwit.conf:12"
            },
            {
                "INFO",
                "io.godwit.broker.protection.Protection",
                "192.0.2.17 is banned for 10 minutes after 20 failed logins"
            },
            {
                "ERROR",
                "io.godwit.broker.durable.StoreWriter",
                "the store could not be written: No space left on device\nnothing is acknowledged until it can be; free some space below /var/lib/godwit"
            },
            {
                "DEBUG",
                "io.godwit.transport.AcceptHandler",
                "a socket from 10.20.1.44 closed before CONNECT"
            },
        };
        for (int i = 0; i < 40; i++) {
            String[] text = texts[(i * 7 + i / 5) % texts.length];
            lines.add(
                    CannedApi.event(
                            "line",
                            Map.of(
                                    "time", start.minusSeconds(2L * (40 - i)).toString(),
                                    "level", text[0],
                                    "logger", text[1],
                                    "message", text[2])));
        }
        return lines;
    }
}

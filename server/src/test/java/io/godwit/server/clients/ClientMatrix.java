package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which cells there are: {@link ClientMatrixTest} plays them, and docs/clients.md shows them. */
final class ClientMatrix {

    private static final List<ProtocolVersion> VERSIONS =
            List.of(ProtocolVersion.V3_1_1, ProtocolVersion.V5);

    private ClientMatrix() {}

    /**
     * A row: what a client does over a transport in a version, which has a cell for each ability.
     */
    record Row(MatrixClient client, Transport transport, ProtocolVersion version) {

        String title() {
            return "%s over %s, MQTT %s".formatted(client.title(), transport.title(), version);
        }

        @Nullable String missing() {
            return client.missing(transport, version);
        }

        boolean isThere() {
            return missing() == null;
        }
    }

    /** All that can be had. */
    static List<Row> rows() {
        return all().filter(Row::isThere).toList();
    }

    private static Stream<Row> all() {
        return Stream.of(MatrixClient.values())
                .flatMap(client ->
                        Stream.of(Transport.values())
                                .flatMap(transport ->
                                        VERSIONS.stream()
                                                .map(version ->
                                                        new Row(client, transport, version))));
    }

    /**
     * docs/clients.md.
     *
     * @param pom the top one, which has the versions of the Java clients
     * @param packageJson which has the one of MQTT.js
     */
    static String document(String pom, String packageJson) {
        StringBuilder text =
                new StringBuilder(
                        """
                        # Clients that others wrote

                        What they do with Godwit. Each cell is played by a test in each build, `ClientMatrixTest`, against a broker with a listener for
                        each transport; this file is written from what it plays (`./test --clients`), and the build fails when it is stale.

                        """);
        text.append("| client | over | MQTT |");
        Stream.of(Ability.values()).forEach(it -> text.append(' ').append(it.title()).append(" |"));
        text.append("\n|---|---|---|").append("---|".repeat(Ability.values().length)).append('\n');
        for (Row row : rows()) {
            text.append(
                    "| %s | %s | %s |"
                            .formatted(row.client.title(), row.transport.title(), row.version));
            text.append(" yes |".repeat(Ability.values().length)).append('\n');
        }
        text.append(
                """

                - **QoS 0, 1, 2**: a message goes from one client to another at that QoS.
                - **retained**: a later subscriber gets the latest one, until it is deleted.
                - **will**: it is published when the connection is lost, and not after a DISCONNECT.
                - **persistent session**: it gets what was published while its client was away, in order and once.

                Not there:

                """);
        missing().forEach(line -> text.append(line).append('\n'));
        text.append(
                """

                The versions are %s of Paho Java, %s of the HiveMQ client, %s of MQTT.js, and for the others those of the Debian on which the tests run.

                More is played than the table has, over TCP and by some also over WebSocket, plain and secure: MQTT 3.1, wildcards, take-over, payloads of a
                megabyte, Unicode, and with MQTT 5 properties, shared subscriptions, subscription options, topic aliases, expiry and reason codes, each by
                those that can do it (`server/src/test/java/io/godwit/server/clients`). A browser is among them (`BrowserTest`). [Godwit's own
                client](client.md) is tested against other brokers in turn.
                """
                        .formatted(
                                find(pom, "<paho.version>(.*?)</paho.version>"),
                                find(pom, "<hivemq-client.version>(.*?)</hivemq-client.version>"),
                                find(packageJson, "\"mqtt\": \"(.*?)\"")));
        return text.toString();
    }

    /** What is not there, with the reason; rows of a client that share one together. */
    private static List<String> missing() {
        Map<List<String>, List<Row>> together = new LinkedHashMap<>();
        all().filter(row -> !row.isThere())
                .forEach(row ->
                        together.computeIfAbsent(
                                        List.of(row.client.title(), String.valueOf(row.missing())),
                                        _ -> new ArrayList<>())
                                .add(row));
        return together.entrySet().stream()
                .map(each ->
                        "- %s over %s, MQTT %s: %s."
                                .formatted(
                                        each.getKey().getFirst(),
                                        joined(
                                                each.getValue().stream()
                                                        .map(it -> it.transport.title())),
                                        joined(
                                                each.getValue().stream()
                                                        .map(it -> it.version.toString())),
                                        each.getKey().getLast()))
                .toList();
    }

    private static String joined(Stream<String> words) {
        return words.distinct().collect(Collectors.joining(" and "));
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("there is no " + pattern);
        }
        return matcher.group(1);
    }
}

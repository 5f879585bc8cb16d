package io.godwit.app;

import io.godwit.codec.Utf8;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands of {@code godwit ctl} about clients and their subscriptions. */
final class ClientsCommands {

    private static final String PATH = "/api/v1/clients";

    private ClientsCommands() {}

    private static String path(String clientId) {
        return PATH + "/" + AdminClient.encoded(clientId);
    }

    private static String text(@Nullable Object value) {
        return value == null ? "-" : Utf8.printable(String.valueOf(value));
    }

    /** {@code godwit ctl clients}. */
    @Command(
            name = "clients",
            description = "Lists the clients, connected or not, in the order of their identifiers.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class Clients implements Callable<Integer> {

        @Mixin private final RunningBroker broker = new RunningBroker();
        @Mixin private final Rows rows = new Rows();

        @Option(
                names = "--search",
                paramLabel = "TEXT",
                description = "A part of their identifier, user name or address.")
        private @Nullable String search;

        @Option(names = "--connected", description = "Those that are connected only.")
        private boolean connected;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            Map<String, @Nullable String> query = new LinkedHashMap<>();
            query.put("search", search);
            query.put("connected", connected ? "true" : null);
            PrintWriter out = spec.commandLine().getOut();
            return broker.ask(
                    spec.commandLine(),
                    client -> rows.print(client, PATH, query, "clients", Clients::line, out));
        }

        private static String line(Map<?, ?> client) {
            boolean isConnected = Boolean.TRUE.equals(client.get("connected"));
            return "%s  user %s  %s since %s  queued %s, in flight %s, subscriptions %s"
                    .formatted(
                            Shell.quote(String.valueOf(client.get("client"))),
                            text(client.get("user")),
                            isConnected
                                    ? "at %s (%s, MQTT %s)"
                                            .formatted(
                                                    text(client.get("address")),
                                                    text(client.get("listener")),
                                                    client.get("protocol"))
                                    : "not connected",
                            client.get("since"),
                            client.get("queued"),
                            client.get("inFlight"),
                            client.get("subscriptions"));
        }
    }

    /** {@code godwit ctl client}. */
    @Command(
            name = "client",
            description = "Shows all there is to know of one client.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class One implements Callable<Integer> {

        @Mixin private final RunningBroker broker = new RunningBroker();

        @Parameters(paramLabel = "ID", description = "The client identifier.")
        private String clientId = "";

        @Option(names = "--json", description = "Prints it as an object in JSON.")
        private boolean json;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            return broker.ask(spec.commandLine(), this::show);
        }

        private void show(AdminClient client) throws IOException {
            var found = client.get(path(clientId));
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(Rows.asJson(found));
                return;
            }
            found.forEach((key, value) -> {
                if (value instanceof List<?> list) {
                    out.println(key + ":");
                    list.forEach(it -> show(out, "  ", it));
                } else {
                    out.printf("%-14s %s%n", key, inWords(value));
                }
            });
        }

        private static void show(PrintWriter out, String indent, @Nullable Object item) {
            if (item instanceof Map<?, ?> map && map.get("packets") instanceof List<?> packets) {
                out.println(indent + text(map.get("time")) + "  " + text(map.get("what")));
                packets.forEach(it -> show(out, indent + "  ", it));
            } else if (item instanceof Map<?, ?> map && map.get("packet") != null) {
                out.printf(
                        "%s%s  %-3s  %s, %s bytes%n",
                        indent,
                        text(map.get("time")),
                        text(map.get("direction")),
                        text(map.get("packet")),
                        text(map.get("bytes")));
            } else {
                out.println(indent + inWords(item));
            }
        }

        private static String inWords(@Nullable Object value) {
            return value instanceof Map<?, ?> map ? Utf8.printable(Rows.asJson(map)) : text(value);
        }
    }

    /** {@code godwit ctl disconnect}. */
    @Command(
            name = "disconnect",
            description = "Disconnects a client; its session goes on as its expiry says.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class Disconnect implements Callable<Integer> {

        @Mixin private final RunningBroker broker = new RunningBroker();

        @Parameters(paramLabel = "ID", description = "The client identifier.")
        private String clientId = "";

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            return broker.ask(
                    spec.commandLine(),
                    client -> {
                        client.post(path(clientId) + "/disconnect", Map.of());
                        spec.commandLine().getOut().println("Disconnected.");
                    });
        }
    }

    /** {@code godwit ctl subscriptions}. */
    @Command(
            name = "subscriptions",
            description = "Lists the subscriptions of all clients.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class Subscriptions implements Callable<Integer> {

        @Mixin private final RunningBroker broker = new RunningBroker();
        @Mixin private final Rows rows = new Rows();

        @Option(
                names = "--filter",
                paramLabel = "TEXT",
                description = "A part of their topic filter.")
        private @Nullable String filter;

        @Option(names = "--client", paramLabel = "ID", description = "Those of this client.")
        private @Nullable String clientId;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            Map<String, @Nullable String> query = new LinkedHashMap<>();
            query.put("filter", filter);
            query.put("client", clientId);
            PrintWriter out = spec.commandLine().getOut();
            return broker.ask(
                    spec.commandLine(),
                    client ->
                            rows.print(
                                    client,
                                    "/api/v1/subscriptions",
                                    query,
                                    "subscriptions",
                                    Subscriptions::line,
                                    out));
        }

        private static String line(Map<?, ?> subscription) {
            Object share = subscription.get("share");
            return "%s  %s  QoS %s%s"
                    .formatted(
                            Shell.quote(String.valueOf(subscription.get("client"))),
                            Shell.quote(String.valueOf(subscription.get("filter"))),
                            subscription.get("qos"),
                            share == null ? "" : ", shared as " + text(share));
        }
    }
}

package io.godwit.app;

import io.godwit.admin.http.Json;
import io.godwit.codec.Utf8;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code godwit ctl trace}: what packets come and go. */
@Command(
        name = "trace",
        description =
                "Shows the packets that clients send and get, as they come and go. Passwords and"
                        + " authentication data are hidden; of a payload the first 4 KiB are shown.",
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class)
final class TraceCommand implements Callable<Integer> {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,4})([smh]?)");

    @Option(names = "--client", paramLabel = "ID", description = "Only the packets of this client.")
    private @Nullable String client;

    @Option(
            names = "--topic",
            paramLabel = "FILTER",
            description =
                    "Only PUBLISH whose topic the filter matches, and SUBSCRIBE and UNSUBSCRIBE with"
                            + " this very filter.")
    private @Nullable String topic;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "How long, such as 30s, 5m or 1h at most; 60s if not given.")
    private String time = "60s";

    @Option(names = "--json", description = "A JSON object a packet, with all its fields.")
    private boolean json;

    @Option(
            names = "--pcapng",
            paramLabel = "FILE",
            description = "Writes a file that Wireshark opens, instead of lines.")
    private @Nullable Path file;

    @Mixin private final RunningBroker broker = new RunningBroker();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return broker.ask(
                spec.commandLine(),
                client -> {
                    if (file == null) {
                        client.events(path(), this::print);
                    } else {
                        record(client, file);
                    }
                });
    }

    private String path() throws IOException {
        StringBuilder path = new StringBuilder("/api/v1/trace?for=" + seconds(time));
        parameter(path, "client", client);
        parameter(path, "topic", topic);
        return path.toString();
    }

    private static void parameter(StringBuilder path, String name, @Nullable String value) {
        if (value != null) {
            path.append('&').append(name).append('=');
            path.append(AdminClient.encoded(value));
        }
    }

    private static long seconds(String time) throws IOException {
        Matcher parts = TIME.matcher(time);
        if (!parts.matches()) {
            throw new IOException("--for " + time + ": give a time such as 30s, 5m or 1h.");
        }
        int unit =
                switch (parts.group(2)) {
                    case "m" -> 60;
                    case "h" -> 3600;
                    default -> 1;
                };
        return Long.parseLong(parts.group(1)) * unit;
    }

    private void print(String event, Map<String, @Nullable Object> data) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (!event.equals("packet")) {
            notShown(event, data);
        } else if (json) {
            out.println(new String(Json.write(data), StandardCharsets.UTF_8));
        } else {
            out.printf(
                    "%s %s %s %s  %s%n",
                    data.get("time"),
                    name(data),
                    "in".equals(data.get("direction")) ? "->" : "<-",
                    data.get("packet"),
                    data.get("line"));
        }
        out.flush();
    }

    private void notShown(String event, Map<String, @Nullable Object> data) throws IOException {
        if (event.equals("refused")) {
            throw new IOException("The broker says: " + data.get("why"));
        }
        spec.commandLine()
                .getErr()
                .printf("%s packets came too quickly, and are not shown.%n", data.get("count"));
    }

    private static String name(Map<String, @Nullable Object> data) {
        String client = String.valueOf(data.get("client"));
        return client.isEmpty()
                ? data.get("address") + ":" + data.get("port")
                : Utf8.printable(client);
    }

    /** Without an address, as of a Unix domain socket, it is that of this machine. */
    private void record(AdminClient client, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            Pcapng packets = new Pcapng(out);
            client.events(
                    path(),
                    (event, data) -> {
                        if (!event.equals("packet")) {
                            notShown(event, data);
                        } else if (data.get("port") instanceof Number port) {
                            packets.add(
                                    Instant.parse(String.valueOf(data.get("time"))),
                                    InetAddress.ofLiteral(
                                            Objects.requireNonNullElse(
                                                            data.get("address"), "127.0.0.1")
                                                    .toString()),
                                    port.intValue(),
                                    "in".equals(data.get("direction")),
                                    Base64.getDecoder().decode(String.valueOf(data.get("bytes"))));
                        }
                    });
        }
    }
}

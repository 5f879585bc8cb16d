package io.godwit.app;

import io.godwit.codec.Utf8;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit ctl ban}: who is kept out of a running broker. */
@Command(
        name = "ban",
        description = "Bans clients by address, user name or client identifier.",
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class,
        subcommands = {BanCommand.Add.class, BanCommand.Show.class, BanCommand.Remove.class})
final class BanCommand implements Callable<Integer> {

    private static final String PATH = "/api/v1/bans";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "Say what to do, as in: godwit ctl ban add --address 192.0.2.7 --for 1h");
    }

    /** Which clients. */
    static final class Target {

        @Option(
                names = "--address",
                paramLabel = "CIDR",
                description = "Where they come from: 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.")
        private @Nullable String address;

        @Option(names = "--user", paramLabel = "NAME", description = "Their user name.")
        private @Nullable String user;

        @Option(
                names = "--client",
                paramLabel = "ID",
                description = "Their client identifier; each * stands for any text.")
        private @Nullable String client;

        private Map<String, @Nullable Object> body(CommandSpec spec) {
            if (address == null && user == null && client == null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "Say whom: --address, --user, --client, or several, which must all apply.");
            }
            Map<String, @Nullable Object> body = new HashMap<>();
            body.put("address", address);
            body.put("user", user);
            body.put("client", client);
            return body;
        }
    }

    /** {@code godwit ctl ban add}. */
    @Command(
            name = "add",
            description = "Bans clients and disconnects those that are there.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class Add implements Callable<Integer> {

        private static final Pattern TIME = Pattern.compile("(\\d{1,9})\\s*([smhd])");
        private static final Map<String, ChronoUnit> UNITS =
                Map.of(
                        "s", ChronoUnit.SECONDS,
                        "m", ChronoUnit.MINUTES,
                        "h", ChronoUnit.HOURS,
                        "d", ChronoUnit.DAYS);

        @Mixin private final RunningBroker broker = new RunningBroker();
        @Mixin private Target target = new Target();

        @Option(
                names = "--for",
                paramLabel = "TIME",
                description = "How long, such as 30m, 12h or 7d; otherwise until it is removed.")
        private @Nullable String time;

        @Option(
                names = "--reason",
                paramLabel = "TEXT",
                description = "Why; version 5 clients are told.")
        private @Nullable String reason;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            Map<String, @Nullable Object> body = target.body(spec);
            body.put("until", time == null ? null : Instant.now().plus(duration(time)).toString());
            body.put("reason", reason);
            return broker.ask(
                    spec.commandLine(),
                    client -> {
                        var answer = client.post(PATH, body);
                        spec.commandLine()
                                .getOut()
                                .printf("Banned; %s disconnected.%n", answer.get("disconnected"));
                    });
        }

        private Duration duration(String text) {
            Matcher matcher = TIME.matcher(text.strip());
            if (!matcher.matches()) {
                throw new ParameterException(
                        spec.commandLine(), "--for takes a time such as 30m, 12h or 7d");
            }
            return Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2)));
        }
    }

    /** {@code godwit ctl ban list}. */
    @Command(
            name = "list",
            description = "Shows the bans, those that end first in front.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class Show implements Callable<Integer> {

        @Mixin private final RunningBroker broker = new RunningBroker();

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            return broker.ask(
                    spec.commandLine(),
                    client -> {
                        PrintWriter out = spec.commandLine().getOut();
                        Object bans = client.send("GET", PATH, Map.of()).get("bans");
                        for (Object ban : bans instanceof List<?> list ? list : List.of()) {
                            if (ban instanceof Map<?, ?> entry) {
                                out.println(line(entry));
                            }
                        }
                    });
        }

        private static String line(Map<?, ?> ban) {
            List<String> parts = new ArrayList<>();
            for (String key : List.of("address", "user", "client")) {
                if (ban.get(key) != null) {
                    parts.add("--%s %s".formatted(key, Shell.quote(String.valueOf(ban.get(key)))));
                }
            }
            Object until = ban.get("until");
            return "%s  %s  (%s)"
                    .formatted(
                            until == null ? "for good" : "until " + until,
                            String.join(" ", parts),
                            Utf8.printable(String.valueOf(ban.get("reason"))));
        }
    }

    /** {@code godwit ctl ban remove}. */
    @Command(
            name = "remove",
            description = "Lifts a ban; takes the same options as the list shows.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class Remove implements Callable<Integer> {

        @Mixin private final RunningBroker broker = new RunningBroker();
        @Mixin private Target target = new Target();

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            Map<String, @Nullable Object> body = target.body(spec);
            return broker.ask(
                    spec.commandLine(),
                    client -> {
                        client.send("DELETE", PATH, body);
                        spec.commandLine().getOut().println("Removed.");
                    });
        }
    }
}

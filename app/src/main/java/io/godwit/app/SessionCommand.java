package io.godwit.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit ctl session}: a session of a running broker. */
@Command(
        name = "session",
        description = "Shows or ends the session of a client identifier.",
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class,
        subcommands = {SessionCommand.Show.class, SessionCommand.End.class})
final class SessionCommand implements Callable<Integer> {

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "Say what to do, as in: godwit ctl session show ID");
    }

    /** Its path, where a client identifier may hold what no path can. */
    private static String path(String clientId) {
        return "/api/v1/sessions/" + URLEncoder.encode(clientId, UTF_8).replace("+", "%20");
    }

    /** {@code godwit ctl session show}. */
    @Command(
            name = "show",
            description = "Shows whose a session is, whether it is connected, and what it holds.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class Show implements Callable<Integer> {

        @Mixin private final RunningBroker broker = new RunningBroker();

        @Parameters(paramLabel = "ID", description = "The client identifier.")
        private String clientId = "";

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            return broker.ask(
                    spec.commandLine(),
                    client -> show(client.send("GET", path(clientId), Map.of())));
        }

        private void show(Map<String, @Nullable Object> session) {
            PrintWriter out = spec.commandLine().getOut();
            Object expiry = session.get("expiry");
            boolean isConnected = Boolean.TRUE.equals(session.get("connected"));
            out.println("owner          " + owner(session.get("owner")));
            out.printf(
                    "connected      %s %s%n",
                    isConnected ? "since" : "no, not since", session.get("since"));
            out.println(
                    "kept           " + (expiry == null ? "for good" : expiry + " s without it"));
            out.println("queued         " + session.get("queued"));
            out.println("subscriptions  " + session.get("subscriptions"));
            out.println(
                    "will           " + (Boolean.TRUE.equals(session.get("will")) ? "yes" : "no"));
        }

        private static String owner(@Nullable Object owner) {
            if (!(owner instanceof Map<?, ?> known)) {
                return "nobody";
            }
            return known.get("user") instanceof String user
                    ? "user " + Shell.quote(user)
                    : "the client that proves this client identifier";
        }
    }

    /** {@code godwit ctl session end}. */
    @Command(
            name = "end",
            description = "Disconnects the client and ends its session, with all that it holds.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class End implements Callable<Integer> {

        @Mixin private final RunningBroker broker = new RunningBroker();

        @Parameters(paramLabel = "ID", description = "The client identifier.")
        private String clientId = "";

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            return broker.ask(
                    spec.commandLine(),
                    client -> {
                        var ended = client.send("DELETE", path(clientId), Map.of());
                        boolean wasConnected = Boolean.TRUE.equals(ended.get("disconnected"));
                        spec.commandLine()
                                .getOut()
                                .printf(
                                        "Ended%s; queued messages: %s, subscriptions: %s.%n",
                                        wasConnected ? ", and its client disconnected" : "",
                                        ended.get("queued"),
                                        ended.get("subscriptions"));
                    });
        }
    }
}

package io.godwit.app;

import io.godwit.codec.Utf8;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands of {@code godwit ctl} about messages, and about the log. */
final class MessagesCommands {

    private static final String RETAINED = "/api/v1/retained";

    private MessagesCommands() {}

    /** {@code godwit ctl retained}. */
    @Command(
            name = "retained",
            description = "Lists or deletes retained messages.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class,
            subcommands = {RetainedList.class, RetainedDelete.class})
    static final class Retained implements Callable<Integer> {

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            throw new ParameterException(
                    spec.commandLine(), "Say what to do, as in: godwit ctl retained list 'a/#'");
        }
    }

    /** {@code godwit ctl retained list}. */
    @Command(
            name = "list",
            description = "Lists retained messages in the order of their topics.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class RetainedList implements Callable<Integer> {

        @Mixin private final RunningBroker broker = new RunningBroker();
        @Mixin private final Rows rows = new Rows();

        @Parameters(
                paramLabel = "FILTER",
                arity = "0..1",
                defaultValue = "#",
                description = "A topic filter; without one, all but those below $SYS.")
        private String filter = "#";

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            Map<String, @Nullable String> query = new LinkedHashMap<>();
            query.put("filter", filter);
            PrintWriter out = spec.commandLine().getOut();
            return broker.ask(
                    spec.commandLine(),
                    client ->
                            rows.print(
                                    client, RETAINED, query, "messages", RetainedList::line, out));
        }

        private static String line(Map<?, ?> message) {
            Object text = message.get("text");
            return "%s  QoS %s, %s bytes%s  %s"
                    .formatted(
                            Shell.quote(String.valueOf(message.get("topic"))),
                            message.get("qos"),
                            message.get("bytes"),
                            message.get("expiry") == null
                                    ? ""
                                    : ", expires in " + message.get("expiry") + " s",
                            text == null
                                    ? "base64:" + message.get("payload")
                                    : Utf8.printable(String.valueOf(text)));
        }
    }

    /** {@code godwit ctl retained delete}. */
    @Command(
            name = "delete",
            description = "Deletes the retained messages that a topic filter matches.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class RetainedDelete implements Callable<Integer> {

        @Mixin private final RunningBroker broker = new RunningBroker();

        @Parameters(paramLabel = "FILTER", description = "A topic filter.")
        private String filter = "";

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            return broker.ask(
                    spec.commandLine(),
                    client -> {
                        String path = RETAINED + "?filter=" + AdminClient.encoded(filter);
                        var answer = client.send("DELETE", path, Map.of());
                        spec.commandLine().getOut().printf("Deleted: %s.%n", answer.get("deleted"));
                    });
        }
    }

    /** {@code godwit ctl publish}. */
    @Command(
            name = "publish",
            description = "Publishes a message, whatever the rules say.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class Publish implements Callable<Integer> {

        @Mixin private final RunningBroker broker = new RunningBroker();

        @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic.")
        private String topic = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "TEXT",
                description = "What to publish; nothing by default.")
        private @Nullable String text;

        @Option(names = "--file", paramLabel = "FILE", description = "A file to publish instead.")
        private @Nullable Path file;

        @Option(names = "--qos", paramLabel = "N", description = "0 (the default), 1 or 2.")
        private int qos;

        @Option(names = "--retain", description = "Whether it is retained.")
        private boolean retain;

        @Option(
                names = "--expiry",
                paramLabel = "SECONDS",
                description = "After how many seconds it expires.")
        private @Nullable Long expiry;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            if (text != null && file != null) {
                throw new ParameterException(
                        spec.commandLine(), "Give a text or a --file, not both.");
            }
            return broker.ask(
                    spec.commandLine(),
                    client -> {
                        var answer = client.post("/api/v1/publish", body());
                        spec.commandLine()
                                .getOut()
                                .printf("Published; recipients: %s.%n", answer.get("recipients"));
                    });
        }

        private Map<String, @Nullable Object> body() throws IOException {
            Map<String, @Nullable Object> body = new LinkedHashMap<>();
            body.put("topic", topic);
            if (file != null) {
                body.put("payload", Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
            } else {
                body.put("text", text);
            }
            body.put("qos", qos);
            body.put("retain", retain);
            body.put("expiry", expiry);
            return body;
        }
    }

    /** {@code godwit ctl log-level}. */
    @Command(
            name = "log-level",
            description = "Shows the levels of the log, or sets one until the broker ends.",
            mixinStandardHelpOptions = true,
            versionProvider = GodwitCommand.VersionLine.class)
    static final class LogLevel implements Callable<Integer> {

        private static final String PATH = "/api/v1/log-level";

        @Mixin private final RunningBroker broker = new RunningBroker();

        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "LEVEL",
                description =
                        "ERROR, WARN, INFO, DEBUG, TRACE or OFF; DEFAULT takes one back that was"
                                + " set.")
        private @Nullable String level;

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "LOGGER",
                defaultValue = "io.godwit",
                description = "Of what; ${DEFAULT-VALUE} by default.")
        private String logger = "io.godwit";

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            return broker.ask(
                    spec.commandLine(),
                    client -> {
                        var answer =
                                level == null
                                        ? client.get(PATH)
                                        : client.send(
                                                "PUT",
                                                PATH,
                                                Map.of("logger", logger, "level", level));
                        if (answer.get("levels") instanceof Map<?, ?> levels) {
                            levels.forEach((name, value) ->
                                    spec.commandLine().getOut().println(name + " " + value));
                        }
                    });
        }
    }
}

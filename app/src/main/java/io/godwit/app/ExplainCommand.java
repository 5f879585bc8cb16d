package io.godwit.app;

import io.godwit.codec.Utf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** {@code godwit ctl explain}: why a client may or may not do something. */
@Command(
        name = "explain",
        description =
                "Says step by step, with file and line, why a client may or may not do something,"
                        + " and who would get its message. The client need not be connected.",
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class)
final class ExplainCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "ACT",
            description =
                    "connect (perhaps with a will on --topic), publish, subscribe or receive.")
    private String act = "";

    @Option(names = "--client", paramLabel = "ID", required = true, description = "Its identifier.")
    private String client = "";

    @Option(names = "--user", paramLabel = "NAME", description = "Its user name, if it has one.")
    private @Nullable String user;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            description = "A group that its authentication gives it; may be repeated.")
    private List<String> groups = List.of();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "A file with its token, which then says who it is and which rules it brings"
                            + " along.")
    private @Nullable Path tokenFile;

    @Option(names = "--address", paramLabel = "ADDRESS", description = "Its address.")
    private @Nullable String address;

    @Option(names = "--listener", paramLabel = "NAME", description = "The listener it comes to.")
    private @Nullable String listener;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "The topic of the message or will, or the filter to subscribe to.")
    private @Nullable String topic;

    @Option(names = "--qos", paramLabel = "N", description = "0 (the default), 1 or 2.")
    private int qos;

    @Option(names = "--retain", description = "The message or will has the RETAIN flag.")
    private boolean retain;

    @Mixin private final RunningBroker broker = new RunningBroker();

    @Spec private CommandSpec spec = CommandSpec.create();

    /** Exits with 0 whether it is allowed or not; the words say which. */
    @Override
    public Integer call() {
        return broker.ask(
                spec.commandLine(), client -> print(client.post("/api/v1/explain", question())));
    }

    private Map<String, Object> question() throws IOException {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("act", act);
        question.put("client", client);
        question.put("groups", groups);
        question.put("qos", qos);
        question.put("retain", retain);
        putIfThere(question, "user", user);
        putIfThere(question, "address", address);
        putIfThere(question, "listener", listener);
        putIfThere(question, "topic", topic);
        putIfThere(question, "token", tokenFile == null ? null : token(tokenFile));
        return question;
    }

    private static String token(Path file) throws IOException {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new IOException(file + " can't be read as UTF-8 text: " + unreadable, unreadable);
        }
    }

    private static void putIfThere(
            Map<String, Object> question, String key, @Nullable String value) {
        if (value != null) {
            question.put(key, value);
        }
    }

    private void print(Map<String, @Nullable Object> answer) {
        for (Map<?, ?> step : blocks(answer.get("steps"))) {
            String place = String.valueOf(step.get("place"));
            String said = "%s: %s".formatted(step.get("what"), step.get("outcome"));
            line(place.isEmpty() ? said : "  " + place + ": " + said);
        }
        boolean isAllowed = Boolean.TRUE.equals(answer.get("allowed"));
        line((isAllowed ? "ALLOWED: " : "DENIED: ") + answer.get("verdict"));
        if (!isAllowed || !act.equals("publish")) {
            return;
        }
        List<Map<?, ?>> recipients = blocks(answer.get("recipients"));
        line(recipients.isEmpty() ? "Nobody would get it." : "Who would get it:");
        for (Map<?, ?> recipient : recipients) {
            String filter = String.valueOf(recipient.get("filter"));
            line(
                    "  %s by %s at QoS %s%s%s%s"
                            .formatted(
                                    recipient.get("client"),
                                    filter,
                                    recipient.get("qos"),
                                    filter.startsWith("$share/") ? ", or another member" : "",
                                    Boolean.TRUE.equals(recipient.get("connected"))
                                            ? ""
                                            : ", not connected",
                                    Boolean.TRUE.equals(recipient.get("allowed"))
                                            ? ""
                                            : ", but the rules keep it from the client"));
        }
    }

    /** Clients have chosen their identifiers and filters; none of them commands the terminal. */
    private void line(String text) {
        spec.commandLine().getOut().println(Utf8.printable(text));
    }

    private static List<Map<?, ?>> blocks(@Nullable Object list) {
        return list instanceof List<?> elements
                ? elements.stream()
                        .filter(Map.class::isInstance)
                        .<Map<?, ?>>map(element -> (Map<?, ?>) element)
                        .toList()
                : List.of();
    }
}

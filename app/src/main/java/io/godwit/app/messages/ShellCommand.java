package io.godwit.app.messages;

import io.godwit.client.MqttException;
import io.godwit.codec.ProtocolVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** {@code godwit shell}: an MQTT client to type at, or to be told by a script what to do. */
final class ShellCommand extends ClientCommand {

    private final OutputOptions output = new OutputOptions();

    ShellCommand(Streams streams) {
        super(
                "shell",
                "An MQTT client to type at, or to pipe a script into",
                ProtocolVersion.V5,
                streams);
        output.addTo(flags);
        output.showTopics();
        addCommonFlags(null);
    }

    @Override
    int execute() throws WrongUsage, IOException {
        try (ShellInput input = WatchTable.isPossible() ? terminal() : ShellInput.of(streams)) {
            Streams shown =
                    new Streams(
                            streams.in(),
                            input.out(),
                            streams.err(),
                            streams.environment(),
                            streams.stopping(),
                            streams.isTerminal());
            MessagePrinter printer = output.printer(shown);
            try (ShellClient client = new ShellClient(this, printer, input.isInteractive())) {
                return converse(input, client, printer);
            }
        }
    }

    private static ShellInput terminal() throws IOException {
        return ShellTerminal.open(ShellClient.COMMANDS);
    }

    /** Does line after line, until there is no more, or a script has a mistake. */
    private int converse(ShellInput input, ShellClient client, MessagePrinter printer)
            throws IOException {
        if (input.isInteractive()) {
            printer.line("An MQTT client. 'help' says what there is, 'connect' begins.");
        }
        CompletableFuture<Integer> end = new CompletableFuture<>();
        streams.stopping().accept(() -> end.complete(0));
        // Nothing wakes a thread that waits for its input.
        Thread.ofPlatform()
                .daemon()
                .name("shell")
                .start(() -> {
                    try {
                        end.complete(lines(input, client, printer));
                    } catch (IOException | RuntimeException failure) {
                        end.completeExceptionally(failure);
                    }
                });
        try {
            return end.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw failure;
        }
    }

    private int lines(ShellInput input, ShellClient client, MessagePrinter printer)
            throws IOException {
        int number = 0;
        String line = input.next();
        while (line != null) {
            number++;
            String problem = problem(client, line);
            if (problem != null && !input.isInteractive()) {
                complain("line %d: %s".formatted(number, problem));
                return ERROR;
            }
            if (problem != null) {
                printer.line("Error: " + problem);
            }
            line = client.hasEnded() ? null : input.next();
        }
        return 0;
    }

    /** Does what a line says; returns what went wrong, or null. */
    private static @Nullable String problem(ShellClient client, String line) throws IOException {
        if (line.isBlank() || line.strip().startsWith("#")) {
            return null;
        }
        try {
            client.execute(new ArrayList<>(QuotedWords.of(line)));
            return null;
        } catch (WrongUsage | MqttException | IllegalStateException failure) {
            return failure.getMessage();
        }
    }
}

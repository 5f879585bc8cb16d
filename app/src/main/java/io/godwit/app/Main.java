package io.godwit.app;

import io.godwit.app.messages.ClientCommand;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Where the {@code godwit} command begins. The clients and a broker with plain options do not wait
 * for picocli, which takes longer to start than a message to be published, and a third of a start
 * of the broker; it reads all other words.
 */
public final class Main {

    /** What ends in an error ends with this exit code, a wrong command line too. */
    static final int ERROR = 1;

    private Main() {}

    /**
     * Runs the command line and ends the process with its exit code.
     *
     * @param arguments the words after {@code godwit}
     */
    public static void main(String[] arguments) {
        end(() -> run(arguments));
    }

    /** Ends the process with the exit code of an action, also if that fails. */
    static void end(IntSupplier action) {
        int code;
        try {
            code = action.getAsInt();
        } catch (RuntimeException | Error fault) { // a broker that serves would keep the process
            fault.printStackTrace();
            code = ERROR;
        }
        System.exit(code);
    }

    /** Runs the command line; returns its exit code. */
    static int run(String... arguments) {
        List<String> words = List.of(arguments);
        if (!words.isEmpty() && ClientCommand.NAMES.contains(words.getFirst())) {
            return ClientCommand.of(words.getFirst()).run(words.subList(1, words.size()));
        }
        return RunOptions.plain(words)
                .map(options -> broker().run(options))
                .orElseGet(() -> GodwitCommand.execute(arguments));
    }

    /** Its output is encoded as picocli's. */
    private static BrokerProcess broker() {
        Charset charset = Charset.defaultCharset();
        return new BrokerProcess(
                new PrintWriter(System.out, true, charset),
                new PrintWriter(System.err, true, charset));
    }
}

package io.godwit.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a Java machine is shown when the build makes the AOT cache of the commands that are clients:
 * the commands, as they run at their users'.
 */
final class ClientTraining {

    private ClientTraining() {}

    /**
     * Runs it, and exits with 0 if all went well.
     *
     * @param arguments a directory that is there, and the port of a broker on loopback
     */
    public static void main(String[] arguments) {
        Main.end(() -> run(Path.of(arguments[0]), arguments[1]));
    }

    private static int run(Path folder, String port) {
        String options;
        try { // else those of whoever builds would be read
            options = Files.write(folder.resolve("options"), List.of("-p " + port)).toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        for (String version : new String[] {"311", "5"}) {
            client("pub", options, version, "training/x", "-q", "1", "-r", "-m", "x");
            client("sub", options, version, "training/#", "-q", "1", "-C", "1", "-v");
            client("pub", options, version, "training/x", "-r", "-m", "x", "--json");
            client("sub", options, version, "training/x", "-C", "1", "-F", "%I %j");
        }
        return 0;
    }

    private static void client(
            String name, String options, String version, String topic, String... further) {
        List<String> words =
                new ArrayList<>(List.of(name, "-o", options, "-V", version, "-t", topic));
        Collections.addAll(words, further);
        int code = Main.run(words.toArray(String[]::new));
        if (code != 0) {
            throw new IllegalStateException(
                    "godwit %s ended with %d".formatted(String.join(" ", words), code));
        }
    }
}

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
     * @param arguments as {@link ClientTrainingBroker} has them
     */
    public static void main(String[] arguments) {
        Main.end(() -> run(Path.of(arguments[0]), arguments[1], arguments[2]));
    }

    private static int run(Path folder, String tcp, String tls) {
        String authority =
                folder.resolve(ClientTrainingBroker.CERTIFICATES).resolve("ca.pem").toString();
        String plain = options(folder.resolve("plain"), "-p " + tcp);
        String encrypted =
                options(folder.resolve("encrypted"), "-p " + tls, "--cafile " + authority);
        for (String version : new String[] {"311", "5"}) {
            client("pub", plain, version, "training/x", "-q", "1", "-r", "-m", "x");
            client("sub", plain, version, "training/#", "-q", "1", "-W", "30", "-C", "1", "-v");
            client("pub", plain, version, "training/x", "-r", "-m", "x", "--json");
            client("sub", plain, version, "training/x", "-W", "30", "-C", "1", "-F", "%I %j");
            client("sub", encrypted, version, "training/x", "-W", "30", "-C", "1");
        }
        return 0;
    }

    /** A file of options, without which those of whoever builds would be read. */
    private static String options(Path file, String... lines) {
        try {
            return Files.write(file, List.of(lines)).toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
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

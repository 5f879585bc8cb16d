package io.godwit.app;

import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The broker of a {@link ClientTraining}, in another Java machine than that. */
final class ClientTrainingBroker {

    /** In the directory, with a certificate for the broker. */
    static final String CERTIFICATES = "certificates";

    private ClientTrainingBroker() {}

    /**
     * Starts the broker, lets the clients run, and exits with 0 if all went well.
     *
     * @param arguments a directory, empty or missing, and the command line of a {@link
     *     ClientTraining}, to which the directory and the ports for TCP and for TLS are added
     */
    public static void main(String[] arguments) throws Exception {
        Training.limit();
        List<String> words = List.of(arguments);
        System.exit(run(Path.of(words.getFirst()), words.subList(1, words.size())));
    }

    /** Starts a broker in a directory, and a command; returns the command's exit code. */
    static int run(Path folder, List<String> command)
            throws IOException, InterruptedException, ConfigurationProblems {
        Path certificates = Files.createDirectories(folder).resolve(CERTIFICATES);
        DevelopmentCertificates.make(certificates, List.of());
        Path file = folder.resolve("training.conf");
        Files.writeString(
                file,
                """
                authentication.anonymous = true
                admin.enabled = false
                persistence.mode = memory
                listeners {
                  tcp { bind = "127.0.0.1", port = 0 }
                  tls {
                    type = tls
                    bind = "127.0.0.1"
                    port = 0
                  }
                }
                """);
        Configuration configuration =
                Configuration.load(
                                file,
                                Map.of(
                                        "GODWIT_LISTENERS__TLS__CERTIFICATE",
                                        certificates.resolve("server.pem").toString(),
                                        "GODWIT_LISTENERS__TLS__KEY",
                                        certificates.resolve("server.key").toString()))
                        .withDataDir(folder.resolve("data"));
        try (GodwitServer server = GodwitServer.start(configuration)) {
            List<String> words = new ArrayList<>(command);
            words.add(folder.toString());
            for (String listener : List.of("tcp", "tls")) {
                InetSocketAddress address = server.addresses().get(listener);
                words.add(String.valueOf(Objects.requireNonNull(address).getPort()));
            }
            return new ProcessBuilder(words).inheritIO().start().waitFor();
        }
    }
}

package io.godwit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.server.configuration.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** mosquitto_pub is somebody by its certificate, or by the user that it runs as. */
@Timeout(120)
class IdentityTest {

    private static final int BAD_CLIENT_IDENTIFIER = 2;
    private static final int NOT_AUTHORIZED = 5;

    @TempDir private Path directory = Path.of("");

    private int run(List<String> command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
        return process.exitValue();
    }

    /** A certificate of its own authority, and its key. */
    private void certificate(String name) throws Exception {
        String command =
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
                        + " -subj /CN=%s -addext subjectAltName=IP:127.0.0.1 -keyout %s.key -out %s.pem";
        assertThat(run(List.of(command.formatted(name, name, name).split(" ")))).isZero();
    }

    private GodwitServer start(String text) throws Exception {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file, "data-dir = \"" + directory.resolve("data") + "\", event-loops = 1\n" + text);
        return GodwitServer.start(
                Configuration.load(file, Map.of("GODWIT_ADMIN__ENABLED", "false")));
    }

    /** Publishes; in version 3.1.1. */
    private int publish(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("mosquitto_pub", "-t", "a", "-m", "x"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    @Test
    void aCertificateSaysWhoTheClientIs() throws Exception {
        certificate("server");
        certificate("pump-7");
        String listener =
                """
                listeners.tls {
                  type = tls, bind = "127.0.0.1", port = 0
                  certificate = "%1$s/server.pem", key = "%1$s/server.key"
                  client-certificate = optional, client-ca = "%1$s/pump-7.pem"
                  identity-as-user-name = cn
                }
                authentication.client-id = user-name
                """
                        .formatted(directory);
        try (GodwitServer server = start(listener)) {
            String port = "" + Objects.requireNonNull(server.addresses().get("tls")).getPort();
            String[] nobody = {"-h", "127.0.0.1", "-p", port, "--cafile", "server.pem"};
            assertThat(publish(nobody)).isEqualTo(NOT_AUTHORIZED);
            List<String> pump = new ArrayList<>(List.of(nobody));
            pump.addAll(List.of("--cert", "pump-7.pem", "--key", "pump-7.key", "-u", "root"));
            pump.addAll(List.of("-P", "x", "-i", "pump-7"));
            assertThat(publish(pump.toArray(String[]::new))).isZero();
            pump.set(pump.size() - 1, "pump-8"); // it is the user pump-7, and not root
            assertThat(publish(pump.toArray(String[]::new))).isEqualTo(BAD_CLIENT_IDENTIFIER);
        }
    }

    @Test
    void sessionIsThatOfWhoProvesItsIdentifier() throws Exception {
        certificate("server");
        certificate("pump-7");
        String listeners =
                """
                listeners.tls {
                  type = tls, bind = "127.0.0.1", port = 0
                  certificate = "%1$s/server.pem", key = "%1$s/server.key"
                  client-certificate = required, client-ca = "%1$s/pump-7.pem"
                  identity-as-client-id = cn
                }
                listeners.open { type = tcp, bind = "127.0.0.1", port = 0, anonymous = true }
                """
                        .formatted(directory);
        for (int run = 0; run < 2; run++) { // the second time the session is from the first
            try (GodwitServer server = start(listeners)) {
                String safe = "" + Objects.requireNonNull(server.addresses().get("tls")).getPort();
                String open = "" + Objects.requireNonNull(server.addresses().get("open")).getPort();
                if (run == 0) {
                    String command =
                            "mosquitto_sub -h 127.0.0.1 -p %s --cafile server.pem --cert pump-7.pem"
                                    + " --key pump-7.key -i x -c -q 1 -t a -E";
                    assertThat(run(List.of(command.formatted(safe).split(" ")))).isZero();
                }
                String[] anybody = {"-h", "127.0.0.1", "-p", open, "-i", "pump-7"};
                assertThat(publish(anybody)).isEqualTo(NOT_AUTHORIZED);
                anybody[5] = "x";
                assertThat(publish(anybody)).isZero();
            }
        }
    }

    @Test
    void theUserOfAProcessSaysWhoItIs() throws Exception {
        int user = (int) Files.getAttribute(directory, "unix:uid");
        String listener =
                """
                listeners.unix { type = unix, path = "%s/mqtt" }
                authentication { client-id = user-name, unix-peers = ["%d=house"] }
                """;
        String[] house = {"--unix", directory + "/mqtt", "-i", "house"};
        try (GodwitServer server = start(listener.formatted(directory, user))) {
            assertThat(server.listeners()).hasSize(1);
            assertThat(publish(house)).isZero();
            house[3] = "garden";
            assertThat(publish(house)).isEqualTo(BAD_CLIENT_IDENTIFIER);
        }
        try (GodwitServer server = start(listener.formatted(directory, user + 1))) {
            assertThat(server.listeners()).hasSize(1);
            assertThat(publish(house)).isEqualTo(NOT_AUTHORIZED);
        }
    }
}

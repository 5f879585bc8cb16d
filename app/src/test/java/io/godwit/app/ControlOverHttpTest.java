package io.godwit.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.access.authentication.PasswordFileEditor;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.TopicFilter;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code godwit ctl} against a real broker, over its socket and over HTTP. */
@Timeout(120)
class ControlOverHttpTest {

    @TempDir private Path directory = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private @Nullable GodwitServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private void start(String more) throws Exception {
        Path file =
                Files.writeString(
                        directory.resolve("godwit.conf"),
                        """
                        authentication.anonymous = true
                        listeners { tcp { type = tcp, bind = "127.0.0.1", port = 0 } }
                        admin.port = 0
                        """
                                + more);
        server =
                GodwitServer.start(
                        Configuration.load(file, Map.of()).withDataDir(directory.resolve("data")));
    }

    private int ctl(String... words) {
        List<String> all = new ArrayList<>(List.of("ctl"));
        all.addAll(List.of(words));
        CommandLine godwit = GodwitCommand.commandLine();
        godwit.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return godwit.execute(all.toArray(String[]::new));
    }

    private String url() {
        return "http://127.0.0.1:"
                + Objects.requireNonNull(Objects.requireNonNull(server).adminAddress()).getPort();
    }

    private List<String> said() {
        return out.toString().lines().toList();
    }

    @Test
    void messagesArePublishedListedAndDeletedByBothWays() throws Exception {
        start("");
        String[] socket = {"--data-dir", directory.resolve("data").toString()};
        String[] http = {"--url", url()};
        for (String[] way : new String[][] {socket, http}) {
            assertThat(ctl("publish", "a/b", "it's <21>", "--retain", way[0], way[1])).isZero();
            assertThat(said()).containsExactly("Published; recipients: 0.");
            assertThat(ctl("retained", "list", "a/#", way[0], way[1])).isZero();
            assertThat(said()).containsExactly("'a/b'  QoS 0, 9 bytes  it's <21>");
            assertThat(ctl("retained", "list", "--json", way[0], way[1])).isZero();
            assertThat(out.toString()).startsWith("{\"topic\":\"a/b\",\"qos\":0,");
            assertThat(ctl("retained", "delete", "#", way[0], way[1])).isZero();
            assertThat(said()).containsExactly("Deleted: 1.");
        }
        assertThat(ctl("publish", "a/#", "x", "--url", url())).isEqualTo(1);
        assertThat(err.toString()).startsWith("The broker says: ");
    }

    @Test
    void clientsAndTheirSubscriptionsAreListed() throws Exception {
        start("");
        InetSocketAddress broker =
                Objects.requireNonNull(Objects.requireNonNull(server).addresses().get("tcp"));
        try (TrainingClient client =
                new TrainingClient(broker, ProtocolVersion.V5, "it's me", true)) {
            client.subscribe(TopicFilter.of("a/#"), 0);
            assertThat(ctl("subscriptions", "--url", url())).isZero();
            assertThat(said()).containsExactly("'it'\\''s me'  'a/#'  QoS 0");
            assertThat(ctl("clients", "--connected", "--search", "IT'S", "--url", url())).isZero();
            assertThat(said()).hasSize(1);
            assertThat(out.toString()).contains("'it'\\''s me'  user -  at 127.0.0.1 (tcp, MQTT ");
            assertThat(ctl("client", "it's me", "--url", url())).isZero();
            assertThat(out.toString()).contains("keepAlive", "subscriptionList:", "recorder:");
            assertThat(said())
                    .anyMatch(it -> it.matches("  \\S+Z  in   CONNECT, \\d+ bytes"))
                    .anyMatch(it -> it.matches("  \\S+Z  out  SUBACK, \\d+ bytes"));
            assertThat(ctl("disconnect", "it's me", "--url", url())).isZero();
            assertThat(said()).containsExactly("Disconnected.");
            assertThat(ctl("disconnect", "nobody", "--url", url())).isEqualTo(1);
            assertThat(err.toString()).contains("no client of this identifier is connected");
        }
    }

    @Test
    void whoHasToLogInSaysWhoItIs() throws Exception {
        PasswordFileEditor passwords = PasswordFileEditor.create(directory.resolve("passwd"));
        passwords.set("alice", "wonder".getBytes(UTF_8), PasswordFileEditor.Kind.SHA512_PBKDF2);
        passwords.write();
        Path password = Files.writeString(directory.resolve("password"), "wonder\n");
        Path token = Files.writeString(directory.resolve("token"), "0123456789abcdef\n");
        start(
                """
                admin.users.alice { role = viewer, password-file = "%s" }
                admin.tokens.ci { role = operator, file = "%s" }
                """
                        .formatted(directory.resolve("passwd"), token));
        assertThat(ctl("clients", "--url", url())).isEqualTo(1);
        assertThat(err.toString()).contains("--login or --login-token");
        assertThat(
                        ctl(
                                "clients",
                                "--url",
                                url(),
                                "--login",
                                "alice",
                                "--password-file",
                                password.toString()))
                .isZero();
        assertThat(ctl("publish", "a", "--url", url(), "--login-token", token.toString())).isZero();
        assertThat(ctl("reload", "--url", url(), "--login-token", token.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("this needs the role admin");
    }

    @Test
    void anAddressThatNobodyAnswersAtIsSaid() throws Exception {
        assertThat(ctl("clients", "--url", "http://127.0.0.1:1")).isEqualTo(1);
        assertThat(err.toString()).contains("No broker answers at http://127.0.0.1:1");
        assertThat(ctl("clients", "--url", "ftp://x")).isEqualTo(1);
        assertThat(err.toString()).contains("--url takes an address");
        assertThat(ctl("clients", "--login", "alice")).isEqualTo(1);
        assertThat(err.toString()).contains("go with --url");
    }
}

package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import io.godwit.transport.ListenerSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code godwit ctl ban} against a real broker, and what a restart leaves of its bans. */
@Timeout(120)
class BanCommandTest {

    private static final int BANNED = 5;

    @TempDir private Path directory = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private GodwitServer start() throws IOException {
        return GodwitServer.start(
                Configuration.defaults()
                        .withDataDir(directory)
                        .withListeners(List.of(ListenerSettings.tcp("tcp", "127.0.0.1", 0))));
    }

    private int ban(String... words) {
        List<String> all = new ArrayList<>(List.of("ctl", "ban"));
        all.addAll(List.of(words));
        all.addAll(List.of("--data-dir", directory.toString()));
        CommandLine godwit = GodwitCommand.commandLine();
        godwit.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return godwit.execute(all.toArray(String[]::new));
    }

    private String said() {
        return out.toString().strip();
    }

    private static Socket open(GodwitServer server) throws IOException {
        int port = Objects.requireNonNull(server.addresses().get("tcp")).getPort();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        return socket;
    }

    /** The return code that CONNECT of MQTT 3.1.1 is answered with; -1 if it is closed instead. */
    private static int connect(Socket socket, String clientId) throws IOException {
        byte[] id = clientId.getBytes(StandardCharsets.US_ASCII);
        byte[] head = {
            0x10, (byte) (12 + id.length), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, (byte) id.length
        };
        socket.getOutputStream().write(head);
        socket.getOutputStream().write(id);
        byte[] connAck = socket.getInputStream().readNBytes(4);
        return connAck.length == 4 ? connAck[3] : -1;
    }

    @Test
    void clientIsBannedDisconnectedListedAndFreedAgain() throws IOException {
        try (GodwitServer server = start();
                Socket inside = open(server)) {
            assertThat(connect(inside, "meter-7")).isZero();
            assertThat(ban("add", "--client", "meter-*", "--for", "1h", "--reason", "a 'test'"))
                    .isZero();
            assertThat(said()).isEqualTo("Banned; 1 disconnected.");
            assertThat(inside.getInputStream().read()).isEqualTo(-1);
            try (Socket again = open(server);
                    Socket other = open(server)) {
                assertThat(connect(again, "meter-8")).isEqualTo(BANNED);
                assertThat(connect(other, "lamp")).isZero();
            }
            assertThat(ban("list")).isZero();
            assertThat(said()).matches("until \\S+Z {2}--client 'meter-\\*' {2}\\(a 'test'\\)");
            assertThat(ban("remove", "--client", "meter-*")).isZero();
            assertThat(said()).isEqualTo("Removed.");
            try (Socket again = open(server)) {
                assertThat(connect(again, "meter-8")).isZero();
            }
            assertThat(ban("remove", "--client", "meter-*")).isEqualTo(1);
            assertThat(err.toString()).contains("there is no such ban");
            assertThat(ban("list")).isZero();
            assertThat(said()).isEmpty();
        }
    }

    @Test
    void bansOutliveTheBroker() throws IOException {
        try (GodwitServer _ = start()) {
            assertThat(ban("add", "--address", "127.0.0.0/8", "--user", "u")).isZero();
            assertThat(ban("add", "--address", "127.0.0.1")).isZero();
        }
        try (GodwitServer server = start()) {
            assertThat(ban("list")).isZero();
            assertThat(said().lines())
                    .containsExactlyInAnyOrder(
                            "for good  --address '127.0.0.1'  (by an administrator)",
                            "for good  --address '127.0.0.0/8' --user 'u'  (by an administrator)");
            try (Socket socket = open(server)) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(ban("remove", "--address", "127.0.0.1")).isZero();
            try (Socket socket = open(server)) {
                assertThat(connect(socket, "c")).isZero();
            }
        }
    }

    @Test
    void brokerDoesNotStartWithoutItsBans() throws IOException {
        start().close();
        Files.writeString(
                directory.resolve(GodwitServer.BANS), "{\"bans\": [{\"address\": \"nowhere\"}]}");
        assertThatThrownBy(this::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(GodwitServer.BANS)
                .hasMessageContaining("an address is written as")
                .hasMessageContaining("remove it");
        Files.delete(directory.resolve(GodwitServer.BANS));
        start().close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "add",
                "remove",
                "add --for 1h",
                "add --client c --for 1",
                "add --client c --for never",
                "list --client c",
                "lift"
            })
    void whatIsNotUnderstoodIsSaid(String words) {
        assertThat(ban(words.split(" "))).isEqualTo(Main.ERROR);
        assertThat(err.toString()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.3.4/33", "example.org", "::1/129"})
    void addressThatIsNoneIsRefused(String address) throws IOException {
        try (GodwitServer _ = start()) {
            assertThat(ban("add", "--address", address)).isEqualTo(1);
            assertThat(err.toString()).startsWith("The broker says: ");
            assertThat(directory.resolve(GodwitServer.BANS)).doesNotExist();
        }
    }
}

package io.godwit.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code godwit ctl explain} beside a broker that runs, and {@code godwit check --acl-tests}. */
@Timeout(60)
class ExplainCommandTest {

    private static final String RULES =
            """
            listeners.tcp { bind = "127.0.0.1", port = 0 }
            authentication.anonymous = true
            persistence.mode = memory
            authorization.rules = [
              { deny = receive, filter = "devices/+/secret" }
              { allow = [publish, subscribe], filter = "devices/%c/#" }
              { allow = subscribe, filter = "devices/#", client-id = "watcher" }
            ]
            """;

    private static final String SECRET = "a secret of thirty-two bytes and more";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path directory = Path.of("");

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private int execute(String... words) {
        CommandLine godwit = GodwitCommand.commandLine();
        godwit.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return godwit.execute(words);
    }

    private int explain(String act, String... options) {
        out.getBuffer().setLength(0);
        String[] words = new String[options.length + 5];
        System.arraycopy(
                new String[] {"ctl", "explain", act, "--data-dir", directory.toString()},
                0,
                words,
                0,
                5);
        System.arraycopy(options, 0, words, 5, options.length);
        return execute(words);
    }

    private String said() {
        return out.toString().replace(directory + "/", "");
    }

    /** A client of version 3.1.1, a watcher, that has subscribed to devices/# at QoS 1, twice. */
    private static Socket watcher(InetSocketAddress address) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(30_000);
        socket.getOutputStream()
                .write(
                        ("\20\23\0\4MQTT\4\2\0\0\0\7watcher" + "\202\16\0\1\0\11devices/#\1")
                                .getBytes(ISO_8859_1));
        assertThat(socket.getInputStream().readNBytes(9)).endsWith(0x90, 3, 0, 1, 1);
        socket.getOutputStream().write("\202\27\0\2\0\22$share/g/devices/#\1".getBytes(ISO_8859_1));
        assertThat(socket.getInputStream().readNBytes(5)).containsExactly(0x90, 3, 0, 2, 1);
        return socket;
    }

    private static String token(String claims) throws GeneralSecurityException {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String signed =
                base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(UTF_8))
                        + '.'
                        + base64.encodeToString(claims.getBytes(UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
        return signed + '.' + base64.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    }

    @Test
    void aTokenSaysWhoItsClientIsAndWhatItMayDo() throws Exception {
        Path file =
                write("godwit.conf", RULES + "authentication.jwt.secret = \"" + SECRET + "\"\n");
        String claims =
                "{\"sub\": \"alice\", \"exp\": %d, \"groups\": [\"north\"],"
                        + " \"acl\": {\"publish\": [\"up/%%u/#\"]}}";
        String good = write("good", token(claims.formatted(4_000_000_000L)) + "\n").toString();
        String over = write("over", token(claims.formatted(1_000_000_000L))).toString();
        Configuration configuration =
                Configuration.load(file, Map.of("GODWIT_ADMIN__ENABLED", "false"))
                        .withDataDir(directory)
                        .withEventLoops(1);
        try (GodwitServer server = GodwitServer.start(configuration)) {
            assertThat(server.listeners()).hasSize(1);
            String[] up = {"--client", "d1", "--topic", "up/alice/x", "--token-file", good};
            assertThat(explain("publish", up)).isZero();
            assertThat(said())
                    .contains(
                            "Who is it by its token?: the user 'alice' with the client identifier"
                                    + " 'd1', in the groups 'north'",
                            "Which rules does its token bring along?: allow publish 'up/%u/#'",
                            "ALLOWED: its own permit for 'up/%u/#', at QoS 2 and below",
                            "Nobody would get it.");
            assertThat(explain("connect", "--client", "d1", "--token-file", good)).isZero();
            assertThat(said()).startsWith("Who is it?: asked").contains("'alice'", "ALLOWED");
            up[5] = over;
            assertThat(explain("publish", up)).isZero();
            assertThat(said())
                    .contains("DENIED: its token does not let it in: jwt: ", "it has expired");
            up[5] = directory.resolve("missing").toString();
            assertThat(explain("publish", up)).isEqualTo(1);
            assertThat(err.toString()).contains("missing can't be read as UTF-8 text");
        }
    }

    @Test
    void everyStepAndEveryRecipientIsSaid() throws Exception {
        Path file = write("godwit.conf", RULES);
        Configuration configuration =
                Configuration.load(file, Map.of("GODWIT_ADMIN__ENABLED", "false"))
                        .withDataDir(directory)
                        .withEventLoops(1);
        try (GodwitServer server = GodwitServer.start(configuration);
                Socket _ = watcher(requireNonNull(server.addresses().get("tcp")))) {
            assertThat(
                            explain(
                                    "publish",
                                    "--client",
                                    "d1",
                                    "--topic",
                                    "devices/d1/x",
                                    "--qos",
                                    "2"))
                    .isZero();
            assertThat(said())
                    .contains(
                            "May it publish?: the first rule about publish that matches",
                            "  godwit.conf:5: deny receive devices/+/secret: about other actions",
                            "  godwit.conf:6: allow publish, subscribe devices/%c/#: matches and"
                                    + " allows it at QoS 2 and below",
                            "ALLOWED: godwit.conf:6, at QoS 2 and below",
                            "Who would get it:",
                            "  watcher by devices/# at QoS 1",
                            "  watcher by $share/g/devices/# at QoS 1, or another member");
            assertThat(explain("publish", "--client", "d1", "--topic", "devices/d1/secret"))
                    .isZero();
            assertThat(said())
                    .contains(
                            "  watcher by devices/# at QoS 0, but the rules keep it from the"
                                    + " client");
            assertThat(explain("publish", "--client", "d1", "--topic", "devices/d2/x")).isZero();
            assertThat(said()).contains("DENIED: no rule matches").doesNotContain("Who would");
            assertThat(explain("subscribe", "--client", "d1", "--topic", "#")).isZero();
            assertThat(said()).contains("DENIED: no rule matches", "counts at delivery");
            assertThat(explain("connect", "--client", "d1", "--user", "u")).isZero();
            assertThat(said()).startsWith("Who is it?: asked in this order").contains("ALLOWED");
            assertThat(err.toString()).isEmpty();
            assertThat(explain("publish", "--client", "d1", "--topic", "a/#")).isEqualTo(1);
            assertThat(err.toString()).contains("The broker says: ", "'a/#'");
            assertThat(explain("fly", "--client", "d1")).isEqualTo(1);
            assertThat(err.toString()).contains("act takes connect, publish, subscribe or receive");
        }
    }

    @Test
    void nothingOfAClientCommandsTheTerminal() throws Exception {
        Path file = write("godwit.conf", RULES.substring(0, RULES.indexOf("authorization")));
        Configuration configuration =
                Configuration.load(file, Map.of("GODWIT_ADMIN__ENABLED", "false"))
                        .withDataDir(directory)
                        .withEventLoops(1);
        try (GodwitServer server = GodwitServer.start(configuration)) {
            InetSocketAddress address = requireNonNull(server.addresses().get("tcp"));
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.setSoTimeout(30_000);
                socket.getOutputStream()
                        .write(
                                ("\20\21\0\4MQTT\4\2\0\0\0\5w\33[2J" + "\202\10\0\1\0\3a/#\0")
                                        .getBytes(ISO_8859_1));
                assertThat(socket.getInputStream().readNBytes(9)).endsWith(0x90, 3, 0, 1, 0);
                assertThat(explain("publish", "--client", "d", "--topic", "a/b")).isZero();
                assertThat(said()).contains("  w?[2J by a/# at QoS 0").doesNotContain("\33");
            }
        }
    }

    @Test
    void expectationsThatAreMetAreCounted() throws IOException {
        Path file = write("godwit.conf", RULES);
        Path tests =
                write(
                        "tests",
                        "allow publish client=d1 topic=devices/d1/x\n"
                                + "deny subscribe client=d1 topic=#\n");
        assertThat(execute("check", "--acl-tests", tests.toString(), file.toString())).isZero();
        assertThat(out.toString()).contains("in order", "The rules meet 2 expectations.");
    }

    @Test
    void eachExpectationThatIsNotMetIsNamedWithTheRule() throws IOException {
        Path file = write("godwit.conf", RULES);
        Path tests =
                write(
                        "tests",
                        "deny publish client=d1 topic=devices/d1/x\nallow nothing\n"
                                + "allow subscribe client=d1 topic=devices/#\n");
        assertThat(execute("check", file.toString(), "--acl-tests", tests.toString())).isEqualTo(1);
        assertThat(err.toString().replace(directory + "/", ""))
                .contains(
                        "tests:1: deny publish client=d1 topic=devices/d1/x: it is allowed"
                                + " (godwit.conf:6, at QoS 2 and below)",
                        "tests:2: ",
                        "tests:3: allow subscribe client=d1 topic=devices/#: it is denied (no rule"
                                + " matches)");
        assertThat(execute("check", file.toString(), "--acl-tests", directory.resolve("x") + ""))
                .isEqualTo(1);
        assertThat(err.toString()).contains("can't be read");
    }
}

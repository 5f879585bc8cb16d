package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * {@code godwit cert dev}, and what it says to do with the files: with mosquitto's own commands.
 */
class CertDevCommandTest {

    @TempDir private Path directory = Path.of("");

    private record Answer(int code, String out, String err) {}

    private static Answer execute(String... arguments) {
        CommandLine command = GodwitCommand.commandLine();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = command.execute(arguments);
        return new Answer(code, out.toString(), err.toString());
    }

    private Answer make(String... further) {
        List<String> arguments =
                new ArrayList<>(List.of("cert", "dev", "--dir", directory.resolve("c").toString()));
        arguments.addAll(List.of(further));
        return execute(arguments.toArray(String[]::new));
    }

    private String file(String name) {
        return directory.resolve("c").resolve(name).toString();
    }

    /** The configuration that the command has printed, with a port that the system chooses. */
    private Configuration printed(String out) throws Exception {
        int from = out.indexOf("listeners.tls {");
        int to = out.indexOf("Start the broker");
        Path conf = directory.resolve("godwit.conf");
        Files.writeString(conf, out.substring(from, to).replace("# client-c", "client-c"));
        return Configuration.load(
                        conf,
                        Map.of(
                                "GODWIT_ADMIN__ENABLED", "false",
                                "GODWIT_LISTENERS__TLS__PORT", "0",
                                "GODWIT_LISTENERS__TLS__BIND", "127.0.0.1"))
                .withDataDir(directory.resolve("d"));
    }

    private static int mosquitto(int port, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "mosquitto_pub",
                                "-h",
                                "localhost",
                                "-p",
                                "" + port,
                                "-t",
                                "hello/world",
                                "-q",
                                "1",
                                "-m",
                                "hi"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void aNewcomerHasTlsInAMinute() throws Exception {
        Answer answer = make();
        assertThat(answer.err()).isEmpty();
        assertThat(answer.code()).isZero();
        try (GodwitServer server = GodwitServer.start(printed(answer.out()))) {
            int port = Objects.requireNonNull(server.addresses().get("tls")).getPort();
            assertThat(mosquitto(port, "--cafile", file("ca.pem"))).isZero();
            assertThat(
                            mosquitto(
                                    port,
                                    "--cafile",
                                    file("ca.pem"),
                                    "--cert",
                                    file("client.pem"),
                                    "--key",
                                    file("client.key")))
                    .isZero();
            assertThat(mosquitto(port, "--cafile", "/etc/ssl/certs/ca-certificates.crt"))
                    .isNotZero();
            assertThat(mosquitto(port)).isNotZero();
        }
    }

    /** As a process, which must not be told by this one's streams. */
    private String doctor(int port, String... further) throws Exception {
        try (Programs programs = new Programs(directory)) {
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Main.class.getName(),
                                    "doctor",
                                    "-p",
                                    "" + port));
            command.addAll(List.of(further));
            return String.join("\n", programs.start(command.toArray(String[]::new)).rest());
        }
    }

    @Test
    void doctorSaysWhatTlsIsSpokenAndHowLong() throws Exception {
        try (GodwitServer server = GodwitServer.start(printed(make().out()))) {
            int port = Objects.requireNonNull(server.addresses().get("tls")).getPort();
            assertThat(doctor(port, "--cafile", file("ca.pem")))
                    .containsPattern("ok +TLS +TLSv1.3, TLS_AES_")
                    .containsPattern("ok +certificate +CN=.*, [0-9]+ days until it ends")
                    .containsPattern("ok +QoS 2 ");
            assertThat(doctor(port, "--tls-use-os-certs")).containsPattern("fail +connection ");
        }
    }

    @Test
    void keysAreTheirOwnersAlone() throws Exception {
        assertThat(make("--host", "broker.example.org", "--host", "192.0.2.7").out())
                .contains("localhost, 127.0.0.1, ::1, 192.0.2.7, broker.example.org")
                .contains("godwit sub -h broker.example.org -p 8883 --cafile");
        for (String name : DevelopmentCertificates.FILES) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(Path.of(file(name)))))
                    .isEqualTo(name.endsWith(".key") ? "rw-------" : "rw-r--r--");
        }
        try (var files = Files.list(directory.resolve("c"))) {
            assertThat(files).hasSize(DevelopmentCertificates.FILES.size());
        }
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        Files.createDirectories(directory.resolve("c"));
        Files.writeString(Path.of(file("server.key")), "precious");
        Answer answer = make();
        assertThat(answer.code()).isEqualTo(Main.ERROR);
        assertThat(answer.err()).contains("server.key is there already").contains("--dir");
        assertThat(Path.of(file("server.key"))).hasContent("precious");
        assertThat(Path.of(file("ca.pem"))).doesNotExist();
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThat(make("--host", "a,b").err()).contains("--host takes a name or an address");
        assertThat(execute("cert").err()).contains("godwit cert dev");
        assertThat(execute("cert", "dev", "--dir", "/proc/nowhere").err())
                .contains("No certificates were made");
    }
}

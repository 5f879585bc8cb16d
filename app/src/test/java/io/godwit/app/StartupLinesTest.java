package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.server.Recovered;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.Persistence;
import io.godwit.server.configuration.Persistence.Durability;
import io.godwit.server.configuration.Persistence.Mode;
import io.godwit.transport.Endpoint;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.NettyTransport;
import io.godwit.transport.ProxySettings;
import io.godwit.transport.TlsSettings;
import io.godwit.transport.TlsSettings.ClientCertificates;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartupLinesTest {

    @TempDir private Path directory = Path.of("");

    private static List<String> lines(
            Mode mode, Durability durability, @Nullable Recovered recovered) {
        return StartupLines.of(
                Configuration.defaults()
                        .withDataDir(Path.of("/d"))
                        .withPersistence(new Persistence(mode, durability, 0, Duration.ZERO)),
                Map.of("tcp", new InetSocketAddress("127.0.0.1", 1883)),
                null,
                recovered);
    }

    @Test
    void theyTellWhatEachListenerIs() {
        TlsSettings tls =
                TlsSettings.of(Path.of("server.pem"), Path.of("server.key"))
                        .withClients(
                                ClientCertificates.REQUIRED, List.of(Path.of("ca")), List.of());
        Configuration configuration =
                Configuration.defaults()
                        .withListeners(
                                List.of(
                                        ListenerSettings.tcp("safe", "0.0.0.0", 0).withTls(tls),
                                        ListenerSettings.tcp("tcp", "0.0.0.0", 0)
                                                .withProxy(new ProxySettings(List.of())),
                                        new ListenerSettings(
                                                "local",
                                                new Endpoint.Unix(
                                                        Path.of("/run/x"), "rw-rw----", null, null),
                                                null,
                                                null,
                                                null)));
        List<String> lines =
                StartupLines.of(
                        configuration,
                        Map.of(
                                "safe", new InetSocketAddress("127.0.0.1", 8883),
                                "tcp", new InetSocketAddress("127.0.0.1", 1884)),
                        null,
                        null);
        assertThat(lines)
                .contains(
                        "  safe: MQTT 3.1, 3.1.1 and 5.0 on 127.0.0.1:8883, with TLS 1.2 and 1.3 by "
                                + NettyTransport.tlsProvider()
                                + ", clients' certificates required",
                        "  tcp: MQTT 3.1, 3.1.1 and 5.0 on 127.0.0.1:1884, behind a proxy that says"
                                + " where clients are",
                        "  local: MQTT 3.1, 3.1.1 and 5.0 on /run/x (rw-rw----)")
                .anyMatch(
                        line -> // no command says where it is, as a proxy does
                        line.contains(
                                        "godwit sub -p 8883 --cafile CA_CERTIFICATE --cert CERTIFICATE"
                                                + " --key KEY -t"))
                .noneMatch(line -> line.contains("-p 1884"));
    }

    @Test
    void theyTellWhatCanBeTried() throws Exception {
        String anonymous = "authentication.anonymous = true\n";
        assertThat(linesOf(anonymous))
                .anyMatch(line -> line.contains("Try it: godwit sub -p 1 -t 'hello/#'"));
        assertThat(linesOf("authentication.password-file = /p"))
                .anyMatch(line -> line.contains("sub -p 1 -u USER -P PASSWORD -t"));
        assertThat(linesOf("")).noneMatch(line -> line.contains("Try it"));
        assertThat(
                        linesOf(
                                anonymous
                                        + "listeners.tcp { proxy-protocol = true, proxy-trusted = [\"10.0.0.1\"] }"))
                .noneMatch(line -> line.contains("Try it"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DURABLE | PROCESS | durable (process: survives a crash of the process) in /d/store",
                "DURABLE | POWER | durable (power: survives a crash of the process and a loss of"
                        + " power) in /d/store",
                "MEMORY | POWER | memory (a restart loses sessions, queues and retained messages)"
            })
    void theyTellWhatIsKept(Mode mode, Durability durability, String text) {
        assertThat(lines(mode, durability, null)).contains("  persistence: " + text);
    }

    @Test
    void theyTellWhatWasRecovered() {
        Recovered recovered = new Recovered(3, 4_000_000_000L, 5, 0, Duration.ofMillis(6));
        assertThat(lines(Mode.DURABLE, Durability.PROCESS, recovered))
                .contains(
                        "  recovered 3 sessions, 4000000000 queued and 5 retained messages in 6 ms")
                .noneMatch(line -> line.contains("DAMAGED"));
    }

    @Test
    void theyTellWhoMayConnect() throws Exception {
        assertThat(linesOf(""))
                .contains("  Nobody may connect yet.")
                .anyMatch(line -> line.startsWith("  Nobody can connect: "));
        assertThat(linesOf("authentication.anonymous = true"))
                .contains(
                        "  Anyone who reaches these ports may connect, with or without a user name.");
        String passwords = "authentication.password-file = /p\n";
        assertThat(linesOf(passwords))
                .contains("  Who may connect: passwords (/p).")
                .noneMatch(line -> line.contains("Nobody"));
        assertThat(linesOf(passwords + "listeners.tcp { type = tcp, anonymous = true }"))
                .contains(
                        "  Anyone who reaches these ports may connect as nobody in particular; as"
                                + " somebody: passwords (/p).");
        assertThat(
                        linesOf(
                                passwords
                                        + "listeners { a { type = tcp, anonymous = true }, tcp { port = 0 } }"))
                .contains(
                        "  Anyone who reaches listener a may connect as nobody in particular; as"
                                + " somebody: passwords (/p).");
    }

    private List<String> linesOf(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("godwit.conf"), text);
        Configuration configuration = Configuration.load(file, Map.of());
        Map<String, InetSocketAddress> addresses = new HashMap<>();
        configuration
                .listeners()
                .forEach(it -> addresses.put(it.name(), new InetSocketAddress("127.0.0.1", 1)));
        return StartupLines.of(configuration, addresses, null, null);
    }

    @Test
    void theyTellWhatIsLost() {
        Recovered recovered = new Recovered(3, 4, 5, 7, Duration.ofMillis(6));
        assertThat(lines(Mode.DURABLE, Durability.PROCESS, recovered))
                .anyMatch(line ->
                        line.contains("DAMAGED: 7 records") && line.contains("/d/quarantine"));
    }
}

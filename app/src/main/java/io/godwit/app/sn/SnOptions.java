package io.godwit.app.sn;

import io.godwit.gateway.sn.PreSharedKeys;
import io.godwit.gateway.sn.SnSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What both commands take: where and as whom they connect. */
final class SnOptions {

    private static final int LAST_NUMBER = 65_535;

    @Option(
            names = {"-h", "--host"},
            paramLabel = "HOST",
            description = "The gateway (${DEFAULT-VALUE}).")
    private String host = "localhost";

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Its UDP port (1884; with DTLS 8883).")
    private @Nullable Integer port;

    @Option(
            names = {"-i", "--id"},
            paramLabel = "ID",
            description = "The client identifier; another one each time unless it is said.")
    private @Nullable String id;

    @Option(
            names = {"-c", "--disable-clean-session"},
            description = "Goes on with the session that the broker has, and leaves it behind.")
    private boolean keepsSession;

    @Option(
            names = {"-k", "--keepalive"},
            paramLabel = "SECONDS",
            description = "Keep alive (${DEFAULT-VALUE}); 0 for none.")
    private int keepAlive = 60;

    @Option(
            names = "--retry",
            paramLabel = "SECONDS",
            description = "How long it waits for an answer (${DEFAULT-VALUE}).")
    private int retry = 5;

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "How often it then asks again (${DEFAULT-VALUE}).")
    private int retries = 3;

    @Option(
            names = "--psk-file",
            paramLabel = "FILE",
            description =
                    "DTLS, with a pre-shared key: a file with lines IDENTITY:KEY in hexadecimal.")
    private @Nullable Path pskFile;

    @Option(
            names = "--psk-identity",
            paramLabel = "IDENTITY",
            description = "Whose key of that file it has.")
    private @Nullable String pskIdentity;

    @Option(
            names = "--will-topic",
            paramLabel = "TOPIC",
            description = "Where the broker publishes if this client is lost.")
    private @Nullable String willTopic;

    @Option(names = "--will-payload", paramLabel = "TEXT", description = "What it publishes.")
    private String willPayload = "";

    @Option(names = "--will-qos", paramLabel = "QOS", description = "0, 1 or 2.")
    private int willQos;

    @Option(names = "--will-retain", description = "The will is retained.")
    private boolean willRetain;

    @Option(
            names = {"-d", "--debug"},
            description = "Says each message that is sent or comes.")
    private boolean debug;

    @Option(names = "--help", usageHelp = true, description = "Shows this and ends.")
    private boolean help;

    /** Finds what is out of its range. */
    void check(CommandSpec spec) {
        inRange(spec, "--port", port(), 1, LAST_NUMBER);
        inRange(spec, "--keepalive", keepAlive, 0, LAST_NUMBER);
        inRange(spec, "--retry", retry, 1, LAST_NUMBER);
        inRange(spec, "--retries", retries, 0, LAST_NUMBER);
        inRange(spec, "--will-qos", willQos, 0, 2);
        if ((pskFile == null) != (pskIdentity == null)) {
            throw new ParameterException(
                    spec.commandLine(), "DTLS takes --psk-file and --psk-identity");
        }
        if (id != null && id.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--id is empty; MQTT-SN has no empty client identifiers");
        }
        if (id == null && keepsSession) {
            throw new ParameterException(
                    spec.commandLine(),
                    "A session that is kept takes --id, by which it is found again");
        }
    }

    /** Finds a number that is out of its range. */
    static void inRange(CommandSpec spec, String option, int number, int least, int most) {
        if (number < least || number > most) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s is %d; it takes %d to %d".formatted(option, number, least, most));
        }
    }

    /** A way to the gateway, on which nothing has been said. */
    SnConnection open(CommandSpec spec) throws IOException {
        return new SnConnection(
                link(),
                Duration.ofSeconds(retry),
                retries,
                message -> {
                    if (debug) {
                        spec.commandLine().getErr().println(message);
                    }
                });
    }

    boolean isEncrypted() {
        return pskFile != null;
    }

    private int port() {
        return port != null ? port : isEncrypted() ? SnSettings.DTLS_PORT : SnSettings.PORT;
    }

    private SnLink link() throws IOException {
        if (pskFile == null || pskIdentity == null) {
            return new UdpLink(host, port());
        }
        SecretKey key = PreSharedKeys.read(pskFile).key(pskIdentity);
        if (key == null) {
            throw new IOException(pskFile + ": has no key of " + pskIdentity);
        }
        return new DtlsLink(host, port(), pskIdentity, key);
    }

    /** Connects. */
    void connect(SnConnection connection) throws IOException {
        connection.connect(clientId(), !keepsSession, keepAlive, will());
    }

    private SnConnection.@Nullable Will will() {
        return willTopic == null
                ? null
                : new SnConnection.Will(
                        willTopic,
                        willPayload.getBytes(StandardCharsets.UTF_8),
                        willQos,
                        willRetain);
    }

    private String clientId() {
        return id == null ? "godwit-%08x".formatted(ThreadLocalRandom.current().nextInt()) : id;
    }
}

package io.godwit.app.sn;

import io.godwit.app.messages.Streams;
import io.godwit.gateway.sn.codec.SnTopic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit sn pub}. */
@Command(
        name = "pub",
        description = {
            "Publishes as a device does.",
            "The topic is registered first, unless it has two characters, which stand for themselves,"
                    + " or is predefined."
        })
final class SnPub implements Callable<Integer> {

    private final Streams streams;

    @Mixin private SnOptions options = new SnOptions();

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            description = "The topic name.")
    private @Nullable String topic;

    @Option(
            names = "--predefined",
            paramLabel = "N",
            description = "The predefined identifier of the topic, instead of its name.")
    private @Nullable Integer predefined;

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            description =
                    "-1, 0 (the default), 1 or 2. With -1 it does not connect, and nobody answers.")
    private int qos;

    @Option(
            names = {"-r", "--retain"},
            description = "The message is retained.")
    private boolean retain;

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "The message; without it, all of the standard input.")
    private @Nullable String message;

    @Option(
            names = {"-l", "--stdin-line"},
            description = "Each line of the standard input is a message.")
    private boolean byLine;

    @Spec private CommandSpec spec = CommandSpec.create();

    SnPub() {
        this(Streams.ofTheProcess());
    }

    SnPub(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        check();
        try (SnConnection connection = options.open(spec)) {
            if (qos < 0) {
                publish(connection, withoutConnection());
            } else {
                options.connect(connection);
                publish(connection, name(connection));
                connection.disconnect();
            }
            return 0;
        } catch (IOException failure) {
            spec.commandLine().getErr().println(failure.getMessage());
            return SnCommand.ERROR;
        }
    }

    private void check() {
        options.check(spec);
        SnOptions.inRange(spec, "--qos", qos, -1, 2);
        if (predefined != null) {
            SnOptions.inRange(spec, "--predefined", predefined, 1, SnTopic.LAST_ID);
        }
        if ((topic == null) == (predefined == null)) {
            throw wrong("Say one topic, by -t NAME or by --predefined N");
        }
        if (topic != null && (topic.isEmpty() || topic.matches(".*[+#].*"))) {
            throw wrong("-t takes the name of a topic, which has no + and no #");
        }
        if (message != null && byLine) {
            throw wrong("The message is -m TEXT or -l, not both");
        }
        if (qos < 0 && options.isEncrypted()) {
            throw wrong("QoS -1 is without a connection, and so without DTLS");
        }
        if (qos < 0
                && topic != null
                && !SnTopic.Short.fits(topic.getBytes(StandardCharsets.UTF_8))) {
            throw wrong(
                    "Without a connection (QoS -1) a topic has two characters or is --predefined");
        }
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }

    private SnTopic withoutConnection() {
        return topic == null || predefined != null
                ? predefined()
                : SnTopic.Short.of(topic.getBytes(StandardCharsets.UTF_8));
    }

    private SnTopic name(SnConnection connection) throws IOException {
        return topic == null ? predefined() : connection.topic(topic);
    }

    private SnTopic predefined() {
        return new SnTopic.Predefined(predefined == null ? 0 : predefined);
    }

    private void publish(SnConnection connection, SnTopic to) throws IOException {
        if (message != null) {
            connection.publish(to, qos, retain, message.getBytes(StandardCharsets.UTF_8));
        } else if (byLine) {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(streams.in(), StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                connection.publish(to, qos, retain, line.getBytes(StandardCharsets.UTF_8));
            }
        } else {
            connection.publish(to, qos, retain, streams.in().readAllBytes());
        }
    }
}

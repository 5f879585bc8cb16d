package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code godwit ctl trace} against the real process. */
@Timeout(300)
class TraceCommandTest {

    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

    @TempDir private Path folder = Path.of("");
    private Programs programs = new Programs(folder);

    @AfterEach
    void endAll() throws InterruptedException {
        programs.close();
    }

    /** A broker, a subscriber that is there, and a trace that began before it. */
    private Running traced(String... options) throws Exception {
        programs = new Programs(folder);
        String data = folder.resolve("data").toString();
        Running broker = programs.broker(Path.of(data));
        Matcher port = PORT.matcher(String.join("\n", broker.until("tcp: MQTT")));
        assertThat(port.find()).isTrue();
        broker.until("Try it");
        List<String> trace =
                new ArrayList<>(
                        List.of(
                                Programs.GODWIT,
                                "ctl",
                                "trace",
                                "--for",
                                "8s",
                                "--data-dir",
                                data));
        trace.addAll(List.of(options));
        Running running = programs.start(trace.toArray(String[]::new));
        // Until the trace has begun, connections come and go unseen.
        List<String> sub =
                List.of(
                        "sh",
                        "-c",
                        "while kill -0 %d 2>/dev/null; do '%s' pub -p %s -i seen -t a/b -q 1 -m hello; done"
                                .formatted(running.process.pid(), Programs.GODWIT, port.group(1)));
        programs.start(sub.toArray(String[]::new));
        return running;
    }

    @Test
    void saysWhatComesAndGoes() throws Exception {
        Running trace = traced("--client", "seen");
        trace.until("seen -> CONNECT");
        trace.until("seen <- CONNACK");
        assertThat(trace.until("seen -> PUBLISH").getLast())
                .contains("'a/b', QoS 1, packet 1, 5 bytes");
        trace.until("seen <- PUBACK");
        assertThat(trace.exitCode()).isZero();
    }

    @Test
    void wiresharkReadsWhatItWrites() throws Exception {
        Path file = folder.resolve("trace.pcapng");
        Running trace = traced("--topic", "a/+", "--pcapng", file.toString());
        assertThat(trace.exitCode()).isZero();
        Running tshark =
                programs.start(
                        "tshark",
                        "-r",
                        file.toString(),
                        "-T",
                        "fields",
                        "-e",
                        "mqtt.topic",
                        "-e",
                        "mqtt.msg");
        assertThat(tshark.rest()).contains("a/b\t68656c6c6f");
    }
}

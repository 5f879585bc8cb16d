package io.godwit.transport;

import static io.godwit.transport.FrameClient.echo;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that runs out of file descriptors goes on, says why, and recovers. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DescriptorsTest {

    private static final int DESCRIPTORS = 120;

    private static final Pattern TIMES = Pattern.compile("(\\d+) times since this was last logged");

    /** The process with few descriptors: prints its port, and ends with its input. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws IOException {
            SocketKind kind = SocketKind.valueOf(arguments[0]);
            NettyTransport transport = new NettyTransport(1, 100_000, kind);
            Shard shard = new Shard(0, transport.loops().getFirst(), Time.SYSTEM, new Random(1));
            transport.attach(List.of(shard));
            Listener listener =
                    transport.listen(
                            ListenerSettings.tcp("few", "127.0.0.1", 0),
                            (wire, on, _) -> new EchoConnection(wire));
            System.out.println(listener.address().getPort());
            int end = System.in.read();
            transport.stop(Duration.ofSeconds(5));
            System.exit(end < 0 ? 0 : 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void itGoesOnAndRecovers(SocketKind kind) throws Exception {
        Process process = start(kind);
        try (BufferedReader output = reader(process)) {
            InetSocketAddress address =
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), Integer.parseInt(output.readLine()));
            List<FrameClient> clients = new ArrayList<>();
            FrameClient first = new FrameClient(address);
            expectEcho(first);
            for (int i = 0; i < DESCRIPTORS; i++) { // the system takes them; the process cannot
                clients.add(new FrameClient(address));
            }
            String line = output.readLine();
            while (!line.contains("last logged")) {
                line = output.readLine();
            }
            assertThat(line).contains("Too many open files").contains("ulimit -n");
            expectEcho(first);
            for (int i = 0; i < 3; i++) { // each a second after the other
                Matcher times = TIMES.matcher(line);
                assertThat(times.find()).isTrue();
                assertThat(Integer.parseInt(times.group(1))).as(line).isLessThanOrEqualTo(50);
                line = output.readLine();
            }
            FrameClient last = clients.getLast();
            for (FrameClient client : clients.subList(0, DESCRIPTORS - 1)) {
                client.close();
            }
            expectEcho(last);
            expectEcho(first);
            last.close();
            first.close();
            process.getOutputStream().close();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void expectEcho(FrameClient client) throws IOException {
        client.send(echo("still there"));
        assertThat(client.readText()).isEqualTo("still there");
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static Process start(SocketKind kind) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n " + DESCRIPTORS + " && exec \"$@\"",
                        "sh",
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dorg.slf4j.simpleLogger.log.io.godwit.transport=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName(),
                        kind.name())
                .redirectErrorStream(true)
                .start();
    }
}

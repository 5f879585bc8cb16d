package io.godwit.app.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session that the server has kept, whose first message comes at once behind CONNACK. */
@Timeout(120)
class ResumedSessionTest {

    private static final byte[] SESSION_PRESENT_AND_A_MESSAGE = {
        0x20, 2, 1, 0, 0x30, 4, 0, 1, 'a', 'x'
    };

    private final AtomicInteger subscribed = new AtomicInteger();

    /** Serves one client after the other, each until DISCONNECT; packets below 128 bytes. */
    private void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                InputStream in = client.getInputStream();
                OutputStream out = client.getOutputStream();
                for (int first = in.read(); first > 0 && first != 0xE0; first = in.read()) {
                    byte[] rest = in.readNBytes(in.read());
                    if (first == 0x10) {
                        out.write(SESSION_PRESENT_AND_A_MESSAGE);
                    } else if (first == 0x82) {
                        subscribed.incrementAndGet();
                        out.write(new byte[] {(byte) 0x90, 3, rest[0], rest[1], 0});
                    }
                }
            } catch (IOException gone) {
                continue; // the next one, if the socket is open
            }
        }
    }

    @Test
    void subSubscribesThoughItHasItsMessageAlready() throws Exception {
        int runs = 300;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread serving = Thread.ofPlatform().start(() -> serve(server));
            List<String> words =
                    List.of(
                            "-t",
                            "a",
                            "-C",
                            "1",
                            "-c",
                            "-i",
                            "c",
                            "-V",
                            "311",
                            "-h",
                            "127.0.0.1",
                            "-p",
                            "" + server.getLocalPort());
            assertThat(IntStream.range(0, runs))
                    .allSatisfy(_ -> {
                        Ended ended = Ended.ofGodwit("sub", words, new byte[0]);
                        assertThat(ended.code()).isZero();
                        assertThat(ended.out()).isEqualTo("x\n");
                    });
            server.close();
            serving.join();
        }
        assertThat(subscribed).hasValue(runs);
    }
}

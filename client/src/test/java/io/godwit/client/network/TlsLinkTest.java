package io.godwit.client.network;

import static io.godwit.client.network.Opened.readText;
import static io.godwit.client.network.Opened.write;
import static io.godwit.client.network.ScriptedServer.awaitEnd;
import static io.godwit.client.network.TlsFixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with servers of the JDK and of OpenSSL. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsLinkTest {

    private static final int LOAD = 16_000_000;

    private TlsFixture fixture;

    @BeforeAll
    void makeCertificates(@TempDir Path directory) throws Exception {
        fixture = new TlsFixture(directory);
    }

    private static void echo(Socket socket) throws IOException {
        socket.getInputStream().transferTo(socket.getOutputStream());
    }

    private static <T> CompletableFuture<T> run(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        result.complete(work.call());
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                });
        return result;
    }

    private static long checkStream(InputStream in, long seed) throws IOException {
        Random expected = new Random(seed);
        byte[] block = new byte[10_000];
        for (int i = 0; i < LOAD / block.length; i++) {
            byte[] wanted = new byte[block.length];
            expected.nextBytes(wanted);
            assertThat(in.readNBytes(block, 0, block.length)).isEqualTo(block.length);
            assertThat(block).isEqualTo(wanted);
        }
        return LOAD;
    }

    private static long writeStream(OutputStream out, long seed) throws IOException {
        Random random = new Random(seed);
        byte[] block = new byte[10_000];
        for (int i = 0; i < LOAD / block.length; i++) {
            random.nextBytes(block);
            out.write(block);
        }
        return LOAD;
    }

    private static InputStream in(Link link, int room) {
        return new InputStream() {
            private final ByteBuffer buffer = ByteBuffer.allocate(room).limit(0);

            @Override
            public int read() throws IOException {
                return fill() ? buffer.get() & 0xFF : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (!fill()) {
                    return -1;
                }
                int count = Math.min(length, buffer.remaining());
                buffer.get(into, offset, count);
                return count;
            }

            private boolean fill() throws IOException {
                if (!buffer.hasRemaining()) {
                    int count = link.read(buffer.clear());
                    buffer.flip();
                    return count > 0;
                }
                return true;
            }
        };
    }

    private static OutputStream out(Link link) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                link.write(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    /** Both sides write without end in sight and read at the same time, each on two threads. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothDirectionsGoAtOnce(String protocol) throws Exception {
        try (ScriptedServer server =
                        fixture.server(
                                "server",
                                socket -> {
                                    var read = run(() -> checkStream(socket.getInputStream(), 1));
                                    var written =
                                            run(() -> writeStream(socket.getOutputStream(), 2));
                                    read.get(60, TimeUnit.SECONDS);
                                    written.get(60, TimeUnit.SECONDS);
                                    awaitEnd(socket);
                                });
                TlsLink link = open(server, fixture.trusting().protocols(protocol))) {
            assertThat(link.session().getProtocol()).isEqualTo(protocol);
            int room = protocol.equals("TLSv1.2") ? 1_000 : 100_000;
            var read = run(() -> checkStream(in(link, room), 2));
            var written = run(() -> writeStream(out(link), 1));
            assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(LOAD);
            assertThat(written.get(60, TimeUnit.SECONDS)).isEqualTo(LOAD);
            link.close();
            server.awaitScript();
        }
    }

    /** After a KeyUpdate that asks for one in return each side reads what the other writes. */
    @Test
    void keysAreUpdatedOnTheWay() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        Process server =
                new ProcessBuilder(
                                ("openssl s_server -accept 127.0.0.1:%d -cert server.pem -key server.key"
                                                + " -tls1_3 -naccept 1")
                                        .formatted(port)
                                        .split(" "))
                        .directory(fixture.certificates.directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        try (var said = server.inputReader();
                var commands = server.outputWriter()) {
            await(said, "ACCEPT");
            Link link =
                    Links.open(
                            ServerAddress.parse("mqtts://127.0.0.1:" + port),
                            Opened.settings(fixture.trusting()));
            for (int i = 0; i < 3; i++) {
                commands.write("K\n");
                commands.flush();
                // Once it has this it has read the command, and a line of its own can follow.
                write(link, "before " + i + "\n");
                await(said, "before " + i);
                commands.write("after update " + i + "\n");
                commands.flush();
                assertThat(readText(link, 15)).isEqualTo("after update " + i + "\n");
                write(link, "seen " + i + "\n");
                await(said, "seen " + i);
            }
            link.close();
        } finally {
            server.destroy();
        }
    }

    private static void await(BufferedReader said, String line) throws IOException {
        for (String next = said.readLine(); !line.equals(next); next = said.readLine()) {
            if (next == null) {
                throw new IOException("the server has ended before it said: " + line);
            }
        }
    }

    @Test
    void theServersEndIsTheEnd() throws Exception {
        try (ScriptedServer server = fixture.server("server", socket -> echoOnce(socket));
                Link link = open(server, fixture.trusting())) {
            write(link, "x");
            assertThat(readText(link, 1)).isEqualTo("x");
            assertThat(link.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(link.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    private static void echoOnce(Socket socket) throws IOException {
        socket.getOutputStream().write(socket.getInputStream().read());
    }

    /** A server of the JDK sees the difference between an end and a connection that was cut. */
    @Test
    void closingTellsTheServer() throws Exception {
        try (ScriptedServer server =
                fixture.server(
                        "server",
                        socket -> assertThat(socket.getInputStream().read()).isEqualTo(-1))) {
            open(server, fixture.trusting()).close();
            server.awaitScript();
        }
    }

    @Test
    void closingEndsReaderAndWriter() throws Exception {
        CompletableFuture<Void> over = new CompletableFuture<>();
        try (ScriptedServer server =
                fixture.server(
                        "server",
                        socket -> {
                            ((SSLSocket) socket).startHandshake();
                            over.get(60, TimeUnit.SECONDS);
                        })) {
            TlsLink link = open(server, fixture.trusting());
            var read = run(() -> link.read(ByteBuffer.allocate(1)));
            var written =
                    run(() -> {
                        while (true) {
                            link.write(ByteBuffer.allocate(1 << 20));
                        }
                    });
            link.close();
            assertThatThrownBy(() -> read.get(30, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> written.get(30, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(IOException.class);
            over.complete(null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "b.test"})
    void namesTheServerInSni(String name) throws Exception {
        CompletableFuture<List<?>> names = new CompletableFuture<>();
        try (ScriptedServer server =
                        fixture.server(
                                name.equals("localhost") ? "server" : "other",
                                socket -> {
                                    SSLSocket tls = (SSLSocket) socket;
                                    tls.startHandshake();
                                    names.complete(
                                            ((ExtendedSSLSession) tls.getSession())
                                                    .getRequestedServerNames());
                                    awaitEnd(socket);
                                });
                Link link = open(server, fixture.trusting().serverName(name))) {
            assertThat(names.get(30, TimeUnit.SECONDS)).isEqualTo(List.of(new SNIHostName(name)));
            assertThat(link.peer()).startsWith("localhost");
        }
    }

    @Test
    void offersApplicationProtocolsOnlyIfAsked() throws Exception {
        try (ScriptedServer server =
                fixture.server(
                        "server",
                        parameters -> parameters.setApplicationProtocols(new String[] {"mqtt"}),
                        TlsLinkTest::echo)) {
            try (TlsLink link = open(server, fixture.trusting())) {
                assertThat(link.applicationProtocol()).isEmpty();
            }
            try (TlsLink link = open(server, fixture.trusting().alpn("x", "mqtt"))) {
                assertThat(link.applicationProtocol()).isEqualTo("mqtt");
            }
            assertThatThrownBy(() -> open(server, fixture.trusting().alpn("x")))
                    .hasMessageContaining("[x] (ALPN)");
        }
    }

    @Test
    void saysThatTheServerDoesNotSpeakTls() throws Exception {
        try (ScriptedServer server =
                new ScriptedServer(socket -> {
                    ScriptedServer.send(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");
                    awaitEnd(socket);
                })) {
            assertThatThrownBy(() -> open(server, fixture.trusting()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("mqtts://localhost:" + server.port())
                    .hasMessageContaining("does not speak TLS")
                    .hasMessageContaining("mqtt://");
        }
    }

    @Test
    void saysThatTheServerClosesAtOnce() throws Exception {
        try (ScriptedServer server =
                new ScriptedServer(socket -> socket.getInputStream().readNBytes(50))) {
            assertThatThrownBy(() -> open(server, fixture.trusting()))
                    .isInstanceOf(IOException.class)
                    .satisfiesAnyOf(
                            it ->
                                    assertThat(it)
                                            .hasMessageContaining(
                                                    "closed the connection before TLS"),
                            it -> // with bytes that it has not read, its end is a reset
                            assertThat(it).hasMessageContaining("agreeing on TLS"));
        }
    }

    @Test
    void aFailureKeepsItsCause() throws Exception {
        try (ScriptedServer server = fixture.server("server", TlsLinkTest::echo)) {
            assertThatThrownBy(() -> open(server, TlsSettings.DEFAULT))
                    .hasRootCauseInstanceOf(Exception.class)
                    .isNotInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(LinkProblem.class);
        }
    }
}

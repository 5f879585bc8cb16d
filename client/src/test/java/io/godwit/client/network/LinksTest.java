package io.godwit.client.network;

import static io.godwit.client.network.Opened.PLAIN;
import static io.godwit.client.network.Opened.readText;
import static io.godwit.client.network.Opened.write;
import static io.godwit.client.network.ScriptedServer.awaitEnd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links over sockets, and how the making of one ends. */
@Timeout(60)
class LinksTest {

    private static void echo(Socket socket) throws IOException {
        socket.getInputStream().transferTo(socket.getOutputStream());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void carriesBytesOverTcp(String host) throws Exception {
        try (ScriptedServer server = new ScriptedServer(LinksTest::echo);
                Link link =
                        Links.open(
                                ServerAddress.parse("mqtt://" + host + ":" + server.port()),
                                PLAIN)) {
            write(link, "hello");
            assertThat(readText(link, 5)).isEqualTo("hello");
            assertThat(link.peer()).isEqualTo(host + ":" + server.port());
        }
    }

    @Test
    void carriesBytesOverAUnixDomainSocket(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("it.sock");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path));
            try (Link link = Links.open(ServerAddress.parse("unix://" + path), PLAIN);
                    SocketChannel server = listener.accept()) {
                write(link, "hello");
                ByteBuffer in = ByteBuffer.allocate(5);
                while (in.hasRemaining()) {
                    server.read(in);
                }
                server.write(in.flip());
                assertThat(readText(link, 5)).isEqualTo("hello");
            }
        }
    }

    @Test
    void aBufferMayBeLargerThanWhatGoesAtOnce() throws Exception {
        byte[] sent = new byte[1_000_000];
        Arrays.setAll(sent, i -> (byte) (i * 31));
        try (ScriptedServer server = new ScriptedServer(LinksTest::echo);
                Link link = Links.open(server.address("mqtt"), PLAIN)) {
            ByteBuffer out = ByteBuffer.wrap(sent).position(7).limit(sent.length - 3);
            Thread writer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            link.write(out);
                                        } catch (IOException failure) {
                                            link.close();
                                        }
                                    });
            assertThat(Opened.read(link, sent.length - 10))
                    .isEqualTo(Arrays.copyOfRange(sent, 7, sent.length - 3));
            writer.join();
            assertThat(out.hasRemaining()).isFalse();
        }
    }

    @Test
    void aServerThatClosesEndsReading() throws Exception {
        try (ScriptedServer server = new ScriptedServer(socket -> {});
                Link link = Links.open(server.address("mqtt"), PLAIN)) {
            assertThat(link.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void closingEndsAReader() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::awaitEnd)) {
            Link link = Links.open(server.address("mqtt"), PLAIN);
            CountDownLatch reading = new CountDownLatch(1);
            CompletableFuture<Integer> read = new CompletableFuture<>();
            Thread.ofVirtual()
                    .start(
                            () -> {
                                reading.countDown();
                                try {
                                    read.complete(link.read(ByteBuffer.allocate(1)));
                                } catch (IOException failure) {
                                    read.completeExceptionally(failure);
                                }
                            });
            reading.await();
            link.close();
            link.close();
            assertThatThrownBy(() -> read.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("closed on this side");
            assertThatThrownBy(() -> write(link, "x")).hasMessageContaining("closed on this side");
        }
    }

    @Test
    void closingEndsAWriterThatTheServerDoesNotListenTo() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(socket -> closed.await())) {
            Link link = Links.open(server.address("mqtt"), PLAIN);
            CompletableFuture<Void> written =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    while (true) {
                                        link.write(ByteBuffer.allocate(1 << 20));
                                    }
                                } catch (IOException failure) {
                                    throw new UncheckedIOException(failure);
                                }
                            });
            link.close();
            assertThatThrownBy(() -> written.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("closed on this side");
            closed.countDown();
        }
    }

    @Test
    void saysThatNothingListens() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = unused.getLocalPort();
        }
        assertThatThrownBy(() -> Links.open(ServerAddress.parse("mqtt://127.0.0.1:" + port), PLAIN))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("mqtt://127.0.0.1:" + port + ": no connection to 127.0.0.1")
                .hasMessageContaining("refused")
                .hasMessageContaining("is the server running");
    }

    @Test
    void saysThatAHostIsUnknown() {
        ServerAddress nowhere = ServerAddress.parse("mqtt://there-is-no-such-host.invalid");
        assertThatThrownBy(() -> Links.open(nowhere, PLAIN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no address is known")
                .hasMessageContaining("there-is-no-such-host.invalid");
    }

    @Test
    void saysThatASocketIsNotThere(@TempDir Path directory) {
        Path path = directory.resolve("none.sock");
        assertThatThrownBy(() -> Links.open(ServerAddress.parse("unix://" + path), PLAIN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("is the server running");
    }

    @Test
    void hasOneDeadlineOverAll() throws Exception {
        try (ScriptedServer silent = new ScriptedServer(ScriptedServer::awaitEnd)) {
            for (String scheme : List.of("mqtts", "ws", "wss")) {
                assertThatThrownBy(
                                () ->
                                        Links.open(
                                                silent.address(scheme),
                                                Opened.within(Duration.ofMillis(200))))
                        .isInstanceOf(SocketTimeoutException.class)
                        .hasMessageContaining("200 ms")
                        .hasMessageContaining(scheme.equals("ws") ? "WebSocket" : "TLS");
            }
            silent.awaitScript(); // its socket was closed
        }
    }

    @Test
    void interruptingEndsAnAttempt() throws Exception {
        CountDownLatch accepted = new CountDownLatch(1);
        try (ScriptedServer silent =
                new ScriptedServer(
                        socket -> {
                            accepted.countDown();
                            awaitEnd(socket);
                        })) {
            CompletableFuture<Link> opened = new CompletableFuture<>();
            AtomicBoolean stillInterrupted = new AtomicBoolean();
            Thread opener =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            opened.complete(
                                                    Links.open(silent.address("mqtts"), PLAIN));
                                        } catch (IOException failure) {
                                            stillInterrupted.set(
                                                    Thread.currentThread().isInterrupted());
                                            opened.completeExceptionally(failure);
                                        }
                                    });
            accepted.await();
            opener.interrupt();
            assertThatThrownBy(() -> opened.get(30, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(InterruptedIOException.class);
            assertThat(stillInterrupted).isTrue();
            silent.awaitScript();
        }
    }

    @Test
    void usesALocalAddress() throws Exception {
        CompletableFuture<InetAddress> from = new CompletableFuture<>();
        try (ScriptedServer server =
                        new ScriptedServer(socket -> from.complete(socket.getInetAddress()));
                Link link = Links.open(server.address("mqtt"), Opened.from("127.0.0.2"))) {
            assertThat(from.get(30, TimeUnit.SECONDS).getHostAddress()).isEqualTo("127.0.0.2");
            assertThat(link.peer()).startsWith("localhost");
        }
    }

    @Test
    void saysThatALocalAddressIsNotOfThisMachine() {
        assertThatThrownBy(
                        () ->
                                Links.open(
                                        ServerAddress.parse("mqtt://127.0.0.1"),
                                        Opened.from("192.0.2.1")))
                .hasMessageContaining("192.0.2.1")
                .hasMessageContaining("one of this machine");
        assertThatThrownBy(
                        () ->
                                Links.open(
                                        ServerAddress.parse("mqtt://127.0.0.1"),
                                        Opened.from("::1")))
                .hasMessageContaining("of another kind");
    }

    @Test
    void triesTheKindsOfAddressesInTurn() {
        InetAddress[] addresses =
                List.of("::1", "::2", "::3", "127.0.0.1", "127.0.0.2").stream()
                        .map(InetAddress::ofLiteral)
                        .toArray(InetAddress[]::new);
        assertThat(HostAddresses.alternating(addresses))
                .extracting(InetAddress::getHostAddress)
                .containsExactly(
                        "0:0:0:0:0:0:0:1",
                        "127.0.0.1",
                        "0:0:0:0:0:0:0:2",
                        "127.0.0.2",
                        "0:0:0:0:0:0:0:3");
    }

    @Test
    void anOpenedLinkOutlivesItsDeadline() throws Exception {
        try (ScriptedServer server = new ScriptedServer(LinksTest::echo)) {
            Duration timeout = Duration.ofMillis(500);
            long begun = System.nanoTime();
            Link link = Links.open(server.address("mqtt"), Opened.within(timeout));
            await().until(() -> System.nanoTime() - begun > timeout.toNanos());
            write(link, "hello");
            assertThat(readText(link, 5)).isEqualTo("hello");
            link.close();
        }
    }
}

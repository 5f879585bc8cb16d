package io.godwit.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.admin.http.Caller;
import io.godwit.admin.http.HttpLimits;
import io.godwit.admin.http.HttpServer;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients of the port can make it hold, and that others are served meanwhile. */
@Timeout(60)
class AdminPortLimitsTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    /** More than the buffers of a connection take, and more than half of what may be on its way. */
    private static final byte[] LARGE = new byte[20_000_000];

    private static final String LARGE_PLEASE = "GET /large HTTP/1.1\r\nHost: x\r\n\r\n";

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable it : opened.reversed()) {
            it.close();
        }
    }

    private static HttpLimits limits(int bodies, int connections) {
        return new HttpLimits(8_192, 16_384, 64, 65_536, bodies, connections, 2, LONG, LONG);
    }

    private InetSocketAddress open(HttpLimits limits) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        socket.bind(new InetSocketAddress("127.0.0.1", 0));
        InetSocketAddress address = (InetSocketAddress) socket.getLocalAddress();
        Routes routes =
                new Routes()
                        .add("GET", "/small", _ -> Response.ok(Map.of()))
                        .add("GET", "/large", _ -> Response.bytes("text/plain", LARGE))
                        .add(
                                "POST",
                                "/count",
                                request -> Response.ok(Map.of("bytes", request.body().length)));
        opened.add(
                HttpServer.start(
                        socket, AdminPortLimitsTest::callerOf, () -> null, routes, limits));
        return address;
    }

    private static @Nullable Caller callerOf(SocketChannel client) {
        try {
            InetSocketAddress from = (InetSocketAddress) client.getRemoteAddress();
            return new Caller(null, Role.ADMIN, from.toString(), from.getAddress());
        } catch (IOException gone) {
            return null;
        }
    }

    private RawClient client(String from, InetSocketAddress to) throws IOException {
        RawClient client = RawClient.connect(from, to);
        opened.add(client);
        return client;
    }

    private RawClient client(InetSocketAddress to) throws IOException {
        return client("127.0.0.1", to);
    }

    @Test
    void whoOpensManyConnectionsLosesThemFirst() throws Exception {
        InetSocketAddress port = open(limits(131_072, 4));
        RawClient operator = client(port);
        assertThat(operator.get("/small").answer().status()).isEqualTo(200);
        List<RawClient> many = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            many.add(client("127.0.0.2", port));
        }
        assertThat(many.getFirst().isClosed()).isTrue();
        assertThat(operator.get("/small").answer().status()).isEqualTo(200);
        assertThat(client(port).get("/small").answer().status()).isEqualTo(200);
    }

    @Test
    void largeAnswersAreBoundedTogether() throws Exception {
        InetSocketAddress port = open(limits(8_000_000, 16));
        RawClient slow = client(port).get("/large"); // and reads nothing
        await().until(() -> statusOf(LARGE_PLEASE, port).equals("503"));
        assertThat(client(port).get("/small").answer().status()).isEqualTo(200);
        slow.close();
        await().until(() -> statusOf(LARGE_PLEASE, port).equals("200"));
    }

    private static String statusOf(String request, InetSocketAddress port) throws IOException {
        try (RawClient client = RawClient.connect("127.0.0.1", port)) {
            return client.send(request).head().split(" ", -1)[1];
        }
    }

    @Test
    void bodiesAreBoundedTogether() throws IOException {
        InetSocketAddress port = open(limits(100_000, 16));
        String head = "POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n";
        String whole = head + " ".repeat(60_000);
        RawClient slow = client(port).send(head);
        await().until(() -> statusOf(whole, port).equals("503"));
        assertThat(slow.send(" ".repeat(60_000)).answer().body()).isEqualTo("{\"bytes\":60000}");
        await().until(() -> statusOf(whole, port).equals("200"));
    }

    @Test
    void aLargeAnswerArrivesWhole() throws IOException {
        RawClient client = client(open(limits(8_000_000, 16))).get("/large");
        assertThat(client.answer().body().getBytes(UTF_8)).hasSameSizeAs(LARGE);
    }
}

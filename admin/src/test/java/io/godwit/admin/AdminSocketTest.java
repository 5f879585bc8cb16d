package io.godwit.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.admin.http.Handler;
import io.godwit.admin.http.HttpLimits;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Routes;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AdminSocketTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private static final HttpLimits PATIENT =
            new HttpLimits(4_096, 16_384, 64, 65_536, 3, LONG, LONG);

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private final List<AutoCloseable> opened = new ArrayList<>();

    @TempDir private Path directory = Path.of("");
    private Path path = directory;

    @BeforeEach
    void choosePath() {
        path = directory.resolve("godwit.sock");
    }

    @AfterEach
    void closeAll() throws Exception {
        left.countDown();
        for (AutoCloseable it : opened.reversed()) {
            it.close();
        }
    }

    private Handler handler() {
        return new Routes()
                .add("GET", "/a", _ -> Response.ok(Map.of("it", "a")))
                .add("POST", "/a", request -> Response.ok(Map.of("got", request.body().length)))
                .add(
                        "GET",
                        "/bug",
                        _ -> {
                            throw new IllegalStateException("planted");
                        })
                .add(
                        "GET",
                        "/slow",
                        _ -> {
                            entered.countDown();
                            awaitLeave();
                            return Response.ok(Map.of());
                        });
    }

    private void awaitLeave() {
        try {
            left.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private AdminSocket open(HttpLimits limits) throws IOException {
        AdminSocket socket = AdminSocket.open(path, handler(), limits);
        opened.add(socket);
        return socket;
    }

    private RawClient client() throws IOException {
        RawClient client = RawClient.connect(path);
        opened.add(client);
        return client;
    }

    @Test
    void requestsOfAConnectionAreAnsweredInTurn() throws IOException {
        open(PATIENT);
        RawClient client = client();
        client.get("/a").post("/a", "12345").get("/nothing").get("/a"); // none waits for the other
        assertThat(client.answer().body()).isEqualTo("{\"it\":\"a\"}");
        assertThat(client.answer().body()).isEqualTo("{\"got\":5}");
        assertThat(client.answer().status()).isEqualTo(404);
        RawClient.Answer last = client.answer();
        assertThat(last.status()).isEqualTo(200);
        assertThat(last.head()).contains("Content-Type: application/json\r\n", "Date: ");
        client.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(client.answer().head()).contains("Connection: close");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void headIsAnsweredAsGetWithoutTheBody() throws IOException {
        open(PATIENT);
        RawClient client = client().send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(client.head())
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Content-Length: 10\r\n", "Content-Type: application/json\r\n");
        assertThat(client.get("/a").answer().body()).isEqualTo("{\"it\":\"a\"}");
        client.send("HEAD /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 404 ").contains("Connection: close\r\n");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void aMethodThatThePathHasNotIsAnsweredWithThoseItHas() throws IOException {
        open(PATIENT);
        RawClient.Answer answer = client().send("PUT /a HTTP/1.1\r\nHost: x\r\n\r\n").answer();
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.head()).contains("Allow: GET, HEAD, POST\r\n");
    }

    @Test
    void aMalformedRequestIsAnsweredAndEndsItsConnectionOnly() throws IOException {
        open(PATIENT);
        RawClient other = client();
        RawClient client = client().send("nonsense\r\n");
        assertThat(client.answer().status()).isEqualTo(400);
        client.close();
        assertThat(other.get("/a").answer().status()).isEqualTo(200);
    }

    @Test
    void aClientThatGoesOnSendingStillSeesWhyItIsRefused() throws IOException {
        open(PATIENT);
        RawClient client =
                client().send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n")
                        .send("x".repeat(900_000));
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.head()).contains("Connection: close");
    }

    @Test
    void aBugIsAnsweredWithoutItsDetails() throws IOException {
        open(PATIENT);
        RawClient client = client();
        RawClient.Answer answer = client.get("/bug").answer();
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).contains("error").doesNotContain("planted");
        assertThat(client.get("/a").answer().status()).isEqualTo(200);
    }

    @Test
    void oneConnectionTooManyTakesThePlaceOfTheOneThatWaitsLongest() throws Exception {
        open(PATIENT);
        List<RawClient> silent = List.of(client(), client(), client());
        assertThat(client().get("/a").answer().status()).isEqualTo(200);
        assertThat(silent.getFirst().isClosed()).isTrue();
        assertThat(silent.get(1).get("/a").answer().status()).isEqualTo(200);
        assertThat(silent.getLast().get("/a").answer().status()).isEqualTo(200);
    }

    @Test
    void nobodyLosesAConnectionThatIsAtWork() throws Exception {
        open(new HttpLimits(4_096, 16_384, 64, 65_536, 1, LONG, LONG));
        RawClient busy = client().get("/slow");
        entered.await();
        RawClient second = client();
        assertThat(second.answer().status()).isEqualTo(503);
        assertThat(second.isClosed()).isTrue();
        left.countDown();
        assertThat(busy.answer().status()).isEqualTo(200);
        assertThat(busy.get("/a").answer().status()).isEqualTo(200);
    }

    @Test
    void aSlowRequestEndsItsConnection() throws IOException {
        open(new HttpLimits(4_096, 16_384, 64, 65_536, 3, Duration.ofMillis(50), LONG));
        assertThat(client().send("GET /a HTT").isClosed()).isTrue();
    }

    @Test
    void anIdleConnectionIsClosed() throws IOException {
        open(new HttpLimits(4_096, 16_384, 64, 65_536, 3, LONG, Duration.ofMillis(50)));
        assertThat(client().isClosed()).isTrue();
    }

    @Test
    void theHandlerMayTakeItsTime() throws Exception {
        Duration brief = Duration.ofSeconds(2); // enough for whoever does not wait
        open(new HttpLimits(4_096, 16_384, 64, 65_536, 3, brief, brief));
        RawClient slow = client().get("/slow");
        entered.await();
        assertThat(client().isClosed()).isTrue(); // so the time of the other has passed as well
        left.countDown();
        assertThat(slow.answer().status()).isEqualTo(200);
    }

    @Test
    void closingEndsAllConnectionsAndRemovesTheFile() throws Exception {
        AdminSocket socket = open(PATIENT);
        RawClient idle = client();
        assertThat(idle.get("/a").answer().status()).isEqualTo(200);
        RawClient busy = client().get("/slow");
        entered.await();
        socket.close();
        assertThat(idle.isClosed()).isTrue();
        assertThat(busy.isClosed()).isTrue();
        assertThat(path).doesNotExist();
        assertThatThrownBy(this::client).isInstanceOf(SocketException.class);
        socket.close();
    }

    @Test
    void onlyTheOwnerMayOpenTheFile() throws IOException {
        open(PATIENT);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void onlyTheOwnerAndRootAreServed() throws IOException {
        var users = directory.getFileSystem().getUserPrincipalLookupService();
        var root = users.lookupPrincipalByName("root");
        var owner = users.lookupPrincipalByName("daemon");
        var other = users.lookupPrincipalByName("nobody");
        assertThat(AdminSocket.isAllowed(owner, owner)).isTrue();
        assertThat(AdminSocket.isAllowed(root, owner)).isTrue();
        assertThat(AdminSocket.isAllowed(other, owner)).isFalse();
        assertThat(AdminSocket.isAllowed(other, root)).isFalse();
    }

    @Test
    void theSocketOfAKilledProcessIsReplaced() throws IOException {
        try (var left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        open(PATIENT);
        assertThat(client().get("/a").answer().status()).isEqualTo(200);
    }

    @Test
    void whatIsNoSocketIsLeftAlone() throws IOException {
        Files.writeString(path, "precious");
        assertThatThrownBy(() -> open(PATIENT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("is no socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void aPathThatIsTooLongIsSaidClearly() throws IOException {
        path = Files.createDirectory(directory.resolve("x".repeat(100))).resolve("godwit.sock");
        assertThatThrownBy(() -> open(PATIENT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("its path has " + path.toString().length() + " bytes")
                .hasMessageContaining("shorter");
    }

    @Test
    void aDirectoryThatIsNotThereIsSaidClearly() {
        path = directory.resolve("missing/godwit.sock");
        assertThatThrownBy(() -> open(PATIENT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("must be able to make sockets in");
    }
}

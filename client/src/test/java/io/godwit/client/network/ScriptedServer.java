package io.godwit.client.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server on loopback that takes connections, and does with each what a test says. */
final class ScriptedServer implements AutoCloseable {

    private final ServerSocket listener;
    private final CompletableFuture<Void> first = new CompletableFuture<>();

    /** What is done with a connection, which is closed afterwards. */
    interface Script {
        void with(Socket socket) throws Exception;
    }

    ScriptedServer(Script script) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")), script);
    }

    /** With a socket of another kind. */
    ScriptedServer(ServerSocket listener, Script script) {
        this.listener = listener;
        Thread.ofVirtual().start(() -> accept(script));
    }

    private void accept(Script script) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> run(script, socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void run(Script script, Socket socket) {
        try (socket) {
            script.with(socket);
            first.complete(null);
        } catch (Exception | AssertionError failure) {
            first.completeExceptionally(failure);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    ServerAddress address(String scheme) {
        return ServerAddress.parse(scheme + "://localhost:" + port());
    }

    /** Waits until the script has run once, and fails as it has failed. */
    void awaitScript() throws ExecutionException, InterruptedException, TimeoutException {
        first.get(30, TimeUnit.SECONDS);
    }

    /** Reads a head in HTTP, up to the empty line. */
    static String readHead(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("the client closed after: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Waits until the client has closed. */
    static void awaitEnd(Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                // what it says does not matter
            }
        } catch (IOException reset) {
            // that is an end, too
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}

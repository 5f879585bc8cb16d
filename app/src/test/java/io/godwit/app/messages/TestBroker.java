package io.godwit.app.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.access.authentication.PasswordFileEditor;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * A broker in this process: {@code tcp} and {@code unix} for everybody, {@code locked} for alice
 * with the password secret, and so are user-1 and user-2; carl is for SCRAM; {@code qos-0} has no
 * other QoS. Nobody may publish or subscribe below {@code forbidden}.
 */
final class TestBroker implements AutoCloseable {

    private final GodwitServer server;
    private final Path socket;

    TestBroker(Path directory) throws Exception {
        this(directory, 0);
    }

    /** A broker with a port of its own for {@code tcp}. */
    TestBroker(Path directory, int port) throws Exception {
        Files.createDirectories(directory);
        socket = directory.resolve("s");
        Path passwords = directory.resolve("passwd");
        PasswordFileEditor editor = PasswordFileEditor.create(passwords);
        for (String user : new String[] {"alice", "user-1", "user-2"}) {
            editor.set(user, "secret".getBytes(UTF_8), PasswordFileEditor.Kind.SHA512);
        }
        editor.set("carl", "secret".getBytes(UTF_8), PasswordFileEditor.Kind.SCRAM_SHA_256);
        editor.write();
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file,
                """
                data-dir = "%s"
                event-loops = 1
                sys-interval = 1 s
                persistence.mode = memory
                authentication.password-file = "%s"
                authorization.rules = [
                  { deny = [publish, subscribe], filter = "forbidden/#" }
                  { allow = all, filter = "#" }
                  { allow = subscribe, filter = "$SYS/#" }
                ]
                protection.flapping.connects = 1000000
                listeners {
                  tcp { type = tcp, bind = "127.0.0.1", port = %d, anonymous = true }
                  locked { type = tcp, bind = "127.0.0.1", port = 0, anonymous = false }
                  qos-0 { type = tcp, bind = "127.0.0.1", port = 0, anonymous = true, limits.maximum-qos = 0 }
                  ws { type = websocket, bind = "127.0.0.1", port = 0, anonymous = true }
                  unix { type = unix, path = "%s", anonymous = true }
                }
                """
                        .formatted(directory.resolve("data"), passwords, port, socket));
        server =
                GodwitServer.start(
                        Configuration.load(file, Map.of("GODWIT_ADMIN__ENABLED", "false")));
    }

    int port() {
        return port("tcp");
    }

    int port(String listener) {
        return Objects.requireNonNull(server.addresses().get(listener)).getPort();
    }

    Path socket() {
        return socket;
    }

    /** A port at which nobody listens. */
    static int closedPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return taken.getLocalPort();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}

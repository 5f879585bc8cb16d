package io.godwit.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.control.ReloadPlan;
import io.godwit.broker.control.ReloadPlan.Change;
import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.reload.ConfigurationSource;
import io.godwit.transport.TestAuthority;
import io.godwit.transport.TestAuthority.Issued;
import io.godwit.transport.TlsClients;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running broker whose clients' authority or revocation list is replaced. */
@Timeout(120)
class ReloadedTlsTest {

    private static final int V3 = 4;
    private static final int V5 = 5;
    private static final byte[] PING_REQ = {(byte) 0xC0, 0};
    private static final int PING_RESP = 0xD0;
    private static final int DISCONNECT = 0xE0;
    private static final byte NOT_AUTHORIZED = (byte) 0x87;

    private final Path directory;
    private final TestAuthority servers;
    private final TestAuthority devices;
    private final Path volume;
    private ConfigurationSource source =
            new ConfigurationSource(null, null, null, Map.of("GODWIT_ADMIN__ENABLED", "false"));
    private GodwitServer server;

    ReloadedTlsTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        servers = new TestAuthority(directory, "servers");
        devices = new TestAuthority(directory, "devices");
        volume = Files.createDirectory(directory.resolve("volume"));
    }

    /** What clients are held to stands in a volume as Kubernetes makes it. */
    @BeforeEach
    void start() throws Exception {
        Path version = version("1", devices);
        Files.createSymbolicLink(volume.resolve("..data"), version.getFileName());
        for (String name : new String[] {"ca.pem", "crl.pem"}) {
            Files.createSymbolicLink(volume.resolve(name), Path.of("..data", name));
        }
        source =
                new ConfigurationSource(
                        write(""),
                        null,
                        directory.resolve("data"),
                        Map.of("GODWIT_ADMIN__ENABLED", "false"));
        var loaded = source.load();
        server = GodwitServer.start(loaded.configuration());
        server.follow(source, loaded);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path write(String more) throws Exception {
        Path certificate = directory.resolve("servers").resolve("localhost.pem");
        Issued own =
                Files.exists(certificate)
                        ? new Issued(certificate, certificate.resolveSibling("localhost.key"))
                        : servers.server("localhost");
        return Files.writeString(
                directory.resolve("godwit.conf"),
                """
                persistence.mode = memory
                event-loops = 2
                authentication.anonymous = true
                listeners.tls {
                  type = tls, bind = "127.0.0.1", port = 0
                  certificate = "%s", key = "%s"
                  client-certificate = required, client-ca = "%s", crl = "%s"
                }
                """
                                .formatted(
                                        own.certificate(),
                                        own.key(),
                                        volume.resolve("ca.pem"),
                                        volume.resolve("crl.pem"))
                        + more);
    }

    /** A directory of the volume with an authority and what it has revoked until now. */
    private Path version(String name, TestAuthority authority) throws Exception {
        Path version = Files.createDirectory(volume.resolve("..version_" + name));
        Files.copy(authority.certificate, version.resolve("ca.pem"));
        Files.copy(authority.revocationList(), version.resolve("crl.pem"));
        return version;
    }

    /** As the kubelet does it: all files change at once. */
    private void swap(String name, TestAuthority authority) throws Exception {
        Path next = volume.resolve("..data_tmp");
        Files.createSymbolicLink(next, version(name, authority).getFileName());
        Files.move(next, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private ReloadPlan plan() throws IOException, ConfigurationProblems {
        return server.plan(source.load().configuration());
    }

    /** A client that has connected; it is told soon if it is refused, or never. */
    private final class Client implements AutoCloseable {

        private final SSLSocket socket;
        private final DataInputStream in;

        Client(Issued shown, int version) throws Exception {
            InetSocketAddress address = requireNonNull(server.addresses().get("tls"));
            socket =
                    new TlsClients(servers.certificate, shown)
                            .handshake(new Socket(address.getAddress(), address.getPort()));
            socket.setSoTimeout(60_000);
            in = new DataInputStream(socket.getInputStream());
            String properties = version == V5 ? "\0" : "";
            send(
                    ("\0\4MQTT" + (char) version + "\2\0\74" + properties + "\0\0")
                            .getBytes(US_ASCII));
            assertThat(read()).startsWith(0x20, 0, 0);
        }

        private void send(byte[] connect) throws IOException {
            byte[] packet = new byte[2 + connect.length];
            packet[0] = 0x10;
            packet[1] = (byte) connect.length;
            System.arraycopy(connect, 0, packet, 2, connect.length);
            socket.getOutputStream().write(packet);
        }

        /** The first byte of a packet, and behind it what follows its length. */
        byte[] read() throws IOException {
            int type = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            if (length > 127) {
                length = (length & 127) + 128 * in.readUnsignedByte();
            }
            byte[] packet = new byte[1 + length];
            packet[0] = (byte) type;
            in.readFully(packet, 1, length);
            return packet;
        }

        void expectService() throws IOException {
            socket.getOutputStream().write(PING_REQ);
            assertThat(read()).containsExactly(PING_RESP);
        }

        void expectDisconnect() throws IOException {
            assertThat(read()).startsWith(DISCONNECT, NOT_AUTHORIZED);
            expectEnd();
        }

        void expectEnd() throws IOException {
            assertThat(in.read()).isEqualTo(-1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private void expectRefusal(Issued shown) {
        assertThatThrownBy(() -> new Client(shown, V5).close()).isInstanceOf(IOException.class);
    }

    @Test
    void anotherAuthorityEndsTheClientsOfTheOneBefore() throws Exception {
        Issued old = devices.client("old");
        TestAuthority others = new TestAuthority(directory, "others");
        Issued later = others.client("later");
        expectRefusal(later);
        try (Client client = new Client(old, V5);
                Client version3 = new Client(old, V3)) {
            swap("2", others);
            assertThat(plan().effect()).isEqualTo("disconnects 2 clients, revokes 0 subscriptions");
            client.expectService();
            ReloadPlan plan = server.reload("test");
            assertThat(plan.disconnects()).isEqualTo(2);
            assertThat(plan.changes())
                    .extracting(Change::key)
                    .containsExactly("listeners.tls.client-ca", "listeners.tls.crl");
            client.expectDisconnect();
            version3.expectEnd();
        }
        expectRefusal(old);
        try (Client client = new Client(later, V5)) {
            client.expectService();
        }
    }

    @Test
    void aListThatRevokesACertificateEndsItsClientsAndNoOthers() throws Exception {
        Issued stays = devices.client("stays");
        Issued goes = devices.client("goes");
        try (Client staying = new Client(stays, V5);
                Client going = new Client(goes, V5)) {
            devices.revoke(goes);
            swap("2", devices);
            assertThat(plan().effect()).isEqualTo("disconnects 1 client, revokes 0 subscriptions");
            ReloadPlan plan = server.reload("test");
            assertThat(plan.disconnects()).isEqualTo(1);
            assertThat(plan.changes()).extracting(Change::key).containsExactly("listeners.tls.crl");
            going.expectDisconnect();
            staying.expectService();
        }
        expectRefusal(goes);
        try (Client again = new Client(stays, V5)) {
            again.expectService();
        }
    }

    @Test
    void aSwappedVolumeIsReloadedWhenItsFilesAreWatched() throws Exception {
        Issued stays = devices.client("stays");
        Issued goes = devices.client("goes");
        write("reload.watch = true\n");
        server.reload("begins to watch");
        try (Client staying = new Client(stays, V5);
                Client going = new Client(goes, V5)) {
            devices.revoke(goes);
            swap("2", devices);
            going.expectDisconnect();
            staying.expectService();
        }
        expectRefusal(goes);
    }

    @Test
    void aListThatIsNoneChangesNothing() throws Exception {
        Issued stays = devices.client("stays");
        try (Client staying = new Client(stays, V5)) {
            Path version = version("2", devices);
            Files.writeString(version.resolve("crl.pem"), "nonsense\n");
            Path next = Files.createSymbolicLink(volume.resolve("..next"), version.getFileName());
            Files.move(next, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
            assertThatThrownBy(() -> server.reload("test")).hasMessageContaining("crl.pem");
            staying.expectService();
        }
    }
}

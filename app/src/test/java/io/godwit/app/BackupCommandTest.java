package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.admin.AdminApi;
import io.godwit.admin.AdminSocket;
import io.godwit.admin.Audit;
import io.godwit.broker.control.Bans;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.durable.StoreFormat;
import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import io.godwit.store.rocksdb.Durability;
import io.godwit.store.rocksdb.Options;
import io.godwit.store.rocksdb.RocksDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code godwit ctl backup} and a real socket, with a broker behind it that only copies a file. */
@Timeout(60)
class BackupCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path directory = Path.of("");
    private Path socket = directory;

    private final BrokerControl broker =
            new BrokerControl() {
                @Override
                public String version() {
                    return "1";
                }

                @Override
                public Backup backup(Path to) throws IOException {
                    if (Files.exists(to)) {
                        throw new Refusal(to + " is not empty");
                    }
                    Files.writeString(Files.createDirectory(to).resolve("x"), "four");
                    return new Backup(1, 4, Duration.ofMillis(5));
                }

                @Override
                public Bans bans() {
                    throw new AssertionError("nothing here is about bans");
                }
            };

    @BeforeEach
    void choosePath() {
        socket = directory.resolve("godwit.sock");
    }

    private int execute(String... words) {
        CommandLine godwit = GodwitCommand.commandLine();
        godwit.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return godwit.execute(words);
    }

    private int backup(Path to) {
        return execute("ctl", "backup", to.toString(), "--data-dir", directory.toString());
    }

    private void expectRefusal(String... words) {
        assertThat(backup(directory.resolve("to"))).isEqualTo(1);
        assertThat(err.toString()).contains(words);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void itSaysWhatWasCopiedAndHowLongItTook() throws IOException {
        Path to = directory.resolve("an \u00e9").resolve("..").resolve("to");
        try (AdminSocket _ = AdminSocket.open(socket, AdminApi.of(broker), Audit.to(null))) {
            assertThat(backup(to)).isZero();
        }
        assertThat(out.toString().strip())
                .isEqualTo(
                        "Backed up to %s: 1 files with 4 bytes, in 5 ms."
                                .formatted(directory.resolve("to")));
        assertThat(directory.resolve("to/x")).hasContent("four");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theDirectoryIsResolvedHere() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        try (AdminSocket _ = AdminSocket.open(socket, AdminApi.of(broker), Audit.to(null))) {
            assertThat(backup(Path.of("pom.xml"))).isEqualTo(1);
        }
        assertThat(err.toString().strip())
                .isEqualTo("The broker says: " + here.resolve("pom.xml") + " is not empty");
    }

    @Test
    void aConfigurationTellsTheDataDirectory() throws IOException {
        Path file =
                Files.writeString(
                        directory.resolve("godwit.conf"), "data-dir = \"" + directory + "\"");
        try (AdminSocket _ = AdminSocket.open(socket, AdminApi.of(broker), Audit.to(null))) {
            assertThat(
                            execute(
                                    "ctl",
                                    "backup",
                                    directory.resolve("to").toString(),
                                    "--config",
                                    file.toString()))
                    .isZero();
        }
        assertThat(directory.resolve("to/x")).exists();
        assertThat(execute("ctl", "backup", "to", "--config", directory.resolve("no").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no such file (named by --config)");
    }

    @Test
    void withoutABrokerItSaysHowToNameOne() {
        expectRefusal(
                "No broker is running on " + directory, "there is no " + socket, "--data-dir");
    }

    @Test
    void withoutADataDirectoryItSaysHowToNameOne() throws IOException {
        Files.delete(directory);
        expectRefusal("No broker is running on " + directory, "no such directory", "--data-dir");
        Files.createDirectory(directory);
    }

    @Test
    void theSocketOfAKilledBrokerIsToldAsSuch() throws IOException {
        try (var left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
        expectRefusal("No broker is running on " + directory, "what a killed one left");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SSH-2.0-x\r\n", "HTTP/1.1 200 OK\r\n\r\nhello"})
    void anAnswerThatIsNoneIsToldAsSuch(String answer) throws Exception {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofVirtual().start(() -> answerOnce(server, answer));
            assertThat(backup(directory.resolve("to"))).isEqualTo(1);
        }
        assertThat(err.toString())
                .contains(socket.toString())
                .containsPattern("without an answer|does not answer as|is not in JSON");
    }

    private static void answerOnce(ServerSocketChannel server, String answer) {
        try (SocketChannel client = server.accept()) {
            client.read(ByteBuffer.allocate(1_000));
            client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aBrokerThatDoesNotServeThisUserIsToldAsSuch() throws Exception {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofVirtual().start(() -> closeOnce(server));
            expectRefusal("without an answer", System.getProperty("user.name"));
        }
    }

    private static void closeOnce(ServerSocketChannel server) {
        try {
            server.accept().close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDamagedBackupIsToldAsSuch() throws IOException {
        Path copy = directory.resolve("copy");
        try (RocksDatabase database = RocksDatabase.open(copy, new Options(Durability.PROCESS))) {
            StoreFormat.open(database, format -> directory.resolve("" + format), new Random(1));
            Database.Batch batch = database.batch();
            for (byte i = 0; i < 30; i++) {
                batch.put(Table.RETAINED, new byte[] {'a', i}, new byte[] {1, 2, 3, 4, 5});
            }
            database.write(batch);
        }
        assertThat(execute("ctl", "backup", "--verify", copy.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains(copy + " holds 0 sessions, 0 queued entries,")
                .contains("30 records are DAMAGED", "RETAINED 6100: its checksum is wrong", "...")
                .doesNotContain("Nothing");
    }

    @Test
    void whatIsNoBackupIsToldAsSuch() {
        assertThat(execute("ctl", "backup", "--verify", directory.toString())).isEqualTo(1);
        assertThat(err.toString()).contains(directory + " is no store");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aDirectoryIsNeeded() {
        assertThat(execute("ctl", "backup")).isEqualTo(1);
        assertThat(err.toString()).contains("DIR");
    }
}

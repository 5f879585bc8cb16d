package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code deploy/package} makes, unpacked and started. */
@Timeout(600)
class PackagesTest {

    /** With this option the Java machine ends where it cannot use the AOT cache. */
    private static final String CACHE_OR_NOTHING = "GODWIT_JAVA_OPTS=-XX:AOTMode=on";

    /** Prints what is sent to a socket as systemd has it, a line for each datagram. */
    private static final String LISTEN =
            """
            import socket, sys
            listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            listening.bind(sys.argv[1])
            print("listening", flush=True)
            while True:
                print(listening.recv(4096).decode().replace("\\n", " "), flush=True)
            """;

    private static Path tar = Path.of("");
    private static Path deb = Path.of("");
    private static Path oci = Path.of("");

    @TempDir private Path folder = Path.of("");
    private Programs programs = new Programs(folder);

    @BeforeAll
    static void make(@TempDir Path elsewhere) throws Exception {
        try (Programs programs = new Programs(elsewhere)) {
            String make = Path.of("../deploy/package").toAbsolutePath().normalize().toString();
            Running making = programs.start(make, "tar", "deb", "oci");
            List<String> said = making.rest();
            assertThat(making.exitCode()).as(String.join("\n", said)).isZero();
            tar = made(said, ".tar.gz");
            deb = made(said, ".deb");
            oci = made(said, "-oci.tar");
        }
    }

    private static Path made(List<String> said, String ending) {
        return said.stream()
                .filter(line -> line.startsWith("/") && line.endsWith(ending))
                .map(Path::of)
                .findFirst()
                .orElseThrow();
    }

    @BeforeEach
    void openFolder() {
        programs = new Programs(folder);
    }

    @AfterEach
    void endAll() throws InterruptedException {
        programs.close();
    }

    private String run(String... command) throws Exception {
        Running running = programs.start(command);
        List<String> said = new ArrayList<>(running.rest());
        assertThat(running.exitCode())
                .as("%s: %s", String.join(" ", command), String.join("\n", said))
                .isZero();
        said.removeLast();
        return String.join("\n", said);
    }

    private String unpacked() throws Exception {
        run("tar", "-C", folder.toString(), "-xzf", tar.toString());
        try (var inside = Files.newDirectoryStream(folder, "godwit-*")) {
            return inside.iterator().next().resolve("bin/godwit").toString();
        }
    }

    @Test
    void theArchiveStartsFromItsCacheWhereverItIsUnpacked() throws Exception {
        String said =
                run("env", "-i", "PATH=/usr/bin:/bin", CACHE_OR_NOTHING, unpacked(), "--version");
        assertThat(said).startsWith("godwit ");
    }

    @Test
    void systemdHearsThatItIsReadyAndThatItEnds() throws Exception {
        Path socket = folder.resolve("notify");
        Running systemd = programs.start("python3", "-c", LISTEN, socket.toString());
        systemd.until("listening");
        Running broker =
                programs.start(
                        "env",
                        "-i",
                        "PATH=/usr/bin:/bin",
                        "NOTIFY_SOCKET=" + socket,
                        "GODWIT_LISTENERS__TCP__PORT=0",
                        "GODWIT_ADMIN__ENABLED=false",
                        unpacked(),
                        "--data-dir",
                        folder.resolve("data").toString());
        broker.until("is ready");
        assertThat(systemd.until("READY=1")).containsExactly("READY=1 STATUS=serving");

        broker.process.destroy();
        assertThat(broker.exitCode()).isZero();
        assertThat(systemd.until("STOPPING=1")).containsExactly("STOPPING=1 STATUS=draining");
    }

    @Test
    void theDebianPackageHasAServiceAndAConfigurationThatIsInOrder() throws Exception {
        assertThat(run("dpkg-deb", "-f", deb.toString(), "Package")).isEqualTo("godwit");
        Path root = folder.resolve("root");
        run("dpkg-deb", "-x", deb.toString(), root.toString());
        String godwit = root.resolve("usr/bin/godwit").toString();
        assertThat(run("env", "-i", "PATH=/usr/bin:/bin", CACHE_OR_NOTHING, godwit, "--version"))
                .startsWith("godwit ");
        String configuration = root.resolve("etc/godwit/godwit.conf").toString();
        assertThat(run(godwit, "check", configuration)).contains("in order");
        assertThat(Files.readString(root.resolve("lib/systemd/system/godwit.service")))
                .contains("Type=notify", "ExecStart=/usr/bin/godwit run");
    }

    /** Layers are compressed; what describes them is JSON. */
    private boolean isLayer(Path blob) throws IOException {
        try (var bytes = Files.newInputStream(blob)) {
            return bytes.read() == 0x1F;
        }
    }

    /** Away from all that this machine has but {@code /proc}, as in a container. */
    @Test
    void theImageNeedsNothingBesideItself() throws Exception {
        Path image = Files.createDirectory(folder.resolve("image"));
        run("tar", "-C", image.toString(), "-xf", oci.toString());
        Path root = Files.createDirectory(folder.resolve("root"));
        try (var blobs = Files.newDirectoryStream(image.resolve("blobs/sha256"), this::isLayer)) {
            for (Path layer : blobs) {
                run(
                        "tar",
                        "--warning=no-unknown-keyword",
                        "-C",
                        root.toString(),
                        "-xzf",
                        layer.toString());
            }
        }
        Files.createDirectory(root.resolve("proc"));
        String said =
                run(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--mount",
                        "sh",
                        "-c",
                        "mount --rbind /proc \"$0/proc\" && exec chroot \"$0\" \"$@\"",
                        root.toString(),
                        "/usr/bin/env",
                        "-i",
                        "PATH=/usr/bin:/bin",
                        CACHE_OR_NOTHING,
                        "godwit",
                        "--version");
        assertThat(said).startsWith("godwit ");
    }
}

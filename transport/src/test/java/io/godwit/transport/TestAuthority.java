package io.godwit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority in a directory, run with the openssl command. */
public final class TestAuthority {

    private static final DateTimeFormatter OPENSSL_TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path directory;

    /** Its certificate. */
    public final Path certificate;

    /** Makes its key and its certificate. */
    public TestAuthority(Path parent, String name) throws Exception {
        directory = Files.createDirectories(parent.resolve(name));
        certificate = directory.resolve("ca.pem");
        Files.writeString(directory.resolve("index.txt"), "");
        Files.writeString(directory.resolve("serial"), "1000\n");
        Files.writeString(directory.resolve("crlnumber"), "1000\n");
        Files.writeString(
                directory.resolve("ca.cnf"),
                """
                [ca]
                default_ca = it
                [it]
                dir = .
                database = index.txt
                new_certs_dir = .
                serial = serial
                crlnumber = crlnumber
                certificate = ca.pem
                private_key = ca.key
                default_md = sha256
                default_days = 10
                default_crl_days = 10
                policy = any
                unique_subject = no
                [any]
                commonName = supplied
                """);
        run(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 10"
                        + " -keyout ca.key -out ca.pem -addext keyUsage=critical,keyCertSign,cRLSign"
                        + " -subj",
                "/CN=" + name);
    }

    /** A certificate and its key. */
    public record Issued(Path certificate, Path key) {

        TlsSettings.KeyFiles files() {
            return new TlsSettings.KeyFiles(certificate, key);
        }
    }

    /** For a server with these host names. */
    public Issued server(String... hosts) throws Exception {
        List<String> names = new ArrayList<>();
        for (String host : hosts) {
            names.add("DNS:" + host);
        }
        return issue(
                hosts[0].replace('*', '_'),
                "subjectAltName=" + String.join(",", names) + ",IP:127.0.0.1",
                Instant.now().minus(Duration.ofDays(1)),
                Instant.now().plus(Duration.ofDays(9)));
    }

    /** For a client. */
    public Issued client(String name) throws Exception {
        return client(name, Instant.now().plus(Duration.ofDays(9)));
    }

    /** For a client, valid until then. */
    Issued client(String name, Instant until) throws Exception {
        return issue(
                name,
                "extendedKeyUsage=clientAuth",
                Instant.now().minus(Duration.ofDays(2)),
                until);
    }

    /** With these extensions and dates. */
    Issued issue(String name, String extensions, Instant from, Instant until) throws Exception {
        Files.writeString(directory.resolve(name + ".ext"), extensions + "\n");
        run(
                "req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "
                        + name
                        + ".key -out "
                        + name
                        + ".csr -subj",
                "/CN=" + name);
        run(
                "ca -batch -notext -config ca.cnf -in %s.csr -out %s.pem -extfile %s.ext -startdate %s -enddate %s"
                        .formatted(
                                name,
                                name,
                                name,
                                OPENSSL_TIME.format(from),
                                OPENSSL_TIME.format(until)));
        return new Issued(directory.resolve(name + ".pem"), directory.resolve(name + ".key"));
    }

    /** Takes a certificate back; the next list says so. */
    public void revoke(Issued issued) throws Exception {
        run("ca -config ca.cnf -revoke " + issued.certificate());
    }

    /** What is revoked until now. */
    public Path revocationList() throws Exception {
        run("ca -config ca.cnf -gencrl -out crl.pem");
        return directory.resolve("crl.pem");
    }

    private void run(String arguments, String... last) throws Exception {
        List<String> command = new ArrayList<>(List.of(("openssl " + arguments).split(" ")));
        command.addAll(List.of(last));
        run(directory, command);
    }

    /** Runs a command and expects that it succeeds. */
    static String run(Path directory, List<String> command) throws Exception {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process = start(directory, command, output);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(output);
        assertThat(process.exitValue()).as(command + ": " + said).isZero();
        return said;
    }

    private static Process start(Path directory, List<String> command, Path output)
            throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
    }
}

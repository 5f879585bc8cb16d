package io.godwit.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Makes certificates for development, with the JDK's own keytool. */
final class DevelopmentCertificates {

    /** The files that are made. */
    static final List<String> FILES =
            List.of("ca.pem", "ca.key", "server.pem", "server.key", "client.pem", "client.key");

    /** How long they are valid. */
    static final int DAYS = 365;

    private static final String PASSWORD = "GODWIT_KEYTOOL_PASSWORD";
    private static final int LINE = 64;

    private final Path store;
    private final String password;

    private DevelopmentCertificates(Path store, String password) {
        this.store = store;
        this.password = password;
    }

    /** All hosts that the server's certificate is for, localhost first. */
    static List<String> allHosts(List<String> further) {
        List<String> all = new ArrayList<>(List.of("localhost", "127.0.0.1", "::1"));
        Set<String> others = new TreeSet<>(further);
        all.forEach(others::remove);
        all.addAll(others);
        return all;
    }

    /**
     * Makes them in a directory, for a server that is reached by these hosts beside localhost.
     *
     * @throws IOException if a file is there already, or can't be written
     */
    static void make(Path directory, List<String> hosts) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path work = Files.createTempDirectory(directory, ".making"); // its owner's only
        Path store = work.resolve("store.p12");
        byte[] secret = new byte[24];
        new SecureRandom().nextBytes(secret);
        var maker = new DevelopmentCertificates(store, HexFormat.of().formatHex(secret));
        try {
            maker.generate(
                    "ca",
                    "CN=Godwit development authority",
                    "-ext",
                    "bc:critical=ca:true",
                    "-ext",
                    "ku:critical=keyCertSign,cRLSign");
            maker.generate(
                    "server",
                    "CN=" + (hosts.isEmpty() ? "localhost" : hosts.getFirst()),
                    "-signer",
                    "ca",
                    "-ext",
                    "san=" + names(allHosts(hosts)),
                    "-ext",
                    "ku:critical=digitalSignature",
                    "-ext",
                    "eku=serverAuth");
            maker.generate(
                    "client",
                    "CN=client",
                    "-signer",
                    "ca",
                    "-ext",
                    "ku:critical=digitalSignature",
                    "-ext",
                    "eku=clientAuth");
            maker.write(directory);
        } finally {
            Files.deleteIfExists(store);
            Files.deleteIfExists(work);
        }
    }

    private static String names(List<String> hosts) {
        List<String> names = new ArrayList<>();
        for (String host : hosts) {
            names.add((isAddress(host) ? "ip:" : "dns:") + host);
        }
        return String.join(",", names);
    }

    private static boolean isAddress(String host) {
        try {
            return InetAddress.ofLiteral(host) != null;
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    private void generate(String alias, String name, String... extensions)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-alias", alias, "-dname", name));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-validity", String.valueOf(DAYS), "-startdate", "-1H"));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
        command.addAll(List.of("-storepass:env", PASSWORD));
        command.addAll(List.of(extensions));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(PASSWORD, password);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + said.strip());
        }
    }

    private void write(Path directory) throws IOException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore made = KeyStore.getInstance("PKCS12");
            made.load(in, password.toCharArray());
            for (String alias : List.of("ca", "server", "client")) {
                write(
                        directory.resolve(alias + ".key"),
                        "rw-------",
                        "PRIVATE KEY",
                        made.getKey(alias, password.toCharArray()).getEncoded());
                write(
                        directory.resolve(alias + ".pem"),
                        "rw-r--r--",
                        "CERTIFICATE",
                        made.getCertificate(alias).getEncoded());
            }
        } catch (GeneralSecurityException failure) {
            throw new IOException("what keytool made can't be read: " + failure.getMessage());
        }
    }

    private static void write(Path file, String mode, String label, byte[] content)
            throws IOException {
        String text =
                "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                        .formatted(
                                label,
                                Base64.getMimeEncoder(LINE, new byte[] {'\n'})
                                        .encodeToString(content),
                                label);
        try {
            var permissions =
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
            Files.createFile(file, permissions);
            Files.writeString(file, text, StandardOpenOption.WRITE);
        } catch (FileSystemException failure) {
            throw new IOException(file + " can't be written: " + failure.getMessage(), failure);
        }
    }
}

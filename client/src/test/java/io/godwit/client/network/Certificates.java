package io.godwit.client.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority in a directory and what it has signed, made with the openssl command. */
final class Certificates {

    static final String PASSWORD = "secret";

    private static final String CURVE = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 ";

    final Path directory;

    /** Makes the authority. */
    Certificates(Path directory) throws Exception {
        this.directory = Files.createDirectories(directory);
        openssl(
                "req -x509 "
                        + CURVE
                        + "-nodes -days 10 -keyout ca.key -out ca.pem -subj /CN=authority"
                        + " -addext keyUsage=critical,keyCertSign");
    }

    Path ca() {
        return file("ca.pem");
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** Signs a certificate with these extensions: NAME.pem, NAME.key and NAME.p12. */
    Certificates sign(String name, String extensions, int days) throws Exception {
        return sign(name, CURVE, extensions, days);
    }

    /** Signs a certificate for a client with an RSA key. */
    Certificates signRsa(String name) throws Exception {
        return sign(name, "-newkey rsa:2048 ", "extendedKeyUsage=clientAuth", 5);
    }

    private Certificates sign(String name, String key, String extensions, int days)
            throws Exception {
        Files.writeString(file(name + ".ext"), extensions + "\n");
        openssl("req -new " + key + "-nodes -keyout NAME.key -out NAME.csr -subj /CN=NAME", name);
        openssl(
                "x509 -req -in NAME.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out NAME.pem -extfile NAME.ext -days "
                        + days,
                name);
        openssl(
                "pkcs12 -export -in NAME.pem -inkey NAME.key -name it -out NAME.p12 -passout pass:"
                        + PASSWORD,
                name);
        return this;
    }

    void openssl(String arguments, String name) throws Exception {
        openssl(arguments.replace("NAME", name));
    }

    void openssl(String arguments) throws Exception {
        run(("openssl " + arguments).split(" "));
    }

    /** Runs a command in the directory. */
    void run(String... command) throws Exception {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(List.of(command) + ": " + Files.readString(output));
        }
    }

    /** What a server with one of the certificates needs; it trusts clients of the authority. */
    SSLContext server(String name) throws Exception {
        char[] password = PASSWORD.toCharArray();
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(file(name + ".p12").toFile(), password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust().getTrustManagers(), null);
        return context;
    }

    /** What a client needs that trusts the authority. */
    SSLContext client() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust().getTrustManagers(), null);
        return context;
    }

    private TrustManagerFactory trust() throws Exception {
        Path store = file("trust.p12");
        if (!Files.exists(store)) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
            command.addAll(
                    List.of(
                            ("-importcert -noprompt -alias ca -file ca.pem -storetype PKCS12"
                                            + " -keystore trust.p12 -storepass "
                                            + PASSWORD)
                                    .split(" ")));
            run(command.toArray(String[]::new));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()));
        return trust;
    }
}

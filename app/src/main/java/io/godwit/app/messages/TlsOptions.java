package io.godwit.app.messages;

import io.godwit.client.network.TlsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a command does TLS. */
final class TlsOptions {

    /** Where systems keep the certificates that they trust, in one file. */
    private static final List<Path> SYSTEM_FILES =
            List.of(
                    Path.of("/etc/ssl/certs/ca-certificates.crt"),
                    Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
                    Path.of("/etc/ssl/cert.pem"));

    /** From this version on. */
    private static final Map<String, String[]> VERSIONS =
            Map.of(
                    "tlsv1.3", new String[] {"TLSv1.3"},
                    "tlsv1.2", new String[] {"TLSv1.2", "TLSv1.3"},
                    "tlsv1.1", new String[] {"TLSv1.2", "TLSv1.3"});

    private @Nullable Path ca;
    private boolean system;
    private @Nullable Path certificate;
    private @Nullable Path key;
    private boolean insecure;
    private @Nullable String alpn;
    private String[] versions = {};
    private String[] ciphers = {};

    void addTo(Flags flags) {
        flags.text(
                "FILE",
                value -> authorities(value),
                "PEM file of the certificates to trust.",
                "--cafile");
        flags.text("DIR", value -> authorities(value), "Directory of such files.", "--capath");
        flags.on(
                () -> system = true,
                "Trusts the certificates that the system trusts.",
                "--tls-use-os-certs");
        flags.text(
                "FILE",
                value -> certificate = file(value),
                "PEM file of the client's certificate.",
                "--cert");
        flags.text("FILE", value -> key = file(value), "PEM file of its key.", "--key");
        flags.on(
                () -> insecure = true,
                "Does not compare the server's name with its certificate.",
                "--insecure");
        flags.text(
                "VERSION",
                this::version,
                "tlsv1.2 or tlsv1.3: the oldest version to speak.",
                "--tls-version");
        flags.text(
                "NAMES",
                value -> ciphers = CipherNames.of(value),
                "Cipher suites, by OpenSSL's or the standard's names, with colons between them.",
                "--ciphers");
        flags.text("PROTOCOL", value -> alpn = value, "What to name by ALPN.", "--tls-alpn");
        flags.text(
                "FORM",
                value -> {
                    if (!value.equals("pem")) {
                        throw new WrongUsage("--keyform takes pem: engines are OpenSSL's");
                    }
                },
                "pem: how the key is kept.",
                "--keyform");
        for (String name : new String[] {"--psk", "--psk-identity"}) {
            flags.text(
                    "KEY",
                    _ -> {
                        throw new WrongUsage(
                                "Java has no TLS with pre-shared keys: use certificates, or"
                                        + " mosquitto's commands");
                    },
                    "Refused: Java has no TLS with pre-shared keys.",
                    name);
        }
    }

    private void authorities(String value) throws WrongUsage {
        if (ca != null) {
            throw new WrongUsage(
                    "The certificates to trust are in one place: --cafile or --capath");
        }
        ca = file(value);
    }

    private void version(String value) throws WrongUsage {
        String[] known = VERSIONS.get(value);
        if (known == null) {
            throw new WrongUsage("--tls-version takes tlsv1.2 or tlsv1.3, not " + value);
        }
        versions = known;
    }

    private static Path file(String value) throws WrongUsage {
        Path file = Path.of(value);
        if (!Files.isReadable(file)) {
            throw new WrongUsage("%s can't be read".formatted(file));
        }
        return file;
    }

    /** Whether these options want TLS, whatever the port. */
    boolean areGiven() {
        return ca != null || system;
    }

    /** What the client is to do. */
    TlsSettings settings(TlsSettings usual) throws WrongUsage {
        TlsSettings tls = usual.verifiesHost(!insecure).protocols(versions).ciphers(ciphers);
        if (alpn != null) {
            tls = tls.alpn(alpn);
        }
        if (ca != null) {
            tls = tls.ca(ca);
        } else {
            for (Path file : SYSTEM_FILES) {
                if (Files.isReadable(file)) {
                    tls = tls.ca(file);
                    break;
                }
            }
        }
        if (certificate == null && key == null) {
            return tls;
        }
        if (certificate == null || key == null) {
            throw new WrongUsage("--cert and --key come together");
        }
        return tls.certificate(certificate, key);
    }
}

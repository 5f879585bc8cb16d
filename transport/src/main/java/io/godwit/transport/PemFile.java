package io.godwit.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates, private keys and revocation lists in PEM. */
final class PemFile {

    private static final long LARGEST = 64_000_000;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*+)-----END \\1-----");

    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private final Path file;
    private final String text;

    private record Block(String label, byte[] content) {}

    private PemFile(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    /** Reads a file. */
    static PemFile read(Path file) throws TlsProblem {
        try {
            if (Files.isDirectory(file)) {
                throw new TlsProblem(file, "is a directory, not a file");
            }
            if (Files.size(file) > LARGEST) {
                throw new TlsProblem(file, "is larger than " + LARGEST + " bytes");
            }
            return new PemFile(file, Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException missing) {
            throw new TlsProblem(file, "no such file", missing);
        } catch (AccessDeniedException denied) {
            throw new TlsProblem(file, "permission denied; let the broker's user read it", denied);
        } catch (IOException failure) {
            if (failure instanceof TlsProblem problem) {
                throw problem;
            }
            throw new TlsProblem(file, "can't be read: " + failure.getMessage(), failure);
        }
    }

    /** Its certificates in their order; at least one. */
    List<X509Certificate> certificates() throws TlsProblem {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks()) {
            if (block.label.equals("CERTIFICATE")) {
                certificates.add(certificate(block.content));
            }
        }
        if (certificates.isEmpty()) {
            throw new TlsProblem(
                    file, "has no certificate in PEM, which begins -----BEGIN CERTIFICATE-----");
        }
        return certificates;
    }

    private X509Certificate certificate(byte[] der) throws TlsProblem {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException damaged) {
            throw new TlsProblem(
                    file, "has a certificate that can't be read: " + damaged.getMessage(), damaged);
        }
    }

    /** Its revocation lists; at least one. */
    List<X509CRL> revocationLists() throws TlsProblem {
        List<X509CRL> lists = new ArrayList<>();
        for (Block block : blocks()) {
            if (block.label.equals("X509 CRL")) {
                try {
                    lists.add(
                            (X509CRL)
                                    CertificateFactory.getInstance("X.509")
                                            .generateCRL(new ByteArrayInputStream(block.content)));
                } catch (GeneralSecurityException damaged) {
                    throw new TlsProblem(
                            file,
                            "has a revocation list that can't be read: " + damaged.getMessage(),
                            damaged);
                }
            }
        }
        if (lists.isEmpty()) {
            throw new TlsProblem(
                    file, "has no revocation list in PEM, which begins -----BEGIN X509 CRL-----");
        }
        return lists;
    }

    /** Its private key, in PKCS #8, or in the older forms of RSA and EC. */
    PrivateKey privateKey() throws TlsProblem {
        if (text.contains("-----BEGIN ENCRYPTED PRIVATE KEY") || text.contains(",ENCRYPTED")) {
            throw new TlsProblem(
                    file,
                    "has an encrypted key, and nobody is there to type its password; decrypt it"
                            + " with: openssl pkey -in "
                            + file
                            + " -out NEW_FILE, mode 0600");
        }
        byte[] curve = new byte[0];
        for (Block block : blocks()) {
            switch (block.label) {
                case "PRIVATE KEY" -> {
                    return key(block.content);
                }
                case "RSA PRIVATE KEY" -> {
                    return key(Pkcs8.ofRsa(block.content));
                }
                case "EC PARAMETERS" -> curve = block.content;
                case "EC PRIVATE KEY" -> {
                    return key(ecKey(block.content, curve));
                }
                default -> {} // certificates may be in the same file
            }
        }
        throw new TlsProblem(
                file, "has no private key in PEM, which begins -----BEGIN PRIVATE KEY-----");
    }

    private byte[] ecKey(byte[] content, byte[] curve) throws TlsProblem {
        try {
            return Pkcs8.ofEc(content, curve);
        } catch (IllegalArgumentException damaged) {
            throw new TlsProblem(
                    file, "has a key that can't be read: " + damaged.getMessage(), damaged);
        }
    }

    private PrivateKey key(byte[] pkcs8) throws TlsProblem {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException other) {
                // of another algorithm
            }
        }
        throw new TlsProblem(
                file, "has a key that is not one of " + String.join(", ", KEY_ALGORITHMS));
    }

    private List<Block> blocks() throws TlsProblem {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                byte[] content = Base64.getMimeDecoder().decode(matcher.group(2));
                blocks.add(new Block(matcher.group(1), content));
            } catch (IllegalArgumentException damaged) {
                throw new TlsProblem(
                        file, "has a block " + matcher.group(1) + " that is not Base64", damaged);
            }
        }
        return blocks;
    }
}

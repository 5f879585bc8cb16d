package io.godwit.client.network;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** A file of certificates and keys in PEM (RFC 7468). */
final class PemFile {

    private static final long LARGEST = 16_000_000;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*+)-----END \\1-----");

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private final Path file;
    private final String text;

    private record Block(String label, byte[] content) {}

    private PemFile(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    /** Reads a file of at most 16 MB. */
    static PemFile read(Path file) throws IOException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new LinkProblem(file + ": the file is larger than 16 MB");
            }
            return new PemFile(file, Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException missing) {
            throw new LinkProblem(file + ": there is no such file", missing);
        } catch (LinkProblem problem) {
            throw problem;
        } catch (IOException failure) {
            throw new LinkProblem(
                    "%s: the file can't be read (%s)".formatted(file, failure), failure);
        }
    }

    /** Its certificates in their order, perhaps none. */
    List<X509Certificate> certificates() throws LinkProblem {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks()) {
            if (block.label.equals("CERTIFICATE")) {
                certificates.add(certificate(block.content));
            }
        }
        return certificates;
    }

    private X509Certificate certificate(byte[] der) throws LinkProblem {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException damaged) {
            throw problem("a certificate in it can't be read: " + damaged.getMessage(), damaged);
        }
    }

    /**
     * Its first private key.
     *
     * @param password for one that is encrypted, or null
     */
    PrivateKey privateKey(char @Nullable [] password) throws LinkProblem {
        if (text.contains("Proc-Type: 4,ENCRYPTED")) {
            throw problem(
                    "its key is encrypted in an old way; convert it with: openssl pkcs8 -topk8 -in "
                            + file
                            + " -out NEW_FILE",
                    null);
        }
        byte[] curve = new byte[0];
        for (Block block : blocks()) {
            switch (block.label) {
                case "PRIVATE KEY" -> {
                    return key(block.content);
                }
                case "ENCRYPTED PRIVATE KEY" -> {
                    return key(decrypted(block.content, password));
                }
                case "RSA PRIVATE KEY" -> {
                    return key(Pkcs8.ofRsa(block.content));
                }
                case "EC PARAMETERS" -> curve = block.content;
                case "EC PRIVATE KEY" -> {
                    return key(ec(block.content, curve));
                }
                default -> {} // certificates may be in the same file
            }
        }
        throw problem("it has no private key, which begins -----BEGIN PRIVATE KEY-----", null);
    }

    private byte[] ec(byte[] key, byte[] curve) throws LinkProblem {
        try {
            return Pkcs8.ofEc(key, curve);
        } catch (IllegalArgumentException damaged) {
            throw problem("its key can't be read: " + damaged.getMessage(), damaged);
        }
    }

    private PrivateKey key(byte[] pkcs8) throws LinkProblem {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException _) {
                // perhaps of the next algorithm
            }
        }
        throw problem("its key is damaged, or of none of " + ALGORITHMS, null);
    }

    private byte[] decrypted(byte[] content, char @Nullable [] password) throws LinkProblem {
        if (password == null) {
            throw problem("its key is encrypted: give its password", null);
        }
        PBEKeySpec secret = new PBEKeySpec(password);
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(content);
            // PBES2 (RFC 8018) names the algorithms in its parameters only.
            String algorithm =
                    info.getAlgName().equals("PBES2") || info.getAlgName().startsWith("1.")
                            ? info.getAlgParameters().toString()
                            : info.getAlgName();
            Key key = SecretKeyFactory.getInstance(algorithm).generateSecret(secret);
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
            return info.getKeySpec(cipher).getEncoded();
        } catch (InvalidKeySpecException wrong) {
            throw problem("its key can't be decrypted: is that its password?", wrong);
        } catch (GeneralSecurityException | IOException failure) {
            throw problem(
                    "its key is encrypted in a way that the JDK does not have: "
                            + failure.getMessage(),
                    failure);
        } finally {
            secret.clearPassword();
        }
    }

    private List<Block> blocks() throws LinkProblem {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                byte[] content = Base64.getMimeDecoder().decode(matcher.group(2));
                blocks.add(new Block(matcher.group(1), content));
            } catch (IllegalArgumentException damaged) {
                throw problem("its block " + matcher.group(1) + " is not Base64", damaged);
            }
        }
        return blocks;
    }

    private LinkProblem problem(String what, @Nullable Exception cause) {
        return new LinkProblem(file + ": " + what, cause);
    }
}

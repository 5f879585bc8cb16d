package io.godwit.transport;

import io.godwit.transport.TlsSettings.ClientCertificates;
import io.godwit.transport.TlsSettings.KeyFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a listener's TLS hold, checked as far as it can be without a client.
 *
 * @param certificates those that the listener shows, in the order of the settings
 * @param clients which clients' certificates are admitted; null if none are asked for
 * @param lists the revocation lists, each with its file
 */
record TlsMaterial(
        List<Own> certificates, @Nullable ClientTrust clients, List<RevocationList> lists) {

    /** A certificate with its chain and its key. */
    record Own(Path file, List<X509Certificate> chain, PrivateKey key) {

        X509Certificate certificate() {
            return chain.getFirst();
        }

        ServedCertificate served() {
            return ServedCertificate.of(file, certificate());
        }
    }

    /** A revocation list and its file. */
    record RevocationList(Path file, X509CRL list) {}

    /** Reads and checks all files. Blocks. */
    static TlsMaterial read(TlsSettings settings) throws TlsProblem {
        List<Own> certificates = new ArrayList<>();
        for (KeyFiles files : settings.certificates()) {
            certificates.add(own(files));
        }
        if (settings.clientCertificates() == ClientCertificates.NONE) {
            return new TlsMaterial(certificates, null, List.of());
        }
        List<X509Certificate> authorities = new ArrayList<>();
        for (Path file : settings.clientAuthorities()) {
            authorities.addAll(PemFile.read(file).certificates());
        }
        List<RevocationList> lists = new ArrayList<>();
        for (Path file : settings.revocationLists()) {
            for (X509CRL list : PemFile.read(file).revocationLists()) {
                lists.add(new RevocationList(file, list));
            }
        }
        ClientTrust clients =
                new ClientTrust(authorities, lists.stream().map(RevocationList::list).toList());
        return new TlsMaterial(certificates, clients, lists);
    }

    private static Own own(KeyFiles files) throws TlsProblem {
        List<X509Certificate> chain = PemFile.read(files.certificate()).certificates();
        PrivateKey key = PemFile.read(files.key()).privateKey();
        if (!belongs(key, chain.getFirst().getPublicKey())) {
            throw new TlsProblem(
                    files.key(),
                    "is not the key of "
                            + files.certificate()
                            + "; its first certificate must be the server's own, made with this key");
        }
        for (int i = 1; i < chain.size(); i++) {
            if (!isIssued(chain.get(i - 1), chain.get(i))) {
                throw new TlsProblem(
                        files.certificate(),
                        "is out of order: certificate "
                                + (i + 1)
                                + " ("
                                + chain.get(i).getSubjectX500Principal()
                                + ") did not sign certificate "
                                + i
                                + "; put the server's own first, and behind each its issuer's");
            }
        }
        return new Own(files.certificate(), chain, key);
    }

    private static boolean isIssued(X509Certificate certificate, X509Certificate issuer) {
        try {
            certificate.verify(issuer.getPublicKey());
            return certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal());
        } catch (GeneralSecurityException other) {
            return false;
        }
    }

    private static boolean belongs(PrivateKey key, PublicKey publicKey) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        byte[] text = "which of them belong together".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException differentKinds) {
            return false;
        }
    }

    /** What clients would refuse, or refuse clients, because of its date; empty if nothing is. */
    Optional<TlsProblem> outOfDate(Instant now) {
        for (Own own : certificates) {
            for (X509Certificate certificate : own.chain) {
                Instant until = certificate.getNotAfter().toInstant();
                Instant from = certificate.getNotBefore().toInstant();
                String what = "has a certificate (" + certificate.getSubjectX500Principal() + ") ";
                if (until.isBefore(now)) {
                    return Optional.of(
                            new TlsProblem(
                                    own.file, what + "that expired on " + until + "; renew it"));
                }
                if (from.isAfter(now)) {
                    return Optional.of(
                            new TlsProblem(
                                    own.file,
                                    what
                                            + "that is not valid before "
                                            + from
                                            + "; is the clock right?"));
                }
            }
        }
        for (RevocationList list : lists) {
            var next = list.list.getNextUpdate();
            if (next != null && next.toInstant().isBefore(now)) {
                return Optional.of(
                        new TlsProblem(
                                list.file,
                                "is out of date since "
                                        + next.toInstant()
                                        + "; fetch a newer revocation list, since clients of this"
                                        + " authority are refused without one"));
            }
        }
        return Optional.empty();
    }
}

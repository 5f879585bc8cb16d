package io.godwit.transport;

import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate that a listener shows its clients.
 *
 * @param file where it was read
 * @param subject whom it is for, as it says itself
 * @param issuer who has signed it
 * @param names the hosts that it is for: names and addresses
 * @param validFrom before it clients refuse it
 * @param validUntil after it clients refuse it
 */
public record ServedCertificate(
        Path file,
        String subject,
        String issuer,
        List<String> names,
        Instant validFrom,
        Instant validUntil) {

    private static final Integer DNS_NAME = 2;
    private static final Integer IP_ADDRESS = 7;

    /** Copies the list. */
    public ServedCertificate {
        names = List.copyOf(names);
    }

    /**
     * What a certificate says.
     *
     * @param file where it was read
     */
    public static ServedCertificate of(Path file, X509Certificate certificate) {
        return new ServedCertificate(
                file,
                certificate.getSubjectX500Principal().getName(),
                certificate.getIssuerX500Principal().getName(),
                names(certificate),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    /** The hosts that a certificate is for. */
    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            var entries = certificate.getSubjectAlternativeNames();
            for (List<?> entry : entries == null ? List.<List<?>>of() : entries) {
                if (entry.get(1) instanceof String name
                        && (entry.get(0).equals(DNS_NAME) || entry.get(0).equals(IP_ADDRESS))) {
                    names.add(name);
                }
            }
        } catch (CertificateParsingException malformed) {
            names.clear(); // clients won't understand them either
        }
        return names;
    }
}

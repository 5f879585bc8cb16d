package io.godwit.access.authentication;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** A part of a client's certificate that can be its user name or its Client Identifier. */
public enum CertificatePart {
    /** The common name of the subject; where there are several, the most specific one. */
    CN,
    /** The subject as RFC 2253 writes it, such as {@code CN=pump,O=Plant}. */
    DN,
    /** The first DNS name of the subject alternative names. */
    DNS,
    /** The first URI of the subject alternative names. */
    URI,
    /** The first e-mail address of the subject alternative names. */
    EMAIL,
    /** The serial number, in capital hexadecimal digits, two for each byte. */
    SERIAL,
    /** SHA-256 of the whole certificate, in small hexadecimal digits. */
    FINGERPRINT;

    private static final int LONGEST = 65_535; // what a UTF-8 Encoded String holds
    private static final int SAN_EMAIL = 1;
    private static final int SAN_DNS = 2;
    private static final int SAN_URI = 6;

    /** The word for it in a configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The part of a certificate; empty where it has none, or one that is no name: empty, longer
     * than 65,535 bytes, or with control characters.
     */
    public Optional<String> of(X509Certificate certificate) {
        return switch (this) {
            case CN -> commonName(certificate).filter(CertificatePart::isName);
            case DN ->
                    Optional.of(certificate.getSubjectX500Principal())
                            .map(subject -> subject.getName(X500Principal.RFC2253))
                            .filter(CertificatePart::isName);
            case DNS -> alternative(certificate, SAN_DNS).filter(CertificatePart::isName);
            case URI -> alternative(certificate, SAN_URI).filter(CertificatePart::isName);
            case EMAIL -> alternative(certificate, SAN_EMAIL).filter(CertificatePart::isName);
            case SERIAL -> Optional.of(serial(certificate));
            case FINGERPRINT -> Optional.of(fingerprint(certificate));
        };
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.codePoints().noneMatch(Character::isISOControl)
                && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
    }

    private static Optional<String> commonName(X509Certificate certificate) {
        try {
            String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
            // The library counts from the least specific one.
            for (Rdn rdn : new LdapName(subject).getRdns().reversed()) {
                var value = rdn.toAttributes().get("CN");
                if (value != null) {
                    return value.get() instanceof String name
                            ? Optional.of(name)
                            : Optional.empty();
                }
            }
            return Optional.empty();
        } catch (NamingException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> alternative(X509Certificate certificate, int kind) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? Optional.empty()
                    : names.stream()
                            .filter(name -> Integer.valueOf(kind).equals(name.get(0)))
                            .map(name -> String.valueOf(name.get(1)))
                            .findFirst();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
    }

    private static String serial(X509Certificate certificate) {
        String digits = certificate.getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
        return digits.length() % 2 == 0 ? digits : "0" + digits;
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            byte[] encoded = certificate.getEncoded();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(encoded));
        } catch (CertificateEncodingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // it was decoded; SHA-256 is in every JDK
        }
    }
}

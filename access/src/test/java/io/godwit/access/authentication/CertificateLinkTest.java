package io.godwit.access.authentication;

import static io.godwit.access.authentication.Asking.ask;
import static io.godwit.access.authentication.Asking.certificates;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.access.authentication.CertificateLink.Mapping;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Passed;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Identity;
import io.godwit.codec.ReasonCode;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateLinkTest {

    /** Made with openssl, which also says the expected texts. */
    private static final String PUMP =
            """
            -----BEGIN CERTIFICATE-----
            MIICCDCCAa6gAwIBAgIDChv/MAoGCCqGSM49BAMCMDMxDjAMBgNVBAoMBVBsYW50
            MRAwDgYDVQQDDAdnZW5lcmljMQ8wDQYDVQQDDAZwdW1wLTcwIBcNMjYxMTI4MTY1
            NjU2WhgPMjEyNjExMDQxNjU2NTZaMDMxDjAMBgNVBAoMBVBsYW50MRAwDgYDVQQD
            DAdnZW5lcmljMQ8wDQYDVQQDDAZwdW1wLTcwWTATBgcqhkjOPQIBBggqhkjOPQMB
            BwNCAAREheSxRWhnqbShcvtW2/pnq2WiahMJtTXY+oF7qUcYCf0h5KnaZRFbFN3o
            +3m1D+BUv0M+2XL6hCH/JU4cFQKGo4GuMIGrMB0GA1UdDgQWBBTtxW3bcp6JQEG5
            Mnf9oUaC8/XGKzAfBgNVHSMEGDAWgBTtxW3bcp6JQEG5Mnf9oUaC8/XGKzAPBgNV
            HRMBAf8EBTADAQH/MFgGA1UdEQRRME+CEHB1bXAuZXhhbXBsZS5vcmeCEW90aGVy
            LmV4YW1wbGUub3JnhhB1cm46cGxhbnQ6cHVtcDo3gRBwdW1wQGV4YW1wbGUub3Jn
            hwTAAAIHMAoGCCqGSM49BAMCA0gAMEUCIQDyjMd90WWbOYXUxtCPfbeqt2C/x7QZ
            8G+JKcm+Q25gNgIgZdBV+UgKgYniw1invqVmyMf6R2/Ius35abTWLachtVo=
            -----END CERTIFICATE-----
            """;

    /** A subject without a common name, and no alternative names. */
    private static final String PLANT =
            """
            -----BEGIN CERTIFICATE-----
            MIIBZTCCAQqgAwIBAgIBATAKBggqhkjOPQQDAjAQMQ4wDAYDVQQKDAVQbGFudDAg
            Fw0yNjExMjgxNjU2NTZaGA8yMTI2MTEwNDE2NTY1NlowEDEOMAwGA1UECgwFUGxh
            bnQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASu2OUfLDPZ4kG/9yGQf6RgQX/2
            zezp/xCJs9EvhCmxnjuRSTQXUC+fmG2WUMfL3L3OhQffFHTZLrPSY+qmXYECo1Mw
            UTAdBgNVHQ4EFgQUYodnk82/GAxu5XPuinPm8cDSawkwHwYDVR0jBBgwFoAUYodn
            k82/GAxu5XPuinPm8cDSawkwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJ
            ADBGAiEA4r7THxaw28P+T/rwD36D97Thc5fhXFS47t+CbdoqEPECIQDmmmt0fldm
            vhjdewzQdKq3ny9olf6j90iSnVwCjPpZeA==
            -----END CERTIFICATE-----
            """;

    private static X509Certificate certificate(String pem) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem.getBytes(US_ASCII)));
    }

    private static CertificateLink link(
            @Nullable CertificatePart userName, @Nullable CertificatePart clientId) {
        return new CertificateLink(
                Map.of(
                        "tls",
                        new Mapping(Optional.ofNullable(userName), Optional.ofNullable(clientId))));
    }

    private static Identity proved(String clientId, @Nullable String userName) {
        return new Identity(clientId, true, userName, Set.of(), List.of());
    }

    private static Identity identity(Decision decision) {
        assertThat(decision).isInstanceOf(Accepted.class);
        return ((Accepted) decision).identity();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN | pump-7",
                "DN | CN=pump-7,CN=generic,O=Plant",
                "DNS | pump.example.org",
                "URI | urn:plant:pump:7",
                "EMAIL | pump@example.org",
                "SERIAL | 0A1BFF",
                "FINGERPRINT"
                        + " | 2224554bbbd7f980c4ac378c3f279b87827e52bd5fa97a1a724d962cb9533625"
            })
    void eachPartCanBeTheUserNameOrTheClientIdentifier(CertificatePart part, String text)
            throws Exception {
        var credentials = certificates("tls", List.of(certificate(PUMP)));
        assertThat(identity(ask(link(part, null), credentials))).isEqualTo(new Identity("c", text));
        assertThat(identity(ask(link(null, part), credentials))).isEqualTo(proved(text, null));
        assertThat(identity(ask(link(CertificatePart.CN, part), credentials)))
                .isEqualTo(proved(text, "pump-7"));
    }

    @ParameterizedTest
    @EnumSource(
            value = CertificatePart.class,
            names = {"CN", "DNS", "URI", "EMAIL"})
    void aCertificateWithoutThePartIsRefused(CertificatePart part) throws Exception {
        var credentials = certificates("tls", List.of(certificate(PLANT)));
        assertThat(ask(link(part, null), credentials))
                .isEqualTo(
                        new Refused(
                                ReasonCode.NOT_AUTHORIZED,
                                "it has no " + part.word() + " that could be the user name"));
        assertThat(ask(link(CertificatePart.DN, part), credentials))
                .isInstanceOfSatisfying(
                        Refused.class,
                        it -> assertThat(it.why()).endsWith("could be the client identifier"));
    }

    @Test
    void theClientsOwnCertificateCountsAndNotItsIssuers() throws Exception {
        var chain = List.of(certificate(PUMP), certificate(PLANT));
        assertThat(identity(ask(link(CertificatePart.DN, null), certificates("tls", chain))))
                .isEqualTo(new Identity("c", "CN=pump-7,CN=generic,O=Plant"));
    }

    @Test
    void withoutACertificateTheNextLinkDecides() throws Exception {
        assertThat(ask(link(CertificatePart.CN, null), certificates("tls", List.of())))
                .isEqualTo(new Passed("the client showed none"));
    }

    @Test
    void onOtherListenersTheNextLinkDecides() throws Exception {
        var credentials = certificates("other", List.of(certificate(PUMP)));
        assertThat(ask(link(CertificatePart.CN, null), credentials))
                .isEqualTo(new Passed("listener other takes no identity from it"));
    }
}

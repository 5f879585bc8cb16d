package io.godwit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which chains lead to an authority; openssl makes them. */
class ClientTrustTest {

    private static final String OF_AUTHORITY =
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n";

    @TempDir private Path directory = Path.of("");
    private int serial = 100;

    /** An authority, one below it, and a client of that. */
    @BeforeEach
    void makeChain() throws Exception {
        TestAuthority root = new TestAuthority(directory, "root");
        Files.copy(root.certificate, directory.resolve("root.pem"));
        Files.copy(directory.resolve("root/ca.key"), directory.resolve("root.key"));
        Files.writeString(directory.resolve("authority.ext"), OF_AUTHORITY);
        Files.writeString(directory.resolve("client.ext"), "extendedKeyUsage=clientAuth\n");
        issue("middle", "root", "authority.ext");
        issue("client", "middle", "client.ext");
    }

    private void openssl(String arguments) throws Exception {
        TestAuthority.run(directory, List.of(("openssl " + arguments).split(" ")));
    }

    private void issue(String name, String by, String extensions) throws Exception {
        openssl(
                "req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout %s.key"
                                .formatted(name)
                        + " -out %s.csr -subj /CN=%s".formatted(name, name));
        openssl(
                "x509 -req -in %s.csr -out %s.pem -CA %s.pem -CAkey %s.key -set_serial %d"
                                .formatted(name, name, by, by, serial++)
                        + " -days 2 -extfile "
                        + extensions);
    }

    private List<X509Certificate> chain(String... names) throws Exception {
        List<X509Certificate> chain = new ArrayList<>();
        for (String name : names) {
            chain.addAll(PemFile.read(directory.resolve(name + ".pem")).certificates());
        }
        return chain;
    }

    private ClientTrust trust(String... authorities) throws Exception {
        return new ClientTrust(chain(authorities), List.of());
    }

    @Test
    void aChainIsFollowedInWhateverOrderItComes() throws Exception {
        ClientTrust trust = trust("root");
        assertThat(trust.refusal(chain("client", "middle"))).isEmpty();
        assertThat(trust.refusal(chain("client", "middle", "root"))).isEmpty();
        assertThat(trust.refusal(chain("client", "root", "middle"))).isEmpty();
        assertThat(trust.refusal(chain("client"))).get().asString().contains("no authority");
        assertThat(trust.refusal(chain("client", "root"))).isPresent();
        assertThat(trust("middle").refusal(chain("client"))).isEmpty();
        assertThat(trust("middle").refusal(chain("client", "middle", "root"))).isEmpty();
        assertThat(trust("client").refusal(chain("client"))).isEmpty(); // alone, and itself
    }

    /** Who has the name of an authority, and not its key. */
    @Test
    void anotherAuthorityOfTheSameNameIsPassedOver() throws Exception {
        Files.createDirectory(directory.resolve("other"));
        TestAuthority other = new TestAuthority(directory.resolve("other"), "root");
        Files.copy(other.certificate, directory.resolve("other.pem"));
        assertThat(trust("other").refusal(chain("client", "middle")))
                .get()
                .asString()
                .contains("no authority");
        assertThat(trust("other", "root").refusal(chain("client", "middle"))).isEmpty();
    }

    @Test
    void anAuthorityInBetweenNeedsNoListOfItsOwn() throws Exception {
        TestAuthority.run(
                directory.resolve("root"),
                List.of(
                        ("openssl ca -config ca.cnf -gencrl -keyfile ../middle.key -cert"
                                        + " ../middle.pem -out ../middle.crl")
                                .split(" ")));
        TestAuthority.run(
                directory.resolve("root"),
                List.of("openssl ca -config ca.cnf -gencrl -out ../root.crl".split(" ")));
        List<X509CRL> ofMiddle = PemFile.read(directory.resolve("middle.crl")).revocationLists();
        List<X509CRL> ofRoot = PemFile.read(directory.resolve("root.crl")).revocationLists();
        assertThat(new ClientTrust(chain("root"), ofMiddle).refusal(chain("client", "middle")))
                .isEmpty();
        assertThat(new ClientTrust(chain("root"), ofRoot).refusal(chain("client", "middle")))
                .get()
                .asString()
                .contains("no current revocation list");
    }

    /** A search tries the ways between all of them, on a loop: a hundred can take it a minute. */
    @Test
    void moreCertificatesThanAnyChainHasAreRefused() throws Exception {
        List<X509Certificate> chain = chain("client");
        chain.addAll(Collections.nCopies(9, chain("middle").getFirst()));
        assertThat(trust("root").refusal(chain)).isEmpty();
        chain.addAll(chain("root"));
        assertThat(trust("root").refusal(chain)).get().asString().contains("more than 9 others");
    }
}

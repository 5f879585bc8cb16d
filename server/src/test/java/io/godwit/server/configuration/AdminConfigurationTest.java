package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.godwit.admin.http.Role;
import io.godwit.server.configuration.AdminSettings.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of {@code admin}. */
class AdminConfigurationTest {

    private static final String HASH = "$6$aGVsbG8h$" + "QUJD".repeat(21) + "QQ==";

    @TempDir private Path directory = Path.of("");
    private ConfigurationFolder folder = new ConfigurationFolder(directory);

    @BeforeEach
    void openFolder() {
        folder = new ConfigurationFolder(directory);
    }

    private AdminSettings load(String text) throws IOException, ConfigurationProblems {
        return folder.load(text).admin();
    }

    @Test
    void thereIsAPortOnLoopbackWithAndWithoutAFile() throws Exception {
        AdminSettings expected = AdminSettings.onLoopback(18_083);
        assertThat(load("")).isEqualTo(expected);
        assertThat(new ConfigurationFolder(directory.resolve("elsewhere")).load(Map.of()).admin())
                .isEqualTo(expected);
    }

    @Test
    void aProgramThatEmbedsABrokerOpensNoPortUnlessItSaysSo() {
        Configuration embedded = Configuration.defaults();
        assertThat(embedded.admin()).isEqualTo(AdminSettings.NONE);
        assertThat(embedded.withAdmin(AdminSettings.onLoopback(0)).admin().enabled()).isTrue();
    }

    @Test
    void usersAndTokensHaveARoleAndAnOrigin() throws Exception {
        AdminSettings settings =
                load(
                        """
                        admin {
                          bind = "0.0.0.0", port = 8443, hosts = ["Broker.example"]
                          tls { certificate = "a.pem", key = "a.key" }
                          users {
                            alice { role = admin, password-file = "passwd" }
                            "b.b" { role = viewer, hash = "HASH" }
                          }
                          tokens { ci { role = operator, file = "ci.token" } }
                          audit.file = none
                        }
                        """
                                .replace("HASH", HASH));
        assertThat(settings.isLoopback()).isFalse();
        assertThat(settings.port()).isEqualTo(8_443);
        assertThat(settings.hosts()).containsExactly("broker.example");
        assertThat(settings.tls())
                .contains(new Tls(directory.resolve("a.pem"), directory.resolve("a.key")));
        assertThat(settings.users())
                .extracting(AdminSettings.User::name, AdminSettings.User::role)
                .containsExactly(tuple("alice", Role.ADMIN), tuple("b.b", Role.VIEWER));
        assertThat(settings.tokens())
                .containsExactly(
                        new AdminSettings.Token(
                                "ci", directory.resolve("ci.token"), Role.OPERATOR));
        assertThat(settings.audit().file()).isEmpty();
        assertThat(settings.toString()).doesNotContain(HASH);
    }

    @Test
    void variablesSetThemToo() throws Exception {
        AdminSettings settings =
                folder.load(
                                Map.of(
                                        "GODWIT_ADMIN__BIND", "0.0.0.0",
                                        "GODWIT_ADMIN__PORT", "1",
                                        "GODWIT_ADMIN__HOSTS", "a,b",
                                        "GODWIT_ADMIN__AUDIT__FILE", "/var/log/audit",
                                        "GODWIT_ADMIN__TOKENS__CI__FILE", "/run/secrets/ci",
                                        "GODWIT_ADMIN__TOKENS__CI__ROLE", "viewer"))
                        .admin();
        assertThat(settings.hosts()).containsExactly("a", "b");
        assertThat(settings.audit().file()).contains("/var/log/audit");
        assertThat(settings.tokens())
                .containsExactly(
                        new AdminSettings.Token("ci", Path.of("/run/secrets/ci"), Role.VIEWER));
        assertThat(folder.problems(Map.of("GODWIT_ADMIN__USERS__A__RULE", "x")))
                .singleElement()
                .asString()
                .contains("no such key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "admin.bind = \"0.0.0.0\" | admin.bind is 0.0.0.0, which others reach: nobody may use the HTTP API there without a login; set admin.users or admin.tokens",
                "admin.hosts = [\"a\"] | admin.hosts lets others in: that needs admin.users or admin.tokens",
                "admin.tls.key = a | admin.tls.key needs admin.tls.certificate",
                "admin.tls.certificate = a | admin.tls.certificate needs admin.tls.key",
                "admin.users.a.hash = x | admin.users.a has no role; it takes admin, operator or viewer",
                "admin.users.a.role = admin | admin.users.a has neither password-file nor hash",
                "admin.users.a { role = admin, hash = x, password-file = y } | admin.users.a has both password-file and hash",
                "admin.users.a { role = admin, hash = s3cret } | admin.users.a.hash is not one that 'godwit passwd' writes: the password is not hashed; 'godwit passwd -U FILE' hashes all that are not",
                "admin.users.a { role = king, hash = x } | admin.users.a.role is \"king\"; it takes one of some words: admin, operator, viewer",
                "admin.users.a { rule = admin } | no such key: admin.users.a.rule; the nearest is role",
                "admin.users.a = x | admin.users.a takes a block: admin.users.a { role = viewer, ... }",
                "admin.tokens.a.role = admin | admin.tokens.a has no file",
                "admin.prot = 1 | no such key: admin.prot; the nearest is admin.port"
            })
    void whatIsWrongIsNamed(String line, String problem) throws IOException {
        assertThat(folder.problems("\n" + line)).containsExactly("godwit.conf:2: " + problem);
    }

    @Test
    void aPortThatIsNotOpenNeedsNoUsers() throws Exception {
        assertThat(load("admin { enabled = false, bind = \"0.0.0.0\" }").enabled()).isFalse();
    }

    @Test
    void loginsWithoutEncryptionOverTheNetworkAreRemarkedOn() throws Exception {
        String open =
                "admin { bind = \"0.0.0.0\", tokens { ci { role = viewer, file = \"x\" } } }\n";
        assertThat(folder.load(open).notices())
                .anySatisfy(notice -> assertThat(notice).contains("admin.tls.certificate"));
        assertThat(folder.load(open + "admin.tls { certificate = a, key = b }").notices())
                .noneSatisfy(notice -> assertThat(notice).contains("admin.tls.certificate"));
    }

    @Test
    void secretsAreNotInTheTextThatIsShown() throws Exception {
        folder.write(
                "godwit.conf",
                """
                # s3cret
                listeners { tcp { port = 1884 } }
                authentication.jwt.secret = "s3cret-s3cret-s3cret-s3cret-s3cret"
                authentication.http { url = "https://a.example/x?key=s3cret", authorization = ${AUTH} }
                admin.users.a { role = admin, hash = "HASH" }
                authorization.rules = [{ allow = all, filter = "a/#" }]
                """
                        .replace("HASH", HASH));
        String text =
                folder.loader(Map.of("AUTH", "Bearer s3cret", "GODWIT_EVENT_LOOPS", "3"))
                        .read((Path) null)
                        .text()
                        .masked();
        assertThat(text)
                .doesNotContain("s3cret", HASH)
                .contains("https://a.example/x?...", "a/#", "1884");
        assertThat(List.of("secret", "authorization", "hash"))
                .allSatisfy(key -> assertThat(text).containsPattern(key + "\\s*=\\s*\"?\\*\\*\\*"));
    }
}

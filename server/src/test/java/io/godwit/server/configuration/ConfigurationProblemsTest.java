package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said about a wrong file: where, what, and what is allowed instead. */
class ConfigurationProblemsTest {

    @TempDir private Path directory = Path.of("");
    private ConfigurationFolder folder = new ConfigurationFolder(directory);

    @BeforeEach
    void openFolder() {
        folder = new ConfigurationFolder(directory);
    }

    @Test
    void allProblemsAreReportedAtOnceInTheOrderOfTheLines() throws IOException {
        assertThat(
                        folder.problems(
                                """
                                limits {
                                  connections = many
                                  session { in-flight = 0 }
                                }
                                listeners.tcp.prot = 1884
                                colour = blue
                                retained = 5
                                """))
                .containsExactly(
                        "godwit.conf:2: limits.connections is \"many\";"
                                + " it takes a whole number: 1 to 10000000",
                        "godwit.conf:3: limits.session.in-flight is 0;"
                                + " it takes a whole number: 1 to 65535",
                        "godwit.conf:5: no such key: listeners.tcp.prot;"
                                + " the nearest is listeners.tcp.port",
                        "godwit.conf:6: no such key: colour; the nearest is data-dir",
                        "godwit.conf:7: retained is 5; it takes a block: retained { ... }");
    }

    @ParameterizedTest
    @CsvSource({
        "limits.conections, limits.connections",
        "limits.packetSize, limits.packet-size",
        "packet-size, limits.packet-size",
        "limits.inflight, limits.session.in-flight",
        "datadir, data-dir",
        "listeners.tcp.binding, listeners.tcp.bind",
        "anonymous, authentication.anonymous",
        "authentication.allow-anonymous, authentication.anonymous",
        "retained.count, retained.bytes",
        "authorization.rule, authorization.rules"
    })
    void anUnknownKeyIsRefusedWithTheNearest(String unknown, String nearest) throws IOException {
        assertThat(folder.problems("\n" + unknown + " = 1"))
                .containsExactly(
                        "godwit.conf:2: no such key: " + unknown + "; the nearest is " + nearest);
    }

    @ParameterizedTest
    @CsvSource({
        "autorization, authorization",
        "authorisation, authorization",
        "authentification, authentication",
        "limit, limits",
        "listener, listeners",
        "persistance, persistence",
        "jwt, authentication.jwt",
        "authentication.jtw, authentication.jwt",
        "limits.clients, limits.client",
        "protection.bruteforce, protection.brute-force"
    })
    void anUnknownBlockIsRefusedWithTheNearestBlock(String unknown, String nearest)
            throws IOException {
        assertThat(folder.problems("\n" + unknown + " { port = 1, default = deny }"))
                .containsExactly(
                        "godwit.conf:2: no such block: " + unknown + "; the nearest is " + nearest);
    }

    /** These lines are printed, logged, and pasted where others read them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "authentication.http.authorization = \"Bearer\\nhidden\" | is (secret); it takes what",
                "authentication.http.authorization = \"Bearer hiddén\" | is (secret); it takes what",
                "authentication.jwt.secret = [hidden] | is (secret); it takes a text: any",
                "authentication.http.url = \"https://me:hidden@auth.example/a\" |"
                        + " is \"https://...@auth.example/a\"; it takes a URL",
                "authentication.jwt.jwks = \"http://me:hidden@id.example/?key=hidden\" |"
                        + " is \"http://...@id.example/?...\"; it takes",
                "authentication.http.url = \"ftp://id.example/?key=hidden\" |"
                        + " is \"ftp://id.example/?...\"; it takes a URL"
            })
    void whatIsSecretIsNotShownWhereItIsWrong(String line, String said) throws IOException {
        assertThat(folder.problems(line))
                .singleElement()
                .asString()
                .contains(said)
                .doesNotContain("hidd");
        String path = line.substring(0, line.indexOf(" ="));
        String variable =
                "GODWIT_" + path.replace(".", "__").replace('-', '_').toUpperCase(Locale.ROOT);
        folder.write("godwit.conf", "");
        assertThat(folder.problems(Map.of(variable, "http://hidden@x/?hiddé")))
                .allSatisfy(problem -> assertThat(problem).doesNotContain("hidd"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limits.connections = 0 | 0; it takes a whole number: 1 to 10000000",
                "limits.connections = 1.5 | 1.5; it takes a whole number: 1 to 10000000",
                "limits.connections = 99999999999999999999 | \"99999999999999999999\";"
                        + " it takes a whole number: 1 to 10000000",
                "limits.connections = [1] | [1]; it takes a whole number: 1 to 10000000",
                "limits.connections { a = 1 } | {\"a\":1}; it takes a whole number: 1 to 10000000",
                "limits.packet-size = 2 mb | \"2 mb\"; it takes a size such as 2 MB (2000000 bytes)"
                        + " or 2 MiB (2097152 bytes): 64 to 268435460 bytes",
                "limits.packet-size = 1e99999999 MB | \"1e99999999 MB\"; it takes a size such as"
                        + " 2 MB (2000000 bytes) or 2 MiB (2097152 bytes): 64 to 268435460 bytes",
                "limits.connect-timeout = 10 | 10; it takes a time with its unit such as 500 ms,"
                        + " 10 s or 5 m: 1 ms to 1 h",
                "limits.connect-timeout = 2 h | \"2 h\"; it takes a time with its unit such as"
                        + " 500 ms, 10 s or 5 m: 1 ms to 1 h",
                "limits.keep-alive-maximum = 1500 ms | \"1500 ms\"; it takes a time in whole"
                        + " seconds with its unit such as 30 s, 5 m or 7 d: 0 s to 65535 s",
                "limits.memory = 101% | \"101%\"; it takes a size such as 2 MB (2000000 bytes) or"
                        + " 2 MiB (2097152 bytes) or a percentage of the heap such as 50%: 1000 to"
                        + " 1000000000000000 bytes, or 1% to 100%",
                "limits.queue-full = drop | \"drop\"; it takes one of some words: drop-oldest,"
                        + " refuse-publisher, reject-newest",
                "authentication.anonymous = maybe | \"maybe\"; it takes a yes or a no: true or"
                        + " false",
                "data-dir = \"\" | \"\"; it takes a path: absolute, or relative to the working"
                        + " directory",
                "listeners.tcp.port = 65536 | 65536; it takes a whole number: 0 to 65535",
                "listeners.tcp.bind = \"a b\" | \"a b\"; it takes a host name or an address: such"
                        + " as 127.0.0.1, 0.0.0.0 (all of IPv4) or :: (all)"
            })
    void aWrongValueIsRefusedWithWhatIsAllowed(String line, String text) throws IOException {
        String key = line.split(" ", 2)[0];
        assertThat(folder.problems("\n\n" + line))
                .containsExactly("godwit.conf:3: " + key + " is " + text);
    }

    @Test
    void listenersNeedATypeAValidNameAndAPortOfTheirOwn() throws IOException {
        assertThat(
                        folder.problems(
                                """
                                listeners {
                                  a { type = tcp }
                                  b { type = tcp, port = 1883 }
                                  c { port = 5 }
                                  Big_One { type = tcp, port = 6 }
                                  d = 7
                                }
                                """))
                .containsExactly(
                        "godwit.conf:3: listeners.b takes the same port 1883 as listeners.a",
                        "godwit.conf:4: listeners.c.type is missing; it takes mqtt-sn, tcp, tls,"
                                + " unix, websocket",
                        "godwit.conf:5: listeners.Big_One is no name for a listener; it takes small"
                                + " letters, digits and single dashes",
                        "godwit.conf:6: listeners.d is 7; it takes a block: listeners.d { type ="
                                + " tcp, port = 1883 }");
        assertThat(folder.problems("listeners {}"))
                .containsExactly(
                        "godwit.conf:1: listeners is empty: nobody could connect; name one or leave"
                                + " it out");
    }

    @Test
    void everySubstitutionOfSomethingUndefinedIsReported() throws IOException {
        String reason =
                ", which refers to something that neither the file nor the environment defines";
        assertThat(
                        folder.problems(
                                """
                                event-loops = ${nowhere}
                                limits = ${nowhere} { connections = 0 }
                                retained.messages = 1${nowhere}
                                listeners { tcp = ${nowhere} { port = 1 } }
                                sys-interval = 5
                                """))
                .containsExactly(
                        "godwit.conf:1: event-loops is ${nowhere}" + reason,
                        "godwit.conf:2: limits is ${nowhere}{\"connections\":0}" + reason,
                        "godwit.conf:3: retained.messages is 1${nowhere}" + reason,
                        "godwit.conf:4: listeners.tcp is ${nowhere}{\"port\":1}" + reason,
                        "godwit.conf:5: sys-interval is 5; it takes a time with its unit such as"
                                + " 500 ms, 10 s or 5 m: 0 s to 24 h");
    }

    @Test
    void aCycleOfSubstitutionsIsReported() throws IOException {
        assertThat(folder.problems("event-loops = ${data-dir}\ndata-dir = ${event-loops}"))
                .singleElement()
                .asString()
                .startsWith("godwit.conf:")
                .contains("cycle of substitutions");
    }

    @Test
    void aSyntaxErrorHasItsLine() throws IOException {
        assertThat(folder.problems("limits {\n  connections = 5\n"))
                .singleElement()
                .asString()
                .startsWith("godwit.conf:3: ");
        assertThat(folder.problems("a = 1\nb : c : d"))
                .singleElement()
                .asString()
                .startsWith("godwit.conf:2: Expecting");
        assertThat(folder.problems("[1, 2]"))
                .singleElement()
                .asString()
                .startsWith("godwit.conf:1: ");
    }

    @Test
    void aProblemInAnIncludedFileIsReportedThere() throws IOException {
        folder.write("part.conf", "\nlimits.connections = -1");
        assertThat(folder.problems("include \"part.conf\"\nevent-loops = 0"))
                .containsExactly(
                        "godwit.conf:2: event-loops is 0; it takes a whole number: 1 to 1024",
                        "part.conf:2: limits.connections is -1;"
                                + " it takes a whole number: 1 to 10000000");
    }

    @Test
    void includesReachNeitherTheNetworkNorTheClassPath() throws IOException {
        assertThat(folder.problems("include url(\"http://localhost:1/x.conf\")"))
                .containsExactly(
                        "godwit.conf: include url(http://localhost:1/x.conf) is not possible:"
                                + " only files can be included");
        assertThat(folder.problems("include classpath(\"reference.conf\")"))
                .containsExactly(
                        "godwit.conf: include classpath(reference.conf) is not possible:"
                                + " only files can be included");
        assertThat(folder.problems("include required(\"http://localhost:1/x.conf\")"))
                .containsExactly(
                        "godwit.conf: the included file 'http://localhost:1/x.conf' doesn't exist");
    }

    @Test
    void filesThatIncludeThemselvesAreRefused() throws IOException {
        assertThat(folder.problems("include \"godwit.conf\"\ninclude \"godwit.conf\""))
                .singleElement()
                .asString()
                .contains("include");
    }

    @Test
    void anAbyssOfBracketsIsRefused() throws IOException {
        assertThat(folder.problems("a = " + "[".repeat(900_000)))
                .containsExactly("godwit.conf: is nested too deeply");
    }

    @Test
    void aLongValueIsCutShort() throws IOException {
        assertThat(folder.problems("limits.connections = " + "x".repeat(5_000)))
                .singleElement()
                .asString()
                .hasSizeLessThan(200)
                .contains("xxx...");
    }
}

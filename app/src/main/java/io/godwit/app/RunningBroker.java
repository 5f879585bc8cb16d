package io.godwit.app;

import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.reload.ConfigurationSource;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options that say which running broker is meant. */
final class RunningBroker {

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "The data directory of the broker. Otherwise that of the configuration, which"
                            + " GODWIT_DATA_DIR overrides.")
    private @Nullable Path dataDir;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration of the broker, to find its data directory.")
    private @Nullable Path config;

    @Option(
            names = "--mosquitto-conf",
            paramLabel = "FILE",
            description = "The same, if the broker runs with a mosquitto.conf.")
    private @Nullable Path mosquittoConf;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "Asks by the port of the HTTP API instead, such as http://127.0.0.1:18083.")
    private @Nullable URI url;

    @Option(
            names = "--login",
            paramLabel = "NAME",
            description =
                    "With --url, who asks. The password is that of GODWITCTL_PASSWORD, of"
                            + " --password-file, or asked for.")
    private @Nullable String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "A file that holds the password alone.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--login-token",
            paramLabel = "FILE",
            description = "With --url, a file that holds a token alone, instead of --login.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--cafile",
            paramLabel = "FILE",
            description = "With --url, the certificates of authorities to trust, in PEM.")
    private @Nullable Path authorities;

    /** What is to be asked of it. */
    @FunctionalInterface
    interface Question {
        void ask(AdminClient client) throws IOException;
    }

    /**
     * Asks it something; what goes wrong is said.
     *
     * @return the exit code
     */
    int ask(CommandLine command, Question question) {
        try {
            question.ask(client());
            return 0;
        } catch (IOException | ConfigurationProblems failure) {
            command.getErr().println(failure.getMessage());
            return Main.ERROR;
        }
    }

    private AdminClient client() throws ConfigurationProblems, IOException {
        if (url != null) {
            return new UrlClient(checked(url), authorization(), tls());
        }
        if (user != null || tokenFile != null || passwordFile != null || authorities != null) {
            throw new IOException("--login, --login-token and --cafile go with --url.");
        }
        if (dataDir != null) {
            return new SocketClient(dataDir.toAbsolutePath().normalize());
        }
        var source = new ConfigurationSource(config, mosquittoConf, null, System.getenv());
        return new SocketClient(source.load().configuration().dataDir());
    }

    private static URI checked(URI url) throws IOException {
        boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        boolean isPlain = url.getRawUserInfo() == null && url.getRawQuery() == null;
        if (!isHttp || url.getHost() == null || !isPlain) {
            throw new IOException("--url takes an address such as http://127.0.0.1:18083.");
        }
        return url;
    }

    private @Nullable String authorization() throws IOException {
        if (tokenFile != null) {
            return UrlClient.bearer(Files.readString(tokenFile).strip());
        }
        return user == null ? null : UrlClient.basic(user, password());
    }

    private String password() throws IOException {
        if (passwordFile != null) {
            return Files.readString(passwordFile).stripTrailing();
        }
        String given = System.getenv("GODWITCTL_PASSWORD");
        if (given != null) {
            return given;
        }
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("Password of %s: ", user);
        if (typed == null) {
            throw new IOException(
                    "There is no password: set GODWITCTL_PASSWORD, or name a --password-file.");
        }
        return new String(typed);
    }

    private @Nullable SSLContext tls() throws IOException {
        if (authorities == null) {
            return null;
        }
        try (InputStream file = Files.newInputStream(authorities)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int number = 0;
            for (var certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                trusted.setCertificateEntry("ca-" + number++, certificate);
            }
            TrustManagerFactory managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException wrong) {
            throw new IOException(
                    authorities + " holds no certificates in PEM: " + wrong.getMessage(), wrong);
        }
    }
}

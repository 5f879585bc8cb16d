package io.godwit.server;

import io.godwit.access.authentication.AuthenticatorChain;
import io.godwit.access.authentication.CertificateLink;
import io.godwit.access.authentication.InvalidPasswordFile;
import io.godwit.access.authentication.Link;
import io.godwit.access.authentication.PasswordLink;
import io.godwit.access.authentication.UnixPeerLink;
import io.godwit.access.authentication.http.HookSettings;
import io.godwit.access.authentication.http.HttpLink;
import io.godwit.access.authentication.jwt.JwksUrl;
import io.godwit.access.authentication.jwt.JwtLink;
import io.godwit.access.authentication.jwt.KeySource;
import io.godwit.access.authentication.jwt.TokenKeys;
import io.godwit.access.authentication.scram.ScramLink;
import io.godwit.access.authentication.scram.ScramUsers;
import io.godwit.server.configuration.Authentication;
import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.configuration.Problem;
import io.godwit.server.configuration.TokenSettings;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Puts together who decides about the clients of a broker. For one thread. */
public final class Authenticators {

    private static final long LARGEST_KEY_FILE = 1 << 20;

    private final Authentication settings;
    private final LongSupplier secret;
    private final SecureRandom random = new SecureRandom();
    private final List<Link> links = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private Authenticators(Authentication settings, LongSupplier secret) {
        this.settings = settings;
        this.secret = secret;
    }

    /**
     * The chain that a configuration asks for. Reads its files; blocks.
     *
     * @param secret that of the store; asked for when clients connect
     * @return a chain to be closed when another one has taken its place
     * @throws ConfigurationProblems with all problems, if there are any; then nothing is left open
     */
    public static AuthenticatorChain build(Authentication settings, LongSupplier secret)
            throws ConfigurationProblems {
        return new Authenticators(settings, secret).build();
    }

    private AuthenticatorChain build() throws ConfigurationProblems {
        addCertificates();
        addUnixPeers();
        settings.tokens().ifPresent(this::addTokens);
        settings.hook().ifPresent(this::addHook);
        addPasswords();
        if (!problems.isEmpty()) {
            links.forEach(Link::close);
            throw new ConfigurationProblems(problems);
        }
        links.sort(Comparator.comparingInt(this::place));
        return new AuthenticatorChain(links, settings::allowsAnonymous, settings.clientIdRule());
    }

    /** What the order leaves out comes last, as it would by default. */
    private int place(Link link) {
        int place = settings.order().indexOf(link.name());
        return place >= 0
                ? place
                : settings.order().size() + Authentication.ORDER.indexOf(link.name());
    }

    private void addCertificates() {
        Map<String, CertificateLink.Mapping> listeners = new HashMap<>();
        settings.listeners()
                .forEach((name, it) -> {
                    if (!it.certificate().isNone()) {
                        listeners.put(name, it.certificate());
                    }
                });
        if (!listeners.isEmpty()) {
            links.add(new CertificateLink(listeners));
        }
    }

    private void addUnixPeers() {
        if (!settings.unixPeers().isEmpty()) {
            try {
                links.add(UnixPeerLink.of(settings.unixPeers()));
            } catch (IOException e) {
                problem("authentication.unix-peers", e.getMessage());
            }
        }
    }

    private void addTokens(TokenSettings tokens) {
        TokenKeys keys = TokenKeys.NONE;
        int before = problems.size();
        if (tokens.secret().isPresent()) {
            keys =
                    keys.and(
                            read(
                                    "authentication.jwt.secret",
                                    tokens.secret()::get,
                                    TokenKeys::ofSecret));
        }
        if (tokens.publicKey().isPresent()) {
            keys = keys.and(read(tokens.publicKey().get(), TokenKeys::ofPem));
        }
        if (tokens.jwksFile().isPresent()) {
            keys = keys.and(read(tokens.jwksFile().get(), json -> TokenKeys.ofJwks(json, true)));
        }
        if (problems.size() > before) {
            return;
        }
        if (keys.isEmpty() && tokens.jwksUrl().isEmpty()) {
            problem(
                    "authentication.jwt",
                    "tokens can't be verified without keys: set jwks, secret or public-key");
            return;
        }
        try {
            KeySource source =
                    tokens.jwksUrl().isPresent()
                            ? new JwksUrl(
                                    tokens.jwksUrl().get(),
                                    tokens.fetching(),
                                    keys,
                                    InstantSource.system())
                            : KeySource.of(keys);
            links.add(new JwtLink(tokens.claims(), source, InstantSource.system(), random));
        } catch (IOException e) {
            problem("authentication.jwt.jwks-ca", e.getMessage());
        }
    }

    /** Reads keys from a text. */
    private interface KeyReader {
        TokenKeys read(String text) throws IOException;
    }

    /** Where a text is to be had. */
    private interface TextSource {
        String read() throws IOException;
    }

    private TokenKeys read(Path file, KeyReader reader) {
        return read(
                file.toString(),
                () -> {
                    if (Files.size(file) > LARGEST_KEY_FILE) {
                        throw new IOException("is larger than " + LARGEST_KEY_FILE + " bytes");
                    }
                    return Files.readString(file);
                },
                reader);
    }

    private TokenKeys read(String place, TextSource source, KeyReader reader) {
        try {
            return reader.read(source.read());
        } catch (NoSuchFileException e) {
            problem(place, "no such file");
        } catch (AccessDeniedException e) {
            problem(place, "may not be read by this user");
        } catch (IOException e) {
            problem(place, e.getMessage());
        }
        return TokenKeys.NONE;
    }

    private void addHook(HookSettings hook) {
        try {
            links.add(new HttpLink(hook, InstantSource.system(), random));
        } catch (IOException e) {
            problem("authentication.http.ca", e.getMessage());
        }
    }

    private void problem(String place, @Nullable String text) {
        problems.add(new Problem(place, 0, String.valueOf(text)));
    }

    private void addPasswords() {
        if (settings.passwords().isPresent()) {
            try {
                PasswordLink passwords = PasswordLink.open(settings.passwords().get());
                links.add(passwords);
                links.add(new ScramLink(new ScramUsers(passwords.scramKeys(), secret), random));
            } catch (InvalidPasswordFile e) {
                String path = e.path().toString();
                e.problems().forEach(it -> problems.add(new Problem(path, it.line(), it.text())));
            }
        }
    }
}

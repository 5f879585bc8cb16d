package io.godwit.server;

import io.godwit.access.authentication.AuthenticatorChain;
import io.godwit.access.authentication.CertificateLink;
import io.godwit.access.authentication.DeviceLink;
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
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Puts together who decides about the clients of a broker. For one thread. */
public final class Authenticators {

    private static final long LARGEST_KEY_FILE = 1 << 20;

    /** What the keys of a link begin with that has learnt something worth keeping. */
    private static final Map<String, String> KEYS =
            Map.of(
                    JwtLink.NAME, "authentication.jwt.",
                    HttpLink.NAME, "authentication.http.",
                    PasswordLink.NAME, "authentication.password-",
                    ScramLink.NAME, "authentication.password-");

    private final Authentication settings;
    private final LongSupplier secret;
    private final SecureRandom random = new SecureRandom();
    private final List<Link> running;
    private final List<Link> kept;
    private final List<Link> made = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private Authenticators(
            Authentication settings, LongSupplier secret, List<Link> running, Set<String> changed) {
        this.settings = settings;
        this.secret = secret;
        this.running = running;
        this.kept = running.stream().filter(link -> isUnchanged(link, changed)).toList();
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
        return new Authenticators(settings, secret, List.of(), Set.of()).build();
    }

    /**
     * The chain that a configuration asks for, in the place of a running one. Links of that one
     * that nothing has changed for go on in it, with what they know: fetched keys, remembered
     * answers and passwords, whether a service works.
     *
     * @param changed the keys that differ, in themselves or in the files that they name
     * @return a chain of which the running one's links are not to be closed, if it is not used
     * @throws ConfigurationProblems with all problems, if there are any; the running one goes on
     */
    static AuthenticatorChain build(
            Authentication settings,
            LongSupplier secret,
            AuthenticatorChain running,
            Set<String> changed)
            throws ConfigurationProblems {
        return new Authenticators(settings, secret, running.links(), changed).build();
    }

    private static boolean isUnchanged(Link link, Set<String> changed) {
        String keys = KEYS.get(link.name());
        return keys != null && changed.stream().noneMatch(key -> key.startsWith(keys));
    }

    private AuthenticatorChain build() throws ConfigurationProblems {
        addCertificates();
        addUnixPeers();
        addDevices();
        if (!isKept(JwtLink.NAME)) {
            settings.tokens().ifPresent(this::addTokens);
        }
        if (!isKept(HttpLink.NAME)) {
            settings.hook().ifPresent(this::addHook);
        }
        if (!isKept(PasswordLink.NAME)) {
            addPasswords();
        }
        if (!problems.isEmpty()) {
            made.forEach(Link::close);
            throw new ConfigurationProblems(problems);
        }
        List<Link> links = new ArrayList<>(kept);
        links.addAll(made);
        links.sort(Comparator.comparingInt(this::place));
        return new AuthenticatorChain(links, settings::allowsAnonymous, settings.clientIdRule());
    }

    private boolean isKept(String name) {
        return kept.stream().anyMatch(link -> link.name().equals(name));
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
            made.add(new CertificateLink(listeners));
        }
    }

    private void addUnixPeers() {
        if (!settings.unixPeers().isEmpty()) {
            try {
                made.add(UnixPeerLink.of(settings.unixPeers()));
            } catch (IOException e) {
                problem("authentication.unix-peers", e.getMessage());
            }
        }
    }

    private void addDevices() {
        Map<String, Map<String, String>> listeners = new HashMap<>();
        settings.listeners()
                .forEach((name, it) -> {
                    if (!it.users().isEmpty() || it.hasKeys()) {
                        listeners.put(name, it.users());
                    }
                });
        if (!listeners.isEmpty()) {
            made.add(new DeviceLink(listeners));
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
                                    runningKeys(),
                                    InstantSource.system())
                            : KeySource.of(keys);
            made.add(new JwtLink(tokens.claims(), source, InstantSource.system(), random));
        } catch (IOException e) {
            problem("authentication.jwt.jwks-ca", e.getMessage());
        }
    }

    private @Nullable KeySource runningKeys() {
        for (Link link : running) {
            if (link instanceof JwtLink tokens) {
                return tokens.source();
            }
        }
        return null;
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
            made.add(new HttpLink(hook, InstantSource.system(), random));
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
                made.add(passwords);
                made.add(new ScramLink(new ScramUsers(passwords.scramKeys(), secret), random));
            } catch (InvalidPasswordFile e) {
                String path = e.path().toString();
                e.problems().forEach(it -> problems.add(new Problem(path, it.line(), it.text())));
            }
        }
    }
}

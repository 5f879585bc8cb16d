package io.godwit.server;

import io.godwit.access.authentication.AuthenticatorChain;
import io.godwit.access.authentication.CertificateLink;
import io.godwit.access.authentication.InvalidPasswordFile;
import io.godwit.access.authentication.Link;
import io.godwit.access.authentication.PasswordLink;
import io.godwit.access.authentication.UnixPeerLink;
import io.godwit.server.configuration.Authentication;
import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.configuration.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts together who decides about the clients of a broker. For one thread. */
public final class Authenticators {

    private final Authentication settings;
    private final List<Link> links = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private Authenticators(Authentication settings) {
        this.settings = settings;
    }

    /**
     * The chain that a configuration asks for. Reads its files; blocks.
     *
     * @return a chain to be closed when another one has taken its place
     * @throws ConfigurationProblems with all problems, if there are any; then nothing is left open
     */
    public static AuthenticatorChain build(Authentication settings) throws ConfigurationProblems {
        return new Authenticators(settings).build();
    }

    private AuthenticatorChain build() throws ConfigurationProblems {
        addCertificates();
        addUnixPeers();
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
                problems.add(
                        new Problem(
                                "authentication.unix-peers", 0, String.valueOf(e.getMessage())));
            }
        }
    }

    private void addPasswords() {
        if (settings.passwords().isPresent()) {
            try {
                links.add(PasswordLink.open(settings.passwords().get()));
            } catch (InvalidPasswordFile e) {
                String path = e.path().toString();
                e.problems().forEach(it -> problems.add(new Problem(path, it.line(), it.text())));
            }
        }
    }
}

package io.godwit.access.authentication;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks its links in order: the first that accepts or refuses decides. When all have passed,
 * anonymous clients are accepted where they are allowed, without a user name, since nobody has
 * vouched for theirs. Who is refused learns nothing from the answer: the reason in words is for the
 * log. Safe for every thread.
 */
public final class AuthenticatorChain implements Authenticator, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuthenticatorChain.class);

    private final List<Link> links;
    private final Predicate<String> anonymous;
    private final ClientIdRule clientIdRule;

    /**
     * A chain of these links.
     *
     * @param anonymous from the name of a listener to whether it lets anonymous clients in
     * @param clientIdRule holds for whoever is accepted
     */
    public AuthenticatorChain(
            List<? extends Link> links, Predicate<String> anonymous, ClientIdRule clientIdRule) {
        this.links = List.copyOf(links);
        this.anonymous = anonymous;
        this.clientIdRule = clientIdRule;
    }

    @Override
    public void authenticate(Credentials credentials, Consumer<Decision> decided) {
        new Round(credentials, decided).next();
    }

    /** The names of its links in the order in which they are asked, and what comes behind them. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        links.forEach(link -> names.add(link.name()));
        names.add("anonymous");
        return names;
    }

    /** Its links, in the order in which they are asked. */
    public List<Link> links() {
        return links;
    }

    /** Closes its links. */
    @Override
    public void close() {
        links.forEach(Link::close);
    }

    /** Closes its links, except those that go on in another chain. */
    public void closeExceptFor(AuthenticatorChain other) {
        links.stream().filter(link -> !other.links.contains(link)).forEach(Link::close);
    }

    /** One authentication on its way through the links; each step may be on another thread. */
    private final class Round {

        private final Credentials credentials;
        private final Consumer<Decision> decided;
        private final List<String> said = new ArrayList<>();
        private int asked;

        Round(Credentials credentials, Consumer<Decision> decided) {
            this.credentials = credentials;
            this.decided = decided;
        }

        void next() {
            while (asked < links.size()) {
                Link link = links.get(asked++);
                if (link.isFor(credentials)) {
                    ask(link, then -> link.authenticate(credentials, then));
                    return;
                }
            }
            decided.accept(end());
        }

        /** A link that fails lets nobody in. */
        private void ask(Link link, Consumer<Consumer<Decision>> question) {
            try {
                question.accept(decision -> answered(link, decision));
            } catch (RuntimeException fault) {
                LOG.error("authentication by {} has failed", link.name(), fault);
                decided.accept(
                        refused(
                                ReasonCode.UNSPECIFIED_ERROR,
                                link.name() + ": a fault in the server, which its log shows"));
            }
        }

        private void answered(Link link, Decision decision) {
            switch (decision) {
                case Accepted accepted -> decided.accept(checked(link, accepted));
                case Refused(ReasonCode reasonCode, String why, @Nullable String userName) ->
                        decided.accept(refused(reasonCode, link.name() + ": " + why, userName));
                case Passed(String why) -> {
                    said.add(link.name() + ": " + why);
                    next();
                }
                case Challenged(byte[] data, Exchange exchange) ->
                        decided.accept(
                                new Challenged(
                                        data,
                                        (answer, then) ->
                                                new Round(credentials, then)
                                                        .exchange(link, exchange, answer)));
            }
        }

        /** Goes on with an enhanced authentication, which no other link can take over. */
        private void exchange(Link link, Exchange exchange, byte[] answer) {
            asked = links.size();
            ask(link, then -> exchange.answered(answer, then));
        }

        private Decision checked(Link link, Accepted accepted) {
            Identity identity = accepted.identity();
            if (clientIdRule.allows(identity)) {
                return accepted;
            }
            return new Refused(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "%s: it is the user %s, and %s (authentication.client-id)"
                            .formatted(
                                    link.name(),
                                    Utf8.quote(String.valueOf(identity.userName())),
                                    clientIdRule.inWords()));
        }

        /** What becomes of a client that no link has decided about. */
        private Decision end() {
            String method = credentials.method();
            if (method != null) {
                return refused(
                        ReasonCode.BAD_AUTHENTICATION_METHOD,
                        "authentication method " + Utf8.quote(method) + " leads to nobody");
            }
            String userName = credentials.userName();
            if (userName != null && links.stream().anyMatch(Link::knowsUsers)) {
                return refused(
                        ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                        "nobody knows the user " + Utf8.quote(userName));
            }
            String listener = credentials.origin().listener();
            if (anonymous.test(listener)) {
                return new Accepted(new Identity(credentials.clientId(), null));
            }
            return refused(
                    ReasonCode.NOT_AUTHORIZED,
                    "anonymous clients are not allowed on listener "
                            + listener
                            + "; set authentication.anonymous = true to let them in");
        }

        private Refused refused(ReasonCode reasonCode, String why) {
            return refused(reasonCode, why, null);
        }

        private Refused refused(ReasonCode reasonCode, String why, @Nullable String userName) {
            return new Refused(
                    reasonCode,
                    said.isEmpty() ? why : why + " (" + String.join("; ", said) + ")",
                    userName);
        }
    }
}

package io.godwit.access.authentication;

import static io.godwit.access.authentication.Asking.ask;
import static io.godwit.access.authentication.Asking.client;
import static io.godwit.access.authentication.Asking.method;
import static io.godwit.access.authentication.Asking.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Challenged;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Passed;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.codec.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticatorChainTest {

    private static final Decision PASSED = new Passed("never heard of it");

    private final List<String> closed = new ArrayList<>();

    /** A link that decides at once. */
    private Link link(String name, boolean knowsUsers, Function<Credentials, Decision> decision) {
        return link(name, null, knowsUsers, decision);
    }

    private Link link(
            String name,
            @Nullable String method,
            boolean knowsUsers,
            Function<Credentials, Decision> decision) {
        return new Link() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public boolean isFor(Credentials credentials) {
                return method == null
                        ? Link.super.isFor(credentials)
                        : method.equals(credentials.method());
            }

            @Override
            public boolean knowsUsers() {
                return knowsUsers;
            }

            @Override
            public void authenticate(Credentials credentials, Consumer<Decision> decided) {
                decided.accept(decision.apply(credentials));
            }

            @Override
            public void close() {
                closed.add(name);
            }
        };
    }

    private static AuthenticatorChain chain(boolean anonymous, Link... links) {
        return new AuthenticatorChain(List.of(links), _ -> anonymous, ClientIdRule.ANY);
    }

    private static Accepted accepted(String clientId, @Nullable String userName) {
        return new Accepted(new Identity(clientId, userName));
    }

    private static Identity identity(Decision decision) {
        assertThat(decision).isInstanceOf(Accepted.class);
        return ((Accepted) decision).identity();
    }

    @Test
    void theFirstLinkThatAcceptsDecides() throws Exception {
        Link passing = link("a", true, _ -> PASSED);
        Link accepting = link("b", true, _ -> accepted("c", "anna"));
        Link refusing = link("d", true, _ -> new Refused(ReasonCode.BANNED, "no"));
        Decision decision = ask(chain(false, passing, accepting, refusing), user("x", "y"));
        assertThat(identity(decision).userName()).isEqualTo("anna");
    }

    @Test
    void aRefusalEndsTheChainAndTellsWhatWasSaidBefore() throws Exception {
        Link passing = link("a", true, _ -> PASSED);
        Link refusing = link("d", true, _ -> new Refused(ReasonCode.BANNED, "no"));
        Link accepting = link("b", true, _ -> accepted("c", "anna"));
        assertThat(ask(chain(true, passing, refusing, accepting), user("x", "y")))
                .isEqualTo(new Refused(ReasonCode.BANNED, "d: no (a: never heard of it)"));
    }

    @Test
    void aRefusalKeepsWhoWasTried() throws Exception {
        Link refusing = link("d", true, _ -> new Refused(ReasonCode.NOT_AUTHORIZED, "no", "bob"));
        assertThat(ask(chain(true, refusing), user("x", "y")))
                .isEqualTo(new Refused(ReasonCode.NOT_AUTHORIZED, "d: no", "bob"));
    }

    @Test
    void aUserThatNobodyKnowsIsNotLetInAsAnonymous() throws Exception {
        Link passing = link("a", true, _ -> PASSED);
        assertThat(ask(chain(true, passing), user("x", "y")))
                .isEqualTo(
                        new Refused(
                                ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                                "nobody knows the user 'x' (a: never heard of it)"));
    }

    @Test
    void whereNobodyKnowsUsersAUserNameIsWorthNothing() throws Exception {
        Link passing = link("certificate", false, _ -> PASSED);
        assertThat(identity(ask(chain(true, passing), client("c", "admin", "y"))))
                .isEqualTo(new Identity("c", null));
        assertThat(identity(ask(chain(true), client("c", "admin", "y"))))
                .isEqualTo(new Identity("c", null));
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false"})
    void whoSaysNothingIsAnonymous(boolean anonymous, boolean isAccepted) throws Exception {
        Link passing = link("a", true, _ -> PASSED);
        Decision decision = ask(chain(anonymous, passing), user(null, null));
        if (isAccepted) {
            assertThat(identity(decision)).isEqualTo(new Identity("c", null));
        } else {
            assertThat(decision)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            it -> {
                                assertThat(it.reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
                                assertThat(it.why())
                                        .contains("listener tcp", "(a: never heard of it)");
                            });
        }
    }

    @Test
    void listenersDecideAboutAnonymousClients() throws Exception {
        var chain = new AuthenticatorChain(List.of(), "tcp"::equals, ClientIdRule.ANY);
        assertThat(ask(chain, user(null, null))).isInstanceOf(Accepted.class);
        assertThat(ask(chain, Asking.process(1))).isInstanceOf(Refused.class);
    }

    @Test
    void aLinkThatFailsLetsNobodyIn() throws Exception {
        Link failing =
                link(
                        "a",
                        true,
                        _ -> {
                            throw new IllegalStateException("on purpose: secret");
                        });
        Link accepting = link("b", true, _ -> accepted("c", "anna"));
        Link passing = link("p", true, _ -> PASSED);
        assertThat(ask(chain(true, passing, failing, accepting), user("x", "y")))
                .isInstanceOfSatisfying(
                        Refused.class,
                        it -> {
                            assertThat(it.reasonCode()).isEqualTo(ReasonCode.UNSPECIFIED_ERROR);
                            assertThat(it.why()).contains("a: a fault").doesNotContain("secret");
                        });
    }

    @Test
    void anEnhancedAuthenticationIsForLinksOfItsMethodOnly() throws Exception {
        Link usual = link("password", true, _ -> accepted("c", "anna"));
        Link scram = link("scram", "SCRAM", true, _ -> accepted("c", "bob"));
        var chain = chain(true, usual, scram);
        assertThat(identity(ask(chain, method("SCRAM"))).userName()).isEqualTo("bob");
        assertThat(identity(ask(chain, user("x", "y"))).userName()).isEqualTo("anna");
        assertThat(ask(chain, method("OTHER")))
                .isInstanceOfSatisfying(
                        Refused.class,
                        it -> {
                            assertThat(it.reasonCode())
                                    .isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
                            assertThat(it.why()).contains("'OTHER'");
                        });
    }

    @Test
    void whatAnExchangeEndsInIsCheckedAsWell() throws Exception {
        Link scram =
                link(
                        "scram",
                        "SCRAM",
                        true,
                        _ ->
                                new Challenged(
                                        new byte[] {1},
                                        (data, decided) ->
                                                decided.accept(
                                                        data.length == 0
                                                                ? PASSED
                                                                : accepted("c", "bob"))));
        Link usual = link("password", true, _ -> accepted("c", "anna"));
        var chain =
                new AuthenticatorChain(List.of(scram, usual), _ -> true, ClientIdRule.USER_NAME);
        Decision first = ask(chain, method("SCRAM"));
        assertThat(first)
                .isInstanceOfSatisfying(
                        Challenged.class, it -> assertThat(it.data()).containsExactly(1));
        assertThat(answer(first, new byte[1]))
                .isInstanceOfSatisfying(
                        Refused.class,
                        it ->
                                assertThat(it.reasonCode())
                                        .isEqualTo(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID));
        assertThat(answer(first, new byte[0]))
                .isInstanceOfSatisfying(
                        Refused.class,
                        it ->
                                assertThat(it.reasonCode())
                                        .isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD));
    }

    private static Decision answer(Decision challenged, byte[] data) throws Exception {
        CompletableFuture<Decision> decision = new CompletableFuture<>();
        ((Challenged) challenged).exchange().answered(data, decision::complete);
        return decision.get();
    }

    @ParameterizedTest
    @CsvSource({
        "ANY, anything, true",
        "USER_NAME, bob, true",
        "USER_NAME, bob-1, false",
        "USER_NAME, alice, false",
        "STARTS_WITH_USER_NAME, bob, true",
        "STARTS_WITH_USER_NAME, bob-1, true",
        "STARTS_WITH_USER_NAME, bob/1, true",
        "STARTS_WITH_USER_NAME, bobby, false",
        "STARTS_WITH_USER_NAME, bob1, false",
        "STARTS_WITH_USER_NAME, Bob, false",
        "STARTS_WITH_USER_NAME, x-bob, false"
    })
    void clientIdentifiersAreBoundToUserNames(ClientIdRule rule, String clientId, boolean allowed)
            throws Exception {
        Link link = link("a", true, it -> accepted(it.clientId(), "bob"));
        var chain = new AuthenticatorChain(List.of(link), _ -> false, rule);
        Decision decision = ask(chain, client(clientId, "bob", "y"));
        if (allowed) {
            assertThat(identity(decision).clientId()).isEqualTo(clientId);
        } else {
            assertThat(decision)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            it -> {
                                assertThat(it.reasonCode())
                                        .isEqualTo(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
                                assertThat(it.why()).contains("'bob'", "authentication.client-id");
                            });
        }
    }

    @Test
    void aNameInALogCannotForgeALine() throws Exception {
        Link passing = link("a", true, _ -> PASSED);
        assertThat(ask(chain(true, passing), user("x\nroot was accepted", "y")))
                .isInstanceOfSatisfying(
                        Refused.class, it -> assertThat(it.why()).doesNotContain("\n"));
    }

    @Test
    void itClosesItsLinks() {
        chain(true, link("a", true, _ -> PASSED), link("b", true, _ -> PASSED)).close();
        assertThat(closed).containsExactly("a", "b");
    }
}

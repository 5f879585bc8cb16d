package io.godwit.access.authentication;

import static io.godwit.access.authentication.Asking.ask;
import static io.godwit.access.authentication.Asking.process;
import static io.godwit.access.authentication.Asking.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Passed;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixPeerLinkTest {

    @ParameterizedTest
    @ValueSource(strings = {"root", "0"})
    void aUserOfTheSystemIsAUserHere(String peer) throws Exception {
        UnixPeerLink link = UnixPeerLink.of(Map.of(peer, "house"));
        assertThat(ask(link, process(0)))
                .isInstanceOfSatisfying(
                        Accepted.class,
                        it -> {
                            assertThat(it.identity().userName()).isEqualTo("house");
                            assertThat(it.identity().clientId()).isEqualTo("c");
                        });
    }

    @Test
    void othersAreForTheNextLink() throws Exception {
        UnixPeerLink link = UnixPeerLink.of(Map.of("0", "house"));
        assertThat(ask(link, process(1)))
                .isEqualTo(new Passed("authentication.unix-peers has no user 1"));
        assertThat(ask(link, user("root", "x")))
                .isEqualTo(new Passed("not through a Unix domain socket"));
    }

    @Test
    void aUserThatTheSystemDoesNotKnowIsAnError() {
        assertThatThrownBy(() -> UnixPeerLink.of(Map.of("no:such-user", "x")))
                .isInstanceOf(IOException.class)
                .hasMessage("/etc/passwd has no user no:such-user; give the user's number instead");
    }
}

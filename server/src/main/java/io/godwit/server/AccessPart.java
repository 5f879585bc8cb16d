package io.godwit.server;

import io.godwit.access.authentication.AuthenticatorChain;
import io.godwit.broker.auth.AccessControl;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.reload.Effect;
import io.godwit.server.reload.Part;
import io.godwit.server.reload.Prepared;
import java.io.IOException;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Who may connect. Clients that are connected stay, also where they would be refused now: they have
 * shown who they are when they came.
 */
final class AccessPart implements Part {

    private static final Pattern OF_LISTENER =
            Pattern.compile(
                    "listeners\\.[^.]+\\.(anonymous|identity-as-.*|users.*|psk-file|protection-file)");

    private final AccessControl access;
    private final LongSupplier secret;

    /**
     * For this broker.
     *
     * @param secret that of its store
     */
    AccessPart(AccessControl access, LongSupplier secret) {
        this.access = access;
        this.secret = secret;
    }

    @Override
    public boolean takes(String key) {
        return key.startsWith("authentication.") && !key.equals("authentication.bind-sessions")
                || OF_LISTENER.matcher(key).matches();
    }

    @Override
    public Prepared prepare(Configuration from, Configuration to, Set<String> keys)
            throws IOException {
        try {
            // nothing else puts one in force
            AuthenticatorChain running = (AuthenticatorChain) access.authenticator();
            return new Change(
                    running, Authenticators.build(to.authentication(), secret, running, keys));
        } catch (ConfigurationProblems problems) {
            throw new IOException(problems.getMessage(), problems);
        }
    }

    /** Another chain for clients that connect from now on. */
    private final class Change implements Prepared {

        private final AuthenticatorChain running;
        private final AuthenticatorChain next;
        private boolean applied;

        Change(AuthenticatorChain running, AuthenticatorChain next) {
            this.running = running;
            this.next = next;
        }

        @Override
        public Effect effect() {
            return Effect.NONE;
        }

        @Override
        public Effect apply() {
            access.replace(next, access.authorizer());
            applied = true;
            running.closeExceptFor(next);
            return Effect.NONE;
        }

        @Override
        public void close() {
            if (!applied) {
                next.closeExceptFor(running);
            }
        }
    }
}

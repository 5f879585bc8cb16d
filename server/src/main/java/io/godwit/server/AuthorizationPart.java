package io.godwit.server;

import io.godwit.broker.Broker;
import io.godwit.broker.Reauthorized;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.Authorizer;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.reload.Effect;
import io.godwit.server.reload.Part;
import io.godwit.server.reload.Prepared;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What clients may do. Subscriptions that other rules no longer allow are taken back. */
final class AuthorizationPart implements Part {

    private final AccessControl access;
    private final Broker broker;

    AuthorizationPart(AccessControl access, Broker broker) {
        this.access = access;
        this.broker = broker;
    }

    @Override
    public boolean takes(String key) {
        return key.startsWith("authorization.");
    }

    @Override
    public Prepared prepare(Configuration from, Configuration to, Set<String> keys) {
        return new Change(to.authorization().authorizer());
    }

    /** Other rules. */
    private final class Change implements Prepared {

        private final Authorizer rules;

        Change(Authorizer rules) {
            this.rules = rules;
        }

        @Override
        public Effect effect() {
            return revoked(broker.wouldRevoke(rules));
        }

        @Override
        public Effect apply() {
            access.replace(access.authenticator(), rules);
            return revoked(broker.reauthorize());
        }

        private static Effect revoked(CompletableFuture<Reauthorized> done) {
            return new Effect(0, Listeners.inTime(done.thenApply(Reauthorized::revoked)));
        }
    }
}

package io.godwit.broker;

import io.godwit.broker.auth.Authorizer;
import io.godwit.broker.session.Session;
import io.godwit.broker.session.Sessions;
import io.godwit.broker.shard.Shard;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;

/** Asks the rules anew what the clients of one shard may do, some of them each turn. */
final class Reauthorization {

    private static final int SESSIONS_A_TURN = 64;

    private final Shard shard;
    private final Authorizer rules;
    private final boolean dryRun;
    private final Iterator<Session> rest;
    private final CompletableFuture<Reauthorized> done;
    private int clients;
    private int revoked;

    private Reauthorization(
            Shard shard,
            Sessions sessions,
            Authorizer rules,
            boolean dryRun,
            CompletableFuture<Reauthorized> done) {
        this.shard = shard;
        this.rules = rules;
        this.dryRun = dryRun;
        this.rest = sessions.all().iterator();
        this.done = done;
    }

    /**
     * Starts it; from any thread.
     *
     * @param dryRun whether only to count what would be revoked
     */
    static CompletableFuture<Reauthorized> start(
            Shard shard, Sessions sessions, Authorizer rules, boolean dryRun) {
        CompletableFuture<Reauthorized> done = new CompletableFuture<>();
        shard.control(() -> new Reauthorization(shard, sessions, rules, dryRun, done).go());
        return done;
    }

    private void go() {
        try {
            for (int i = 0; i < SESSIONS_A_TURN && rest.hasNext(); i++) {
                Session session = rest.next();
                revoked += session.reauthorize(rules, dryRun);
                if (session.hasConnection()) {
                    clients++;
                }
            }
        } catch (RuntimeException fault) {
            done.completeExceptionally(fault);
            throw fault;
        }
        if (rest.hasNext()) {
            shard.loop().execute(() -> shard.control(this::go)); // the others get a turn, too
        } else {
            done.complete(new Reauthorized(clients, revoked));
        }
    }
}

package io.godwit.server;

import io.godwit.broker.Broker;
import io.godwit.broker.control.SessionState;
import io.godwit.codec.Utf8;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions of a server, for its administrator. Safe from any thread but a loop's. */
final class ServerSessions {

    private static final Logger LOG = LoggerFactory.getLogger(ServerSessions.class);

    /** Asks the loop on which a session lives. */
    @FunctionalInterface
    interface Asking {
        CompletableFuture<Optional<SessionState>> ask(String clientId);
    }

    private final Asking looking;
    private final Asking ending;

    ServerSessions(Asking looking, Asking ending) {
        this.looking = looking;
        this.ending = ending;
    }

    /** Those of a broker. */
    static ServerSessions of(Broker broker) {
        return new ServerSessions(
                broker::session,
                clientId -> broker.endSession(clientId, "an administrator has ended its session"));
    }

    /** Looks at a session; empty if there is none. */
    Optional<SessionState> find(String clientId) throws IOException {
        return InTime.get(looking.ask(clientId));
    }

    /** Ends a session; says what it was, or empty if there is none. */
    Optional<SessionState> end(String clientId) throws IOException {
        Optional<SessionState> ended = InTime.get(ending.ask(clientId));
        ended.ifPresent(it ->
                LOG.info(
                        "an administrator has ended the session of client {}, with {} queued messages and {} subscriptions",
                        Utf8.quote(clientId),
                        it.queued(),
                        it.subscriptions()));
        return ended;
    }
}

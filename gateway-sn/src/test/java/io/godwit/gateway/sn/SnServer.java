package io.godwit.gateway.sn;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.AnonymousAuthenticator;
import io.godwit.broker.auth.Authorizer;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.control.SessionState;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.LimitsBuilder;
import io.godwit.broker.protection.Protection;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.session.InMemorySessionStore;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Shard;
import io.godwit.gateway.sn.codec.SnVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A broker with the gateway on a UDP port of loopback, and clocks that a test puts forward. */
final class SnServer implements AutoCloseable {

    private final TestTime time = new TestTime();
    private final List<TestLoop> loops = List.of(new TestLoop(), new TestLoop());
    private final Broker broker;
    private final SnListener listener;
    private final List<SnClient> clients = new ArrayList<>();

    SnServer() {
        this(it -> it, _ -> {}, new OpenAuthorizer());
    }

    SnServer(UnaryOperator<SnSettings> settings) {
        this(settings, _ -> {}, new OpenAuthorizer());
    }

    SnServer(
            UnaryOperator<SnSettings> settings,
            Consumer<LimitsBuilder> limits,
            Authorizer authorizer) {
        this(
                settings,
                limits,
                new AccessControl(new AnonymousAuthenticator(true), authorizer),
                null);
    }

    SnServer(
            UnaryOperator<SnSettings> settings,
            Consumer<LimitsBuilder> limits,
            AccessControl access,
            @Nullable DtlsKeys keys) {
        List<Shard> shards = new ArrayList<>();
        for (TestLoop loop : loops) {
            shards.add(new Shard(shards.size(), loop, time, new Random(1)));
        }
        LimitsBuilder built = Limits.defaults(1L << 30).toBuilder().sysInterval(Duration.ZERO);
        limits.accept(built);
        Limits all = built.build();
        broker =
                new Broker(
                        shards,
                        all,
                        new InMemorySessionStore(),
                        new InMemoryRetainedStore(all.retained()),
                        access,
                        new Protection(ProtectionSettings.NONE),
                        "godwit test",
                        20260101);
        for (int i = 0; i < loops.size(); i++) {
            loops.get(i).attach(shards.get(i));
        }
        try {
            listener =
                    SnListener.bind(
                            settings.apply(SnSettings.of("sn", "127.0.0.1", 0)),
                            keys,
                            broker.forGateways(),
                            shards,
                            time,
                            new Random(2),
                            null);
            listener.accept();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    SnListener listener() {
        return listener;
    }

    InetSocketAddress address() {
        return listener.address();
    }

    Broker broker() {
        return broker;
    }

    long count(SnCounter counter) {
        return listener.count(counter);
    }

    long count(Counter counter) {
        return broker.count(counter);
    }

    /** What an administrator sees of a session. */
    Optional<SessionState> session(String clientId) {
        try {
            return broker.session(clientId).get(20, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    /** Puts the clocks forward, so that timers fire at the next tick. */
    void pass(Duration duration) {
        time.pass(duration);
    }

    /** Somebody with a socket of his own, not connected. */
    SnClient client() {
        return client(SnVersion.V1_2);
    }

    /** Somebody who speaks this version. */
    SnClient client(SnVersion version) {
        SnClient client = new SnClient(address(), version);
        clients.add(client);
        return client;
    }

    /** A client that is connected, with Clean Session and without keep alive. */
    SnClient connected(String clientId) {
        return client().connect(clientId, true);
    }

    @Override
    public void close() {
        clients.forEach(SnClient::close);
        listener.close();
        loops.forEach(TestLoop::close);
    }
}

package io.godwit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.AnonymousAuthenticator;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.protection.Protection;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.session.InMemorySessionStore;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The broker itself, on a listener. */
final class BrokerServer implements AutoCloseable {

    private final TestTime time = new TestTime();
    private final NettyTransport transport;
    private final Broker broker;
    private final Listener listener;

    /** On a loopback port. */
    BrokerServer(SocketKind kind, int loops) throws IOException {
        this(new NettyTransport(loops, 1_000, kind), ListenerSettings.tcp("test", "127.0.0.1", 0));
    }

    BrokerServer(NettyTransport transport, ListenerSettings settings) throws IOException {
        this(transport, settings, ProtectionSettings.NONE);
    }

    BrokerServer(NettyTransport transport, ListenerSettings settings, ProtectionSettings protection)
            throws IOException {
        this.transport = transport;
        List<Shard> shards = new ArrayList<>();
        for (EventLoop loop : transport.loops()) {
            shards.add(new Shard(shards.size(), loop, time, new Random(1)));
        }
        Limits limits = Limits.defaults();
        broker =
                new Broker(
                        shards,
                        limits,
                        new InMemorySessionStore(),
                        new InMemoryRetainedStore(limits.retained()),
                        new AccessControl(new AnonymousAuthenticator(true), new OpenAuthorizer()),
                        new Protection(protection),
                        "godwit test",
                        20260101);
        transport.attach(shards);
        listener = transport.listen(settings, broker);
    }

    NettyTransport transport() {
        return transport;
    }

    Broker broker() {
        return broker;
    }

    /** Puts the clock forward, so that timers fire at the next tick. */
    void pass(Duration duration) {
        time.pass(duration);
    }

    Listener listener() {
        return listener;
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(listener.address().getAddress(), listener.address().getPort());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    @Override
    public void close() {
        listener.close();
        assertThat(transport.stop(Duration.ofSeconds(20))).isTrue();
        assertThat(transport.openSockets()).isZero();
    }
}

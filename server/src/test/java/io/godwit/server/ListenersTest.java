package io.godwit.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.AnonymousAuthenticator;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.session.InMemorySessionStore;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.reload.Effect;
import io.godwit.server.reload.Part;
import io.godwit.server.reload.Prepared;
import io.godwit.server.reload.Reloader;
import io.godwit.server.reload.Snapshot;
import io.godwit.transport.Endpoint;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.NettyTransport;
import io.godwit.transport.SocketKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A listener that a reload opens, and who comes to it before the reload is done. */
@Timeout(60)
class ListenersTest {

    /** Of version 3.1.1, without a client identifier. */
    private static final byte[] CONNECT = "\20\14\0\4MQTT\4\2\0\74\0\0".getBytes(ISO_8859_1);

    private static final byte[] ACCEPTED = {0x20, 2, 0, 0};
    private static final byte[] NOT_AUTHORIZED = {0x20, 2, 0, 5};
    private static final byte[] NOTHING = {};

    private static final ListenerSettings TCP = ListenerSettings.tcp("tcp", "127.0.0.1", 0);

    @TempDir private Path directory = Path.of("");

    /** One loop, which so serves a client only after it has looked at who came before. */
    private final NettyTransport transport = new NettyTransport(1, 100, SocketKind.EPOLL);

    private final AccessControl access =
            new AccessControl(new AnonymousAuthenticator(true), new OpenAuthorizer());
    private final Broker broker;
    private final Listeners listeners;
    private final Configuration started = Configuration.defaults().withListeners(List.of(TCP));
    private @Nullable SocketChannel early;

    ListenersTest() {
        Limits limits = Limits.defaults();
        List<Shard> shards =
                List.of(new Shard(0, transport.loops().getFirst(), Time.SYSTEM, new Random(1)));
        broker =
                new Broker(
                        shards,
                        limits,
                        new InMemorySessionStore(),
                        new InMemoryRetainedStore(limits.retained()),
                        access,
                        "godwit test",
                        7);
        transport.attach(shards);
        listeners = new Listeners(transport, broker, limits.packetSize());
    }

    @BeforeEach
    void open() throws IOException {
        listeners.open(TCP, started);
    }

    @AfterEach
    void stop() throws IOException {
        if (early != null) {
            early.close();
        }
        assertThat(transport.stop(Duration.ofSeconds(20))).isTrue();
    }

    private Path path() {
        return directory.resolve("mqtt");
    }

    private Configuration withAnotherListener() {
        var unix = new Endpoint.Unix(path(), "rw-------", null, null);
        return started.withListeners(
                List.of(TCP, new ListenerSettings("new", unix, null, null, null)));
    }

    /** Something that is done with the new listener, at two points of a reload. */
    private record Step(Action beginning, Action applying) implements Part, Prepared {

        @Override
        public boolean takes(String key) {
            return key.startsWith("listeners.new.");
        }

        @Override
        public Prepared prepare(Configuration from, Configuration to, Set<String> keys) {
            return this;
        }

        @Override
        public Effect effect() {
            return Effect.NONE;
        }

        @Override
        public void begin() throws IOException {
            beginning.run();
        }

        @Override
        public Effect apply() {
            try {
                applying.run();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            return Effect.NONE;
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    private void reload(Part... parts) throws IOException {
        new Reloader(started, Snapshot.of(started), List.of(parts))
                .reload(this::withAnotherListener);
    }

    /** Somebody connects to the new listener, and all that can come of it has come. */
    private void comeEarly() throws IOException {
        early = SocketChannel.open(UnixDomainSocketAddress.of(path()));
        early.write(ByteBuffer.wrap(CONNECT));
        var address = requireNonNull(listeners.open().get("tcp")).address();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write(CONNECT);
            assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(ACCEPTED);
        }
    }

    /** What the one who came early was answered; nothing if it was closed. */
    private byte[] answer() {
        ByteBuffer answer = ByteBuffer.allocate(4);
        try {
            while (answer.hasRemaining() && requireNonNull(early).read(answer) >= 0) {
                // goes on reading
            }
        } catch (IOException reset) {
            return NOTHING;
        }
        byte[] read = new byte[answer.position()];
        answer.flip().get(read);
        return read;
    }

    @Test
    void whoComesToANewListenerEarlyIsHeldToTheNewRules() throws IOException {
        Part rules =
                new Step(
                        () -> {},
                        () -> {
                            comeEarly();
                            access.replace(new AnonymousAuthenticator(false), access.authorizer());
                        });
        reload(rules, listeners);
        assertThat(answer()).isEqualTo(NOT_AUTHORIZED);
        assertThat(listeners.open()).containsOnlyKeys("tcp", "new");
    }

    @Test
    void aNewListenerHasAcceptedNobodyWhenTheReloadFails() {
        Part failing =
                new Step(
                        () -> {
                            comeEarly();
                            throw new IOException("it can't be done");
                        },
                        () -> {});
        assertThatThrownBy(() -> reload(listeners, failing)).hasMessage("it can't be done");
        assertThat(answer()).isEqualTo(NOTHING);
        assertThat(broker.count(Counter.SOCKETS_OPENED)).isEqualTo(1); // to the other one
        assertThat(path()).doesNotExist();
        assertThat(listeners.open()).containsOnlyKeys("tcp");
    }
}

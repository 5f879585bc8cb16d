package io.godwit.transport;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.AnonymousAuthenticator;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.session.InMemorySessionStore;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.TopicCache;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The broker itself on real sockets, with clients that do not wait for CONNACK. */
class BrokerOverTcpTest {

    private static final int LARGEST_PACKET = 10_000_000;

    /** The broker on a loopback port. */
    private static final class Server implements AutoCloseable {
        private final NettyTransport transport;
        private final Listener listener;

        Server(SocketKind kind, int loops) throws IOException {
            transport = new NettyTransport(loops, 1_000, kind);
            List<Shard> shards = new ArrayList<>();
            for (EventLoop loop : transport.loops()) {
                shards.add(new Shard(shards.size(), loop, Time.SYSTEM, new Random(1)));
            }
            Limits limits = Limits.defaults();
            Broker broker =
                    new Broker(
                            shards,
                            limits,
                            new InMemorySessionStore(),
                            new InMemoryRetainedStore(limits.retained()),
                            new AccessControl(
                                    new AnonymousAuthenticator(true), new OpenAuthorizer()),
                            "godwit test",
                            20260101);
            transport.attach(shards);
            listener = transport.listen(ListenerSettings.tcp("test", "127.0.0.1", 0), broker);
        }

        Socket connect() throws IOException {
            Socket socket =
                    new Socket(listener.address().getAddress(), listener.address().getPort());
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            return socket;
        }

        @Override
        public void close() {
            assertThat(transport.stop(Duration.ofSeconds(20))).isTrue();
            assertThat(transport.openSockets()).isZero();
        }
    }

    /** Packets as a server sends them, read one by one. */
    private static final class Replies {
        private final Socket socket;
        private final PacketDecoder decoder;
        private final ByteBuffer bytes = ByteBuffer.allocate(LARGEST_PACKET).flip();

        Replies(Socket socket, ProtocolVersion version) {
            this.socket = socket;
            this.decoder = PacketDecoder.forClient(version, LARGEST_PACKET, new TopicCache(16));
        }

        Packet next() throws IOException, PacketException {
            Packet packet;
            while ((packet = decoder.decode(bytes)) == null) {
                bytes.compact();
                int count =
                        socket.getInputStream()
                                .read(bytes.array(), bytes.position(), bytes.remaining());
                if (count < 0) {
                    throw new IOException("the server closed");
                }
                bytes.position(bytes.position() + count).flip();
            }
            return packet;
        }
    }

    static Stream<Arguments> servers() {
        return Stream.of(SocketKind.values())
                .flatMap(kind ->
                        Stream.of(1, 2, 4)
                                .flatMap(loops ->
                                        Stream.of(ProtocolVersion.values())
                                                .map(version ->
                                                        Arguments.of(kind, loops, version))));
    }

    private static byte[] encoded(ProtocolVersion version, Packet... packets) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Packet packet : packets) {
            ByteBuffer one = ByteBuffer.allocate(PacketEncoder.encodedSize(packet, version));
            PacketEncoder.encode(packet, version, one);
            all.writeBytes(one.array());
        }
        return all.toByteArray();
    }

    private static byte[] conversation(ProtocolVersion version, String clientId) {
        return encoded(
                version,
                connect(version, clientId).build(),
                subscribe(1, 1, "home/" + clientId),
                publish("home/" + clientId, "at once"),
                publish("home/" + clientId, "for sure", 1, 2));
    }

    private static void expectConversation(Replies replies, String clientId) throws Exception {
        assertThat(((ConnAck) replies.next()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(((SubAck) replies.next()).packetId()).isEqualTo(1);
        List<String> payloads = new ArrayList<>();
        boolean acknowledged = false;
        while (payloads.size() < 2 || !acknowledged) {
            switch (replies.next()) {
                case Publish publish -> {
                    assertThat(publish.topic()).hasToString("home/" + clientId);
                    payloads.add(new String(publish.payload(), UTF_8));
                }
                case PubAck pubAck -> {
                    assertThat(pubAck.packetId()).isEqualTo(2);
                    acknowledged = true;
                }
                case Packet other -> throw new AssertionError("not expected: " + other);
            }
        }
        assertThat(payloads).containsExactly("at once", "for sure");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void connectSubscribeAndPublishInOneSegment(SocketKind kind, int loops, ProtocolVersion version)
            throws Exception {
        try (Server server = new Server(kind, loops)) {
            for (int i = 0; i < 20; i++) {
                try (Socket socket = server.connect()) {
                    socket.getOutputStream().write(conversation(version, "one" + i));
                    expectConversation(new Replies(socket, version), "one" + i);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void connectSubscribeAndPublishByteByByte(SocketKind kind, int loops, ProtocolVersion version)
            throws Exception {
        try (Server server = new Server(kind, loops)) {
            for (int i = 0; i < 5; i++) {
                try (Socket socket = server.connect()) {
                    for (byte each : conversation(version, "slow" + i)) {
                        socket.getOutputStream().write(each);
                    }
                    expectConversation(new Replies(socket, version), "slow" + i);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void largePayloadsToManySubscribers(SocketKind kind, int loops, ProtocolVersion version)
            throws Exception {
        byte[] payload = TestServer.newPayload(1_000_000);
        try (Server server = new Server(kind, loops);
                Socket publisher = server.connect()) {
            List<Socket> sockets = new ArrayList<>();
            List<Replies> subscribers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Socket socket = server.connect();
                Replies replies = new Replies(socket, version);
                socket.getOutputStream()
                        .write(
                                encoded(
                                        version,
                                        connect(version, "subscriber" + i).build(),
                                        subscribe(1, 0, "large")));
                assertThat(replies.next()).isInstanceOf(ConnAck.class);
                assertThat(replies.next()).isInstanceOf(SubAck.class);
                sockets.add(socket);
                subscribers.add(replies);
            }
            publisher
                    .getOutputStream()
                    .write(
                            encoded(
                                    version,
                                    connect(version, "publisher").build(),
                                    publish("large", payload, 0, 0),
                                    publish("large", "the end")));
            for (Replies each : subscribers) {
                assertThat(((Publish) each.next()).payload()).isEqualTo(payload);
                assertThat(((Publish) each.next()).payload()).hasSize("the end".length());
            }
            for (Socket each : sockets) {
                each.close();
            }
        }
    }
}

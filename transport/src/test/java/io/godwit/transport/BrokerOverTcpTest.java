package io.godwit.transport;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.ConnAck;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.SubAck;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The broker itself on real sockets, with clients that do not wait for CONNACK. */
class BrokerOverTcpTest {

    static Stream<Arguments> servers() {
        return Stream.of(SocketKind.values())
                .flatMap(kind ->
                        Stream.of(1, 2, 4)
                                .flatMap(loops ->
                                        Stream.of(ProtocolVersion.values())
                                                .map(version ->
                                                        Arguments.of(kind, loops, version))));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void connectSubscribeAndPublishInOneSegment(SocketKind kind, int loops, ProtocolVersion version)
            throws Exception {
        try (BrokerServer server = new BrokerServer(kind, loops)) {
            for (int i = 0; i < 20; i++) {
                try (Socket socket = server.connect()) {
                    socket.getOutputStream().write(Conversation.of(version, "one" + i));
                    Conversation.expect(new Conversation.Replies(socket, version), "one" + i);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void connectSubscribeAndPublishByteByByte(SocketKind kind, int loops, ProtocolVersion version)
            throws Exception {
        try (BrokerServer server = new BrokerServer(kind, loops)) {
            for (int i = 0; i < 5; i++) {
                try (Socket socket = server.connect()) {
                    for (byte each : Conversation.of(version, "slow" + i)) {
                        socket.getOutputStream().write(each);
                    }
                    Conversation.expect(new Conversation.Replies(socket, version), "slow" + i);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void largePayloadsToManySubscribers(SocketKind kind, int loops, ProtocolVersion version)
            throws Exception {
        byte[] payload = TestServer.newPayload(1_000_000);
        try (BrokerServer server = new BrokerServer(kind, loops);
                Socket publisher = server.connect()) {
            List<Socket> sockets = new ArrayList<>();
            List<Conversation.Replies> subscribers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Socket socket = server.connect();
                Conversation.Replies replies = new Conversation.Replies(socket, version);
                socket.getOutputStream()
                        .write(
                                Conversation.encoded(
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
                            Conversation.encoded(
                                    version,
                                    connect(version, "publisher").build(),
                                    publish("large", payload, 0, 0),
                                    publish("large", "the end")));
            for (Conversation.Replies each : subscribers) {
                assertThat(((Publish) each.next()).payload()).isEqualTo(payload);
                assertThat(((Publish) each.next()).payload()).hasSize("the end".length());
            }
            for (Socket each : sockets) {
                each.close();
            }
        }
    }
}

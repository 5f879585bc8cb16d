package io.godwit.transport;

import static io.godwit.transport.FrameClient.ask;
import static io.godwit.transport.FrameClient.connect;
import static io.godwit.transport.FrameClient.echo;
import static io.godwit.transport.FrameClient.frame;
import static io.godwit.transport.FrameConnection.CONNECT_LATER;
import static io.godwit.transport.FrameConnection.PAUSE;
import static io.godwit.transport.FrameConnection.QUIT;
import static io.godwit.transport.FrameConnection.SEND;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each connection ends once; {@link TestServer#close} checks it, and that no buffer is left. */
class ClosingTest {

    private static final Duration LONG_ENOUGH = Duration.ofMillis(NettyWire.CLOSE_WITHIN + 1_000);

    static Stream<Arguments> phases() {
        byte[] whole = echo("cut off in the middle");
        byte[] half = new byte[10];
        System.arraycopy(whole, 0, half, 0, half.length);
        List<Arguments> phases = new ArrayList<>();
        for (SocketKind kind : SocketKind.values()) {
            for (boolean reset : new boolean[] {false, true}) {
                phases.add(Arguments.of("before the first byte", kind, reset, new byte[0]));
                phases.add(Arguments.of("in CONNECT", kind, reset, new byte[2]));
                phases.add(Arguments.of("behind CONNECT", kind, reset, connect(1)));
                phases.add(
                        Arguments.of(
                                "in a packet", kind, reset, FrameClient.join(connect(1), half)));
                phases.add(Arguments.of("paused", kind, reset, frame(PAUSE)));
                phases.add(Arguments.of("undecided", kind, reset, frame(CONNECT_LATER, (byte) 1)));
                phases.add(Arguments.of("much to read", kind, reset, ask(SEND, 4_000_000)));
                phases.add(Arguments.of("quitting", kind, reset, frame(QUIT)));
            }
        }
        return phases.stream();
    }

    @ParameterizedTest(name = "{0}, {1}, reset {2}")
    @MethodSource("phases")
    void thePeerEndsIt(String phase, SocketKind kind, boolean reset, byte[] sent) throws Exception {
        try (TestServer server = new TestServer(kind, 2)) {
            FrameClient client = server.connect();
            client.send(sent);
            FrameConnection connection = server.accepted();
            if (reset) {
                client.reset();
            } else {
                client.close();
            }
            if (phase.equals("paused") || phase.equals("undecided")) {
                return; // the end of the server is its end
            }
            connection.awaitClosed();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasSentBeforeTheEndArrives(SocketKind kind) throws Exception {
        byte[] body = TestServer.newPayload(1_000_000);
        try (TestServer server = new TestServer(kind, 1);
                FrameClient client = server.connect()) {
            client.send(frame(QUIT, body));
            assertThat(client.readBytes()).isEqualTo(body);
            assertThat(client.read()).isEqualTo(-1);
            client.close();
            server.accepted().awaitClosed();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatStillSendsSeesTheLastPacketAndNoReset(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient client = server.connect()) {
            client.send(frame(QUIT, (byte) 7), new byte[5_000_000]);
            assertThat(client.readBytes()).containsExactly(7);
            assertThat(client.read()).isEqualTo(-1);
            FrameConnection connection = server.accepted();
            client.close();
            connection.awaitClosed();
            assertThat(connection.receivedBytes).isEqualTo(6);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHalfClosedPeerGetsItsAnswer(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient client = server.connect()) {
            client.send(echo("last words")).endOutput();
            assertThat(client.readText()).isEqualTo("last words");
            assertThat(client.read()).isEqualTo(-1);
            server.accepted().awaitClosed();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatNeverClosesIsClosedInTime(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient client = server.connect()) {
            client.send(frame(QUIT));
            assertThat(client.readBytes()).isEmpty();
            assertThat(client.read()).isEqualTo(-1);
            FrameConnection connection = server.accepted();
            assertThat(connection.closes).hasValue(0);
            server.pass(LONG_ENOUGH);
            connection.awaitClosed();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatNeverReadsIsClosedInTime(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient client = new FrameClient(server.address(), 4_096)) {
            client.send(ask(SEND, 20_000_000), frame(QUIT));
            FrameConnection connection = server.accepted();
            connection.onLoop(() -> {}); // CONNECT was read, or it comes: either way close() waits
            server.pass(LONG_ENOUGH);
            connection.awaitClosed();
        }
    }
}
